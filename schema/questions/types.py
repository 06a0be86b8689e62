"""Open questions, as the graph shows them."""

from datetime import datetime
from typing import Annotated, TypeAlias
from uuid import UUID

import strawberry

import models
from models.access import Viewer
from models.language import Language
from models.members.fields import without_links
from models.questions import Priority, QuestionKind, QuestionState
from schema.batched import batched
from schema.binding import bound, column, relation
from schema.context import Context
from schema.derived import derived
from schema.described import answer, enum
from schema.members import Person, Skill
from schema.paging import Connection
from schema.programme import FieldOfAction
from schema.scalars import EventCursor
from schema.teams import Team

enum(Priority, "QuestionPriority")

Later: TypeAlias = Annotated["Question", strawberry.lazy("schema.questions.types")]


@bound(models.QuestionTopic)
class QuestionTopic:
    """What a question is about: a skill, or a field of action."""

    id: UUID
    skill: Skill | None = relation("skill", scoped=True)
    field_of_action: FieldOfAction | None


@bound(models.Clarification)
class Clarification:
    """What somebody wanted to know before they could answer, and what whoever asked said to it."""

    id: UUID
    wanted: str
    info: str
    """Empty until it was said."""
    asked_at: datetime
    given_at: datetime | None


@bound(models.Answer)
class Answer:
    """What somebody knows. Answers stand in the order of time, the accepted one is named by the question."""

    id: UUID
    written_at: datetime
    edited_at: datetime | None
    author: Person | None = relation("shown", scoped=True)
    """Null where whoever asked without a name answers it themself, and for whom they do not show themselves to."""
    alias: str
    by_asker: bool
    """Whoever asked found it out."""
    question: Later | None = relation("question", scoped=True)

    @batched("body", "shown_id")
    async def body(said: list[tuple[str, UUID | None]], context: Context) -> list[str]:
        """Markdown. Links of new accounts are held back for some days."""
        if context.viewer.is_staff:
            return [body for body, _ in said]
        authors = {id for _, id in said if id is not None}
        rows = await models.Person.filter(id__in=sorted(authors), links_held=True).only("id") if authors else []
        held = {row.id for row in rows}
        return [without_links(body) if id in held else body for body, id in said]

    @derived("person_id")
    def is_yours(person_id: UUID | None, viewer: Viewer) -> bool:
        """Whether you wrote it."""
        return person_id is not None and person_id == viewer.person_id


@bound(models.Question)
class Question:
    """A question on its way to an answer; for members, once a community manager has looked at it."""

    id: UUID
    version: int
    state: QuestionState
    title: str
    body: str
    """Markdown."""
    language: Language
    kind: QuestionKind | None = column("purpose")
    """Null until somebody has said so."""
    priority: Priority
    asked_at: datetime
    is_anonymous: bool = column("anonymous")
    """Nobody can read who asked, staff included."""
    alias: str
    """The name under which it was asked; empty for the person's own, and for none."""
    asker: Person | None = relation("shown", scoped=True)
    """Who asked by name; null for whom they do not show themselves to."""
    team: Team | None = relation("team", scoped=True)
    within_team: bool
    """Only the team reads it, and staff."""
    topics: list[QuestionTopic] = relation("topics", order="id")
    due_at: datetime | None = column("sla_due_at")
    """Until when we owe an answer; the clock stands still since `clockStoppedAt`."""
    clock_stopped_at: datetime | None = column("stopped_at")
    claimed_by: Person | None = relation("claimed_by", scoped=True)
    """Who is at it; after a day without an answer others may have it."""
    claimed_at: datetime | None
    answered_at: datetime | None
    """When it was answered first."""
    accepted_answer_id: UUID | None
    canonical: Later | None = relation("canonical", scoped=True)
    """Of a duplicate: the question where it is answered."""
    reason: str
    """Why it was parked or closed."""
    me_too_count: int = column("me_too")
    """How many others have the same question."""
    answers: Connection[Answer] = relation("answers", order="id", first=20)
    """The first to be written first."""
    clarifications: list[Clarification] = relation("clarifications", order="id")

    @derived("person_id")
    def is_yours(person_id: UUID | None, viewer: Viewer) -> bool:
        """Whether you asked; told to nobody else."""
        return person_id is not None and person_id == viewer.person_id

    @batched("id")
    async def you_too(ids: list[UUID], context: Context) -> list[bool]:
        """Whether you have said that you have the same question; told to nobody else."""
        if context.viewer.person_id is None:
            return [False for _ in ids]
        said = models.MeToo.filter(question_id__in=ids, person_id=context.viewer.person_id)
        yours = set(await said.values_list("question_id", flat=True))
        return [id in yours for id in ids]


@answer
class QuestionUpdate:
    """Something happened to a question."""

    cursor: EventCursor
    """Pass the last one you saw as `after` to go on behind it."""
    question: Question | None
    """As it is now; null when you may not see it any more."""
