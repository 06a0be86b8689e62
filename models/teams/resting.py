"""How a team is doing: listing, check-ins, rest, waking up, the archive."""

from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from tortoise.transactions import in_transaction

from models import notifications, text, vault
from models.access import SYSTEM, Viewer, visible
from models.errors import NotAllowed, NotFound, SignInNeeded, WrongState
from models.notifications.kind import signed_token
from models.outbox import AuditEvent, OutboxEvent
from models.teams import telling
from models.teams.checkins import ANSWER_MAX, CheckIn, Mood
from models.teams.founding import Founding
from models.teams.refusals import LinkInvalid
from models.teams.states import STAFF, TeamState

CHECKIN_EVERY = timedelta(days=14)
CHECKIN_GRACE = timedelta(days=4)  # a long weekend: after it the check-in counts as missed
MISSED_MOST = 2  # then the team rests: about a month without a word
CHECKIN_DUE = "team.checkin_due"
RESTING = "team.resting"


class Resting(Founding):
    """The verbs of those who look after a team, and of the day that passes."""

    class Meta:
        abstract = True

    @classmethod
    async def act(cls, id: UUID, action: str, *, by: Viewer, now: datetime, note: str = "") -> Self:
        """Follow one edge: list (also: wake up), rest, archive, hide. The check-ins go along."""
        async with in_transaction():
            if not await visible(cls.filter(id=id), by).exists():
                raise NotFound("id")
            team = await cls.locked(id)
            await team._move_to(action, by, now, note)
        return team

    async def _move_to(self, action: str, by: Viewer, now: datetime, note: str = "") -> None:
        listed = action == "list"
        if refusal := (await self.decide(action, by=by, now=now)).refusal:
            raise refusal
        self.missed_checkins = 0
        self.next_checkin_at = now + CHECKIN_EVERY if listed else None
        await self.follow(action, by=by, now=now, note=note)
        await self.plan_checkin(now)

    async def plan_checkin(self, now: datetime) -> None:
        """Remind the leads of the next check-in, or of nothing when there is none (E31, E32)."""
        await notifications.forget(self, now=now, kinds=[CHECKIN_DUE])
        if self.next_checkin_at is None:
            return
        for lead in await telling.leads(self):
            about = telling.about(self)
            await notifications.remind(lead, CHECKIN_DUE, subject=self, at=self.next_checkin_at, now=now, about=about)

    @classmethod
    async def check_in(
        cls, id: UUID, mood: Mood, *, by: Viewer, now: datetime, succeeded: str = "", helps: str = ""
    ) -> CheckIn:
        """Say how the team is doing; any of its members may. A team that rests wakes up by it."""
        told = text.prose(succeeded, "succeeded", ANSWER_MAX, required=False)
        wish = text.prose(helps, "helps", ANSWER_MAX, required=False)
        if by.is_anonymous:
            raise SignInNeeded()
        async with in_transaction():
            if not await visible(cls.filter(id=id), by).exists():
                raise NotFound("id")
            team = await cls.locked(id)
            if team.id not in by.teams and not by.roles & STAFF:
                raise NotAllowed("id")
            if team.state is TeamState.ARCHIVED:
                raise WrongState("id")
            row = await CheckIn.create(
                team_id=team.id, person_id=by.person_id, mood=mood, succeeded=told, helps=wish, at=now
            )
            await AuditEvent.record(row, "check_in", by=by, now=now, after=mood.value)
            await OutboxEvent.record(
                "team.checked_in",
                subject_kind=cls.kind,
                subject_id=team.id,
                team_id=team.id,
                now=now,
                payload={"mood": mood.value, "check_in": str(row.id)},
            )
            await team._heard(now)
        return row

    async def _heard(self, now: datetime) -> None:
        if self.state is TeamState.DORMANT:
            await self._move_to("list", SYSTEM, now)
            return
        self.missed_checkins = 0
        self.next_checkin_at = now + CHECKIN_EVERY if self.state is TeamState.LISTED else None
        await self.save()
        await self.plan_checkin(now)

    @classmethod
    async def overdue(cls, now: datetime) -> list[UUID]:
        """Listed teams whose check-in has been due for longer than a long weekend."""
        late = cls.filter(state=TeamState.LISTED, next_checkin_at__lt=now - CHECKIN_GRACE)
        return [team.id for team in await late.order_by("next_checkin_at").limit(500).only("id")]

    @classmethod
    async def miss(cls, id: UUID, *, now: datetime) -> Self:
        """Count a check-in that did not come; after the second in a row the team rests, with a kind notice.

        The second call for the same check-in changes nothing: the next one is due later then.
        """
        async with in_transaction():
            team = await cls.locked(id)
            due = team.next_checkin_at
            if team.state is not TeamState.LISTED or due is None or due >= now - CHECKIN_GRACE:
                return team
            if team.missed_checkins + 1 >= MISSED_MOST:
                await team._move_to("rest", SYSTEM, now, "no word for a while")
                await telling.tell_leads(team, RESTING, team, now, round=await _rest(team.id))
                return team
            team.missed_checkins += 1
            team.next_checkin_at = now + CHECKIN_EVERY
            await team.save()
            await team.plan_checkin(now)
        return team

    @classmethod
    async def to_wake(cls, token: str) -> Self:
        """The team of a mailed link; looking changes nothing (E7). Raises `LinkInvalid`.

        A link counts for one rest: when the team has woken up and fallen silent again, it has another.
        """
        try:
            team = await cls.filter(id=UUID(hex=token[:32])).first()
        except ValueError:
            team = None
        if team is None or not vault.same(token, signed_token(RESTING, team.id, await _rest(team.id))):
            raise LinkInvalid("token")
        return team

    @classmethod
    async def wake_by_link(cls, token: str, *, now: datetime) -> Self:
        """One click without signing in, for whoever leads the team. A second one finds it awake."""
        async with in_transaction():
            team = await cls.locked((await cls.to_wake(token)).id)
            if team.state is TeamState.DORMANT:
                await team._move_to("list", SYSTEM, now, "by a mailed link")
        return team


async def _rest(team_id: UUID) -> str:
    """Names the last time that the team began to rest."""
    last = await AuditEvent.filter(subject_id=team_id, action="rest").order_by("-id").first()
    return str(last.id) if last else ""
