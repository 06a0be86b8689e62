"""Traces where an operator asked for them; without that nothing of OpenTelemetry is even loaded."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def traced(url: str, share: float) -> AsyncIterator[None]:
    """Send spans to the collector at `url` while this is open; an empty one loads nothing. Raises ValueError."""
    if not url:
        yield
        return
    try:
        from leuchtturm import otel
    except ImportError as problem:
        missing = 'LEUCHTTURM_TRACES_URL is set, and OpenTelemetry is not there: pip install "leuchtturm[otel]"'
        raise ValueError(missing) from problem
    async with otel.sent_to(url, share):
        yield
