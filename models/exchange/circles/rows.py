"""Founder circles: people without a team who could found one, and what each of them answers."""

from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from tortoise import fields
from tortoise.transactions import in_transaction

from models.access import SYSTEM, Viewer, visible
from models.base import Moment
from models.errors import NotFound
from models.exchange.circles import telling
from models.exchange.circles.clustering import FEWEST
from models.exchange.circles.states import CircleState, SeatState, of_circles, of_seats
from models.machine import Stateful, Table
from models.roles import Role
from models.teams import Team, TeamMembership

WAITING = (SeatState.INVITED, SeatState.ACCEPTED)


class FounderCircle(Stateful):
    """A proposal to three to six people; a team as soon as three have accepted, and for the others until it ends."""

    kind = "founder_circle"
    transitions: ClassVar[Table] = of_circles

    field_of_action: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.FieldOfAction", related_name="circles", null=True, on_delete=fields.RESTRICT, db_index=True
    )
    team: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Team", related_name="circles", null=True, on_delete=fields.SET_NULL
    )
    field_of_action_id: UUID | None
    team_id: UUID | None
    week = fields.CharField(max_length=8)
    """The ISO week of the proposal, such as `2020-W16`."""
    size = fields.SmallIntField()
    """How many were asked."""
    needed = fields.SmallIntField(default=FEWEST, db_default=FEWEST)
    language = fields.CharField(max_length=3, default="", db_default="")
    week_parts: Any = fields.JSONField(default=list)
    """Parts of the week in which all of them have time."""
    reason_de = fields.CharField(max_length=400, default="")
    reason_en = fields.CharField(max_length=400, default="")
    state = fields.CharEnumField(CircleState, max_length=24, default=CircleState.PROPOSED)
    ends_at = Moment(db_index=True)

    seats: fields.ReverseRelation["CircleSeat"]

    class Meta:
        table = "founder_circle"

    async def accepted(self) -> int:
        return await CircleSeat.filter(circle_id=self.id, state=SeatState.ACCEPTED).count()

    async def found_team(self, now: datetime) -> None:
        """Make it a team, a draft that its people name and list; led by whoever accepted first, until they decide."""
        came = CircleSeat.filter(circle_id=self.id, state=SeatState.ACCEPTED)
        people = [seat.person_id for seat in await came.order_by("answered_at", "id")]
        founder = Viewer(person_id=people[0], roles=frozenset({Role.PARTICIPANT}))
        team = await Team.found(await telling.first_words(self), by=founder, now=now)
        self.team_id = team.id
        await self.save()
        for person in people[1:]:
            await TeamMembership.enter(team.id, person, now=now)
        await telling.formed(self, team, people, now)

    async def close_seats(self, now: datetime) -> None:
        for seat in await CircleSeat.filter(circle_id=self.id, state__in=WAITING).order_by("id").select_for_update():
            came = seat.state is SeatState.ACCEPTED
            await seat.follow("expire", by=SYSTEM, now=now)
            if came:
                await telling.dissolved(self, seat.person_id, now)

    @classmethod
    async def dissolve(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        """End a proposal; those who had accepted are told that there will be another one."""
        async with in_transaction():
            circle = await cls.locked(id)
            await circle.follow("dissolve", by=by, now=now)
        return circle

    @classmethod
    async def end_due(cls, *, now: datetime, most: int = 100) -> int:
        """Dissolve proposals whose time is over, and close what nobody answered in those that became a team."""
        over = cls.filter(ends_at__lte=now, seats__state=SeatState.INVITED).distinct().limit(most)
        late = cls.filter(ends_at__lte=now, state=CircleState.PROPOSED).limit(most)
        ids: set[Any] = {*await over.values_list("id", flat=True), *await late.values_list("id", flat=True)}
        for id in sorted(ids):
            async with in_transaction():
                circle = await cls.locked(id)
                if circle.state is CircleState.PROPOSED:
                    await circle.follow("dissolve", by=SYSTEM, now=now)
                else:
                    open_ = CircleSeat.filter(circle_id=id, state=SeatState.INVITED).order_by("id")
                    for seat in await open_.select_for_update():
                        await seat.follow("expire", by=SYSTEM, now=now)
        return len(ids)


class CircleSeat(Stateful):
    """One person's answer to one proposal. Nobody else reads it: who said no stays between them and us."""

    kind = "circle_seat"
    transitions: ClassVar[Table] = of_seats

    circle: fields.ForeignKeyRelation[FounderCircle] = fields.ForeignKeyField(
        "models.FounderCircle", related_name="seats", db_index=True
    )
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="circle_seats", db_index=True
    )
    circle_id: UUID
    person_id: UUID
    state = fields.CharEnumField(SeatState, max_length=24, default=SeatState.INVITED)
    answered_at = Moment(null=True)

    class Meta:
        table = "circle_seat"
        unique_together = (("circle", "person"),)

    @classmethod
    async def answer(cls, id: UUID, yes: bool, *, by: Viewer, now: datetime) -> Self:
        """Join a circle or say no, also after all. The third yes makes it a team, in the same transaction."""
        async with in_transaction():
            seen = await visible(cls.filter(id=id), by).first()
            if seen is None:
                raise NotFound("id")
            await FounderCircle.locked(seen.circle_id)  # one answer after the other: there is one third yes
            seat = await cls.locked(id)
            seat.answered_at = now
            await seat.follow("accept" if yes else "decline", by=by, now=now)
            await telling.answered(seat, now)
        return seat

    async def came(self, now: datetime) -> None:
        """Form the team when there are enough, or join the one there is."""
        circle = await FounderCircle.get(id=self.circle_id)
        if circle.state is CircleState.FORMED and circle.team_id is not None:
            await TeamMembership.enter(circle.team_id, self.person_id, now=now)
        elif await circle.accepted() >= circle.needed:
            await circle.follow("form", by=SYSTEM, now=now)
