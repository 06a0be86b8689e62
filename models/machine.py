"""State machines: one transition table next to each entity, and the one function that follows an edge.

The table drives the mutations, `viewerCan`, the diagrams in the documentation and the property tests. Nothing else
in the project writes a `state` column of a stateful row.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Protocol, Self
from uuid import UUID

from tortoise.expressions import F

from models import outbox
from models.base import Row
from models.errors import NotAllowed, Refusal, SignInNeeded, WrongState
from models.inserting import insert
from models.outbox import AuditEvent, OutboxEvent
from models.roles import Role, Visibility


class Actor(Protocol):
    """Who acts: a `Viewer` of `models/access.py`."""

    @property
    def person_id(self) -> UUID | None: ...

    def roles_on(self, row: Any) -> frozenset[Role]: ...


Guard = Callable[[Any, Actor, datetime], Awaitable[Refusal | None]]
"""Says why the row may not follow the edge, or None. Reads only."""

Effect = Callable[[Any, Actor, datetime], Awaitable[None]]
"""What changes along with the state, in the same transaction. Never touches the network."""


@dataclass(frozen=True)
class Edge:
    """One arrow of a machine: `source --action--> target`, for these roles, if the guard has no objection."""

    source: StrEnum
    action: str
    target: StrEnum
    roles: frozenset[Role]
    guard: Guard | None = None
    effects: tuple[Effect, ...] = ()
    visible_to: Visibility = Visibility.STAFF


class Table:
    """The edges of one machine. From one state an action leads along exactly one edge."""

    def __init__(self, *edges: Edge) -> None:
        self._edges: dict[tuple[StrEnum, str], Edge] = {}
        for edge in edges:
            if (edge.source, edge.action) in self._edges:
                raise ValueError(f"two edges for {edge.action} from {edge.source}")
            self._edges[edge.source, edge.action] = edge

    def __iter__(self) -> Iterator[Edge]:
        return iter(self._edges.values())

    def edge(self, source: StrEnum, action: str) -> Edge | None:
        return self._edges.get((source, action))

    def open_to(self, action: str, roles: frozenset[Role]) -> bool:
        """Whether anybody with these roles may ever do this, from whatever state."""
        return any(edge.action == action and edge.roles & roles for edge in self)

    @property
    def actions(self) -> list[str]:
        """Every action of the machine, in the order of the table."""
        return list(dict.fromkeys(edge.action for edge in self))

    def mermaid(self) -> str:
        """The diagram for the documentation."""
        lines = [f"    {e.source.value} --> {e.target.value}: {e.action}" for e in self]
        return "\n".join(["stateDiagram-v2", *lines])


def all_of(*guards: Guard) -> Guard:
    """The first objection of several guards."""

    async def guard(row: Any, by: Actor, now: datetime) -> Refusal | None:
        for ask in guards:
            if refusal := await ask(row, by, now):
                return refusal
        return None

    return guard


def edges(
    sources: Iterable[StrEnum],
    action: str,
    target: StrEnum,
    roles: Iterable[Role],
    guard: Guard | None = None,
    effects: Iterable[Effect] = (),
    visible_to: Visibility = Visibility.STAFF,
) -> list[Edge]:
    """The same arrow from several states."""
    return [Edge(s, action, target, frozenset(roles), guard, tuple(effects), visible_to) for s in sources]


@dataclass(frozen=True)
class Decision:
    """The answer of `viewerCan`: may this viewer do it now, and if not, why not."""

    allowed: bool
    refusal: Refusal | None = field(default=None, compare=False)


class Stateful(Row):
    """A row with a machine: set `kind` (the word in event types), `transitions` and a `state` column."""

    kind: ClassVar[str]
    transitions: ClassVar[Table]
    state: Any

    class Meta:
        abstract = True

    async def decide(self, action: str, *, by: Actor, now: datetime) -> Decision:
        """Would `follow` go along? Acts on nothing."""
        refusal = await self._objection(action, by, now)
        return Decision(refusal is None, refusal)

    async def _objection(self, action: str, by: Actor, now: datetime) -> Refusal | None:
        edge, roles = self.transitions.edge(self.state, action), by.roles_on(self)
        if edge is None and not self.transitions.open_to(action, roles):
            # Whoever may never do this is not told by the answer in which state the row is.
            return SignInNeeded() if by.person_id is None else NotAllowed()
        if edge is None:
            return WrongState()
        if not edge.roles & roles:
            return SignInNeeded() if by.person_id is None else NotAllowed()
        return await edge.guard(self, by, now) if edge.guard else None

    async def follow(self, action: str, *, by: Actor, now: datetime, note: str = "", **about: Any) -> None:
        """Go along one edge: state, effects, AuditEvent and OutboxEvent, all in the caller's transaction.

        The caller has locked the row (`Row.locked`) and set whatever else changes; this saves it. `about` goes into
        the event's payload: ids and plain words, never personal data. Raises the refusal when there is no way.
        """
        if refusal := await self._objection(action, by, now):
            raise refusal
        edge = self.transitions.edge(self.state, action)
        assert edge is not None
        self.state = edge.target
        self.version += 1
        await self.save()
        for effect in edge.effects:
            await effect(self, by, now)
        entry = AuditEvent.of(
            self, action, by=by, now=now, before=edge.source.value, after=edge.target.value, note=note
        )
        event = self._event(edge, now, **about)
        outbox.look(event)
        await insert(entry, event)

    @classmethod
    async def follow_together(
        cls, rows: Sequence[Self], action: str, *, by: Actor, now: datetime, note: str = ""
    ) -> None:
        """The same as `follow` for many locked rows of one state, in three statements; for an edge without effects.

        Raises the first refusal, and then nobody has moved. Whatever else was changed on the rows is not saved.
        """
        for row in rows:
            if refusal := await row._objection(action, by, now):
                raise refusal
        edge = cls.transitions.edge(rows[0].state, action) if rows else None
        if edge is None:
            return
        assert not edge.effects
        assert all(row.state is edge.source for row in rows)
        ids = [row.id for row in rows]
        await cls.filter(id__in=ids).update(state=edge.target, version=F("version") + 1, updated_at=now)
        about = {"before": edge.source.value, "after": edge.target.value, "note": note}
        await AuditEvent.bulk_create([AuditEvent.of(row, action, by=by, now=now, **about) for row in rows])
        await OutboxEvent.bulk_create([row._event(edge, now) for row in rows])

    def _event(self, edge: Edge, now: datetime, /, **about: Any) -> OutboxEvent:
        return OutboxEvent(
            type=f"{self.kind}.{edge.target.value}",
            subject_kind=self.kind,
            subject_id=self.id,
            team_id=getattr(self, "team_id", None),
            visible_to=edge.visible_to,
            payload={"action": edge.action, "from": edge.source.value, **about},
            at=now,
        )
