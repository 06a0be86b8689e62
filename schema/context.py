"""What every resolver gets along: who asks, what time it is, and how related rows are fetched.

This module *declares*; `resolvers/` fills it in. So types and resolvers do not tie a knot (architecture.md, 3).
"""

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import strawberry
from tortoise.models import Model

from models.access import ANONYMOUS, Viewer
from models.base import utcnow
from models.errors import RateLimited
from models.language import Language
from models.site import Site

if TYPE_CHECKING:
    from schema.binding import Relation
    from schema.paging import Window


class Loader(Protocol):
    """Fetches what belongs to a key, together with everything else that is asked for at the same moment."""

    def load(self, key: Any) -> Awaitable[Any]: ...


class Loaders(Protocol):
    """One batch per relation: one statement for all parents (`resolvers/loaders.py`)."""

    def row(self, model: type[Model], scoped: bool = False) -> Loader:
        """Rows by id; `scoped` leaves out what the viewer may not see."""

    def many(self, relation: "Relation", model: type[Model]) -> Loader:
        """All rows of a to-many relation, by the parent's id."""

    def slices(self, relation: "Relation", model: type[Model], window: "Window") -> Loader:
        """One page (`Cut`) of a to-many relation for each parent."""

    def counts(self, relation: "Relation", model: type[Model]) -> Loader:
        """How many rows a to-many relation has, by the parent's id."""

    def by(self, name: Hashable, batch: Callable[[list[Any]], Awaitable[list[Any]]]) -> Loader:
        """A loader of one's own, for a computed field: made once per request and name."""


async def _silence() -> None:
    """Nobody to ring: the sweep finds the work."""


async def _never(within: float) -> bool:
    """No bell: wait the whole time."""
    import asyncio

    await asyncio.sleep(within)
    return False


class Gate(Protocol):
    """Counts how often somebody does something (`resolvers/limits.py`)."""

    async def allows(self, rule: str, *about: str, closed: bool = False, cost: int = 1) -> bool:
        """Whether this time is still within the rule, such as `"5/15 minutes"`. Counts it, `cost` times.

        When the store of the counts is down the answer is yes, or no for what is `closed` (signing in).
        """


class OpenGate:
    """Counts nothing; for code that runs without an endpoint."""

    async def allows(self, rule: str, *about: str, closed: bool = False, cost: int = 1) -> bool:
        return True


class Noting(Protocol):
    """Is told what an answer is made of (`resolvers/cache/witness.py`)."""

    def reads(self, statement: str) -> None:
        """The statement is about to run."""

    def elsewhere(self) -> None:
        """What follows reads by itself: what the answer is made of is not known any more."""

    async def counted(self, statement: str, values: Sequence[Any], count: Callable[[], Awaitable[int]]) -> int:
        """The number that the statement gives: known from before, or what `count` says."""


@dataclass(frozen=True)
class Services:
    """What resolvers may use of the running process; made by `leuchtturm/wiring.py`, the same for all requests."""

    site: Site = field(default_factory=Site)
    now: Callable[[], datetime] = utcnow
    ring: Callable[[], Awaitable[None]] = _silence
    """Wake the workers after a commit. A lost ring costs one sweep."""
    heard: Callable[[float], Awaitable[bool]] = _never
    """Wait for the bell of events, at most so many seconds."""
    rung: Callable[[], int] = lambda: 0
    """How often the bell of events has rung: whoever remembers the number sees that there was news."""
    gate: Gate = field(default_factory=OpenGate)
    secure: bool = False
    """Served over HTTPS: cookies are `Secure` and carry the `__Host-` prefix."""
    allowed_origins: frozenset[str] = frozenset()
    """Origins of single-page applications that may use cookies, such as `https://app.example.org`."""
    undo: timedelta = timedelta(minutes=10)
    """How long a scheduled issue can be taken back before anything leaves."""
    more: Mapping[str, Any] = field(default_factory=dict)
    """What one word alone needs, by name: for instance the limits of each channel for a preview."""


@dataclass(frozen=True)
class Outcome:
    """How calling a verb ended: its answer, or what it raised."""

    answer: Any = None
    problem: Exception | None = None

    def told(self) -> Any:
        """The answer. Raises what the verb raised."""
        if self.problem is not None:
            raise self.problem
        return self.answer


@dataclass
class Context:
    """One request, or one WebSocket connection."""

    services: Services
    loaders: Loaders
    viewer: Viewer = ANONYMOUS
    language: Language = Language.DE
    address: str = ""
    """Where the request came from, for limits only; never logged in the clear."""
    browser: str = ""
    """The value of the cookie that binds a sign-in link to the browser that asked for it."""
    cookies: list[str] = field(default_factory=list)
    """`Set-Cookie` values for the answer."""
    refresh: Callable[[], Awaitable[Viewer | None]] | None = None
    """Who the viewer is *now*; None when the credential ended. For subscriptions, before each event."""
    resume: str | None = None
    """The cursor at which a stream was cut (`Last-Event-ID`); stronger than a subscription's `after`."""
    place: str | None = None
    """The cursor of the event that is just being told."""
    done: dict[str, "Outcome"] = field(default_factory=dict)
    """What verbs of this operation have answered already, by the key of the answer: nothing is done twice."""
    noting: Noting | None = None
    """Where a stranger's answer may be kept: learns which statements it takes."""
    tell: Callable[..., Awaitable[dict[str, Any] | None]] | None = None
    """Shows an event of a subscription by its plan; None: plainly."""
    news: Any = None
    """What the subscriptions of this process have in common (`resolvers/events/news.py`)."""
    course: Any = None
    """How far a subscription reads the log (`resolvers/events/courses.py`); None: for itself alone, without end."""
    connection_params: dict[str, Any] = field(default_factory=dict)
    request: Any = None

    @property
    def now(self) -> datetime:
        return self.services.now()

    async def limit(self, rule: str, *about: str, closed: bool = False) -> None:
        """Count, and raise `RateLimited` when it was too often. `about` says what is counted, and for whom."""
        if not await self.services.gate.allows(rule, *about, closed=closed):
            raise RateLimited()

    @property
    def who(self) -> str:
        """The viewer as a key for limits: the person, the partner's key, or the address of somebody unknown."""
        if self.viewer.key_id:
            return f"key:{self.viewer.key_id}"
        return f"person:{self.viewer.person_id}" if self.viewer.person_id else f"address:{self.address}"


Info: TypeAlias = strawberry.Info[Context, None]
