"""Spans: how long something took and what belonged to it, told to whoever watches this process.

By default nobody does, and then a span costs one comparison. `leuchtturm/tracing.py` watches where an operator asked
for it; here and in the folders above nobody knows OpenTelemetry. `about` holds words of ours, numbers and ids: never an
address, a token, a variable, or a text that somebody wrote.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol, Self

Value = str | int | float | bool
About = Mapping[str, Value]


class Span(Protocol):
    """One that is under way."""

    def note(self, about: About, name: str = "") -> None:
        """Add what is known by now; a better name, if there is one."""


class Watcher(Protocol):
    """Who is told."""

    def span(self, name: str, about: About, kind: str) -> AbstractContextManager[Span]:
        """A part of what is under way: `internal`, or `client` for a call that leaves the process."""

    def begun(self, name: str, about: About, kind: str, cause: str, again: bool) -> AbstractContextManager[Span]:
        """Something of its own: `server` for a request, `consumer` for a piece of work."""


class Unwatched:
    """A span that nobody sees."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing was opened."""

    def note(self, about: About, name: str = "") -> None:
        """Nobody listens."""


UNWATCHED = Unwatched()
_watcher: Watcher | None = None


def watch(watcher: Watcher | None) -> None:
    """From now on tell this one; None: nobody."""
    global _watcher
    _watcher = watcher


def watched() -> bool:
    return _watcher is not None


def span(name: str, about: About | None = None, kind: str = "internal") -> AbstractContextManager[Span]:
    """A part of the request or the work that is under way."""
    return UNWATCHED if _watcher is None else _watcher.span(name, about or {}, kind)


def begun(
    name: str, about: About | None = None, *, kind: str, cause: str = "", again: bool = False
) -> AbstractContextManager[Span]:
    """A request or a piece of work, known by `models.base.request_id`.

    `cause` is the id of the request or the work that wanted it; `again` says that the same work was begun before.
    """
    return UNWATCHED if _watcher is None else _watcher.begun(name, about or {}, kind, cause, again)
