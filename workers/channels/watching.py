"""Calls to networks as spans, while somebody watches: which call, how it ended, never what was in it."""

import functools
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from models import spans
from models.publishing.outcomes import Outcome
from workers.channels import Channel

CALLS = ("upload", "send", "probe", "verify", "retract", "refresh")

Call = Callable[..., Awaitable[Any]]


def watched(channels: Mapping[str, Channel]) -> Mapping[str, Channel]:
    """The same drivers; each of their calls is a span if somebody watches this process."""
    if spans.watched():
        for kind, channel in channels.items():
            for name in CALLS:
                # On the object, so that it stays what it is: not every driver can `refresh`.
                if call := getattr(channel, name, None):
                    setattr(channel, name, _spanned(f"{name} {kind}", str(kind), call))
    return channels


def _spanned(name: str, kind: str, call: Call) -> Call:
    @functools.wraps(call)
    async def spanned(*given: Any) -> Any:
        with spans.span(name, {"leuchtturm.channel": kind}, "client") as span:
            answer = await call(*given)
            span.note(_told(answer))
        return answer

    return spanned


def _told(answer: object) -> spans.About:
    if isinstance(answer, Outcome):
        status = {"http.response.status_code": answer.status} if answer.status else {}
        return {"leuchtturm.outcome": answer.certainty.value, **status}
    return {"leuchtturm.outcome": type(answer).__name__.lower()}
