"""Operations that took long, in the log: by their name and the hash of their document, never with variables."""

import hashlib

import structlog

from resolvers import metrics

SLOW = 1.0  # seconds; a planned page takes milliseconds

log = structlog.get_logger("leuchtturm.graphql")


def took(how: str, seconds: float, query: str, operation: str | None) -> None:
    """Note how long an operation took; `how` is `planned` or `http`."""
    metrics.DURATION.labels(how).observe(seconds)
    if seconds >= SLOW:
        document = hashlib.sha256(query.encode()).hexdigest()[:16]
        log.warning("a slow operation", how=how, seconds=round(seconds, 3), operation=operation, document=document)
