"""The columns of a question, its clock, and whom it tells that something has happened."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from tortoise import fields

from models.access import Behind, Viewer
from models.base import Moment
from models.inserting import insert
from models.language import Language
from models.machine import Actor, Edge, Stateful, Table
from models.outbox import OutboxEvent
from models.questions import telling
from models.questions.me_too import MeToo
from models.questions.states import transitions
from models.questions.topics import QuestionTopic
from models.questions.words import ANSWER_WITHIN, SHOWN, Priority, QuestionKind, QuestionState
from models.roles import Visibility
from models.teams import MembershipState, TeamMembership

TITLE_MAX = 160
TOLD = "question.told"
"""For one person alone: something happened to a question that is theirs and that members do not see."""


class QuestionRow(Stateful):
    """A question with the way it takes to its answer.

    `person` is whoever asked and stands in no answer of ours to anybody else; `shown` is the same person where they ask
    by name, and null where they do not: under an alias (E37), and anonymously, where there is no name at all (C2.3).
    """

    kind = "question"
    transitions: ClassVar[Table] = transitions

    person: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="questions", null=True, on_delete=fields.RESTRICT, db_index=True
    )
    shown: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="shown_questions", null=True, on_delete=fields.SET_NULL
    )
    team: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Team", related_name="questions", null=True, on_delete=fields.RESTRICT, db_index=True
    )
    claimed_by: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="claimed_questions", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    canonical: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Question", related_name="duplicates", null=True, on_delete=fields.RESTRICT, db_index=True
    )
    person_id: UUID | None
    shown_id: UUID | None
    team_id: UUID | None
    claimed_by_id: UUID | None
    canonical_id: UUID | None
    anonymous = fields.BooleanField(default=False)
    alias = fields.CharField(max_length=120, default="")
    """The name under which it was asked; "" for the person's own, and for none."""
    within_team = fields.BooleanField(default=False)
    """Only the team reads it, and staff."""
    title = fields.CharField(max_length=TITLE_MAX)
    body = fields.TextField(default="")
    language = fields.CharEnumField(Language, max_length=24, default=Language.DE)
    purpose: Any = fields.CharEnumField(QuestionKind, max_length=24, null=True)
    priority = fields.CharEnumField(Priority, max_length=24, default=Priority.NORMAL)
    state = fields.CharEnumField(QuestionState, max_length=24, default=QuestionState.NEW)
    asked_at = Moment()
    triaged_at = Moment(null=True)
    sla_due_at = Moment(null=True)
    """Until when we owe an answer; the clock stands still while `stopped_at` says since when."""
    stopped_at = Moment(null=True)
    rerouted_at = Moment(null=True)
    overdue_at = Moment(null=True)
    """Since when it has been on the desk, because the whole time is over."""
    claimed_at = Moment(null=True)
    answered_at = Moment(null=True)
    accepted_answer_id = fields.UUIDField(null=True)
    withdrawn = fields.BooleanField(default=False)
    """Closed by those who asked."""
    reason = fields.TextField(default="")
    """Why it was parked or closed, for whoever reads it."""
    me_too = fields.IntField(default=0)
    """How many rows of `MeToo` there are."""

    topics: fields.ReverseRelation[QuestionTopic]
    answers: fields.ReverseRelation[Any]
    clarifications: fields.ReverseRelation[Any]
    me_toos: fields.ReverseRelation[MeToo]

    class Meta:
        abstract = True

    @property
    def is_sealed(self) -> bool:
        """Whether nobody may learn who asked."""
        return self.anonymous or bool(self.alias)

    def as_asker(self, by: Viewer) -> Actor:
        """Who acts, as the logs may name them: whoever asked unnamed acts unnamed, too."""
        return Behind(by) if self.is_sealed and by.person_id == self.person_id else by

    def _event(self, edge: Edge, now: datetime, /, **about: Any) -> OutboxEvent:
        event = super()._event(edge, now, **about)
        shown = edge.target in SHOWN and not self.within_team
        event.visible_to = Visibility.MEMBERS if shown else Visibility.STAFF
        return event

    async def follow(self, action: str, *, by: Actor, now: datetime, note: str = "", **about: Any) -> None:
        """As ever; what members do not see is told to those whose question it is, each by an event of their own."""
        before, had = self.state, self.claimed_by_id
        await super().follow(action, by=by, now=now, note=note, **about)
        if self.state not in SHOWN or self.within_team:
            told = [self._told(person, now) for person in await self.whose()]
            if told:
                await insert(*told)
        step = telling.Step(self, action, before, by, now, had, str(about.get("answer", "")))
        await telling.followed(step)

    def _told(self, person_id: UUID, now: datetime) -> OutboxEvent:
        return OutboxEvent(
            type=TOLD, subject_kind=self.kind, subject_id=self.id, person_id=person_id, visible_to=Visibility.PERSON,
            payload={"state": self.state.value}, at=now,
        )  # fmt: skip

    async def whose(self) -> list[UUID]:
        """Whoever asked, and the members of the team for which it was asked."""
        team: Any = []
        if self.team_id is not None:
            rows = TeamMembership.filter(team_id=self.team_id, state=MembershipState.ACTIVE)
            team = await rows.values_list("person_id", flat=True)
        return self._with_asker(team)

    async def concerned(self) -> list[UUID]:
        """Whoever asked, and whoever said "me too", each once: those who want to hear of an answer."""
        rows: Any = await MeToo.filter(question_id=self.id).values_list("person_id", flat=True)
        return self._with_asker(rows)

    def _with_asker(self, others: Iterable[UUID]) -> list[UUID]:
        """In the order of ids, which does not tell who asked."""
        return sorted({*others, self.person_id} if self.person_id else set(others))

    def stop_clock(self, now: datetime) -> None:
        self.stopped_at = self.stopped_at or now

    def go_on(self, now: datetime) -> None:
        """The clock goes on, and what was waited for others is not counted."""
        if self.stopped_at is not None and self.sla_due_at is not None:
            self.sla_due_at += now - self.stopped_at
        self.stopped_at = None

    def start_clock(self, now: datetime) -> None:
        """The whole time from now on."""
        self.stopped_at, self.rerouted_at, self.overdue_at = None, None, None
        self.sla_due_at = now + ANSWER_WITHIN[self.priority]

    async def count_me_too(self) -> None:
        """Count anew; the row is locked, so nobody counts at the same time."""
        self.me_too = await MeToo.filter(question_id=self.id).count()
        await self.save(update_fields=["me_too"])
