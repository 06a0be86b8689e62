"""What whoever asks does: ask, by name or without one, change it, answer what is wanted to know, take it back."""

from collections.abc import Iterable
from datetime import datetime
from typing import Self
from uuid import UUID

from tortoise.transactions import in_transaction

from models import text
from models.access import Viewer, visible
from models.errors import NotAllowed, NotFound, SignInNeeded
from models.members import Alias, AliasContext, Person, PersonState
from models.outbox import AuditEvent, OutboxEvent
from models.questions import content
from models.questions.answers import BODY_MAX, Clarification
from models.questions.content import Asked
from models.questions.refusals import NoTeamHere, NotForOrganisations, OneNameOnly, TeamForThat, TooManyQuestions
from models.questions.row import QuestionRow
from models.questions.words import NOT_FINAL
from models.roles import Role
from models.teams import Team, TeamState

MOST_OPEN = 10
REASON_MAX = 500


async def may_take_part(by: Viewer) -> UUID:
    """Everybody who is signed in and here; nobody who is restricted, and no organisation (domain.md, 8)."""
    if by.person_id is None:
        raise SignInNeeded()
    if Role.PARTNER in by.roles:
        raise NotForOrganisations()
    if not await Person.filter(id=by.person_id, state=PersonState.ACTIVE).exists():
        raise NotAllowed()
    return by.person_id


class Asking(QuestionRow):
    """The verbs of whoever asks."""

    class Meta:
        abstract = True

    @classmethod
    async def ask(
        cls,
        asked: Asked,
        *,
        by: Viewer,
        now: datetime,
        team_id: UUID | None = None,
        within_team: bool = False,
        anonymous: bool = False,
        under_alias: bool = False,
    ) -> Self:
        """Ask. Anonymously nobody learns who it was, staff included (C2.3); under an alias all read the alias (E37)."""
        me = await may_take_part(by)
        if anonymous and under_alias:
            raise OneNameOnly("underAlias")
        if team_id is not None and (anonymous or under_alias):
            raise NoTeamHere("teamId")
        if within_team and team_id is None:
            raise TeamForThat("withinTeam")
        question = cls(person_id=me, anonymous=anonymous, team_id=team_id, within_team=within_team, asked_at=now)
        question.shown_id = None if anonymous or under_alias else me
        content.take(question, asked)
        question.start_clock(now)
        async with in_transaction():
            if under_alias:
                await question._call_by_alias()
            await cls._may_ask(me, team_id, by)
            await question.save(force_create=True)
            await content.write_topics(question, asked)
            await AuditEvent.record(question, "ask", by=question.as_asker(by), now=now, after=question.state.value)
            await OutboxEvent.record(
                "question.new", subject_kind=cls.kind, subject_id=question.id, team_id=team_id, now=now
            )
        return question

    async def _call_by_alias(self) -> None:
        alias = await Alias.filter(person_id=self.person_id, context=AliasContext.QUESTIONS).first()
        if alias is None:
            raise NotFound("underAlias")
        self.alias = alias.name

    @classmethod
    async def _may_ask(cls, me: UUID, team_id: UUID | None, by: Viewer) -> None:
        if team_id is not None and (
            team_id not in by.teams or not await Team.filter(id=team_id).exclude(state=TeamState.ARCHIVED).exists()
        ):
            raise NotFound("teamId")
        if await cls.filter(person_id=me, state__in=list(NOT_FINAL)).count() >= MOST_OPEN:
            raise TooManyQuestions()

    @classmethod
    async def update(cls, id: UUID, asked: Asked, *, by: Viewer, now: datetime, version: int | None = None) -> Self:
        """Change what it says, until somebody has answered it. A manager does so on behalf, which is noted."""
        async with in_transaction():
            question = await cls.seen(id, by, version=version)
            content.take(question, asked)
            await content.write_topics(question, asked)
            note = "" if question.belongs_to(by) else "on behalf"
            await question.follow("edit", by=question.as_asker(by), now=now, note=note)
        return question

    @classmethod
    async def add_info(cls, id: UUID, info: str, *, by: Viewer, now: datetime) -> Self:
        """Say what somebody wanted to know; the question goes back to where it was."""
        said = text.prose(info, "info", BODY_MAX)
        async with in_transaction():
            question = await cls.seen(id, by)
            await question.follow("add_info", by=question.as_asker(by), now=now)
            wanted = Clarification.filter(question_id=question.id, given_at__isnull=True)
            await wanted.update(info=said, given_at=now, given_by_id=by.person_id)
            question.go_on(now)
            await question.go_to_queue(by, now)
        return question

    @classmethod
    async def close(cls, id: UUID, *, by: Viewer, now: datetime, reason: str = "") -> Self:
        """End it without an answer: whoever asked takes it back, a manager says why."""
        said = text.line(reason, "reason", REASON_MAX, required=False)
        async with in_transaction():
            question = await cls.seen(id, by)
            question.withdrawn, question.reason = question.belongs_to(by), said
            question.stop_clock(now)
            await question.follow("close", by=question.as_asker(by), now=now)
        return question

    async def go_to_queue(self, by: Viewer, now: datetime) -> None:
        """On from triaged, where somebody has said what it is about; otherwise it waits for that."""
        await self.save()
        if self.triaged_at is not None:
            await self.follow("queue", by=self.as_asker(by), now=now)

    def belongs_to(self, by: Viewer) -> bool:
        """Whether they asked, or lead the team for which it was asked."""
        return (by.person_id is not None and by.person_id == self.person_id) or self.team_id in by.leads

    @classmethod
    async def seen(cls, id: UUID, by: Viewer, path: str = "id", version: int | None = None) -> Self:
        """Lock a question that the viewer may see; to everybody else it does not exist."""
        if not await visible(cls.filter(id=id), by).exists():
            raise NotFound(path)
        return await cls.locked(id, path, version=version)

    @classmethod
    async def together(cls, ids: Iterable[UUID]) -> dict[UUID, Self]:
        """Several at once, locked in one order for everybody, so that two who merge never wait for each other."""
        return {id: await cls.locked(id) for id in sorted(set(ids))}
