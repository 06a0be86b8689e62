"""Operations that took long, in the log: by their name and the hash of their document, never with variables."""

import functools
import hashlib
import re
from typing import Any

import structlog

from models.tally import Tally
from resolvers import metrics

SLOW = 1.0  # seconds; a planned page takes milliseconds

NAME = re.compile(r"\b(?:query|mutation|subscription)\s+([_A-Za-z]\w*)", re.ASCII)

log = structlog.get_logger("leuchtturm.graphql")


def hashed(query: str) -> str:
    """What names a document that may have no name, in logs and traces."""
    return hashlib.sha256(query.encode()).hexdigest()[:16]


def named(query: str, operation: str | None) -> str:
    """The operation that was asked for, or the first one of the document; empty for what can be no name."""
    if operation:
        return operation[:60] if re.fullmatch(r"\w+", operation, re.ASCII) else ""
    first = NAME.search(query)
    return first[1][:60] if first else ""


@functools.cache
def _counters(how: str) -> tuple[Any, Any, Any]:
    """There are four ways, and looking a label up takes longer than counting."""
    return metrics.DURATION.labels(how), metrics.STATEMENTS.labels(how), metrics.ROWS.labels(how)


def took(how: str, seconds: float, query: str, operation: str | None, tally: Tally | None = None) -> None:
    """Note how long an operation took; `how` is `planned`, or the transport of one that ran plainly."""
    duration, statements, rows = _counters(how)
    duration.observe(seconds)
    tally = tally or Tally()
    statements.inc(tally.statements)
    rows.inc(tally.rows)
    if seconds >= SLOW:
        log.warning(
            "a slow operation",
            how=how,
            seconds=round(seconds, 3),
            operation=named(query, operation),
            document=hashed(query),
            statements=tally.statements,
            rows=tally.rows,
        )
