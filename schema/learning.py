"""The Lernplattform: what is in it, what members suggest, what staff review."""

from datetime import datetime
from uuid import UUID

import strawberry

import models
from models.learning import ResourceKind, ResourceLevel, ResourceOrigin, ResourceState
from schema.binding import bound, column, localised, relation
from schema.described import answer, enum, given
from schema.inputs import Given, Payload
from schema.localised import LocalisedText
from schema.members import Person, Skill
from schema.programme import FieldOfAction
from schema.questions.types import Question

for each in (ResourceKind, ResourceLevel, ResourceOrigin, ResourceState):
    enum(each)


@bound(models.LearningTopic)
class LearningTopic:
    """What a resource is about: a skill, or a field of action."""

    id: UUID
    skill: Skill | None = relation("skill", scoped=True)
    field_of_action: FieldOfAction | None


@bound(models.LearningResource)
class LearningResource:
    """Something to learn from: a text of its own, an address that it leads to, or both."""

    id: UUID
    version: int
    kind: ResourceKind = column("form")
    state: ResourceState
    """What is `STALE` was due to be looked at again; nobody has yet."""
    origin: ResourceOrigin
    title: LocalisedText = localised("title")
    body: LocalisedText = localised("body")
    """Markdown. Empty where it was not written in that language."""
    url: LocalisedText = localised("url")
    licence: str
    level: ResourceLevel | None
    language: str
    """In which it was written or is spoken: ISO 639."""
    minutes: int | None
    captions: bool
    transcript: bool
    plain_language: bool
    review_due_at: datetime | None
    published_at: datetime | None
    broken_because: str
    author: Person | None = relation("author", scoped=True)
    """Who is thanked for it; null for nobody, and for whom that person does not show themselves to."""
    question: Question | None = relation("question", scoped=True)
    """What it is the answer to; null for nothing that you may see."""
    topics: list[LearningTopic] = relation("topics", order="id")


@strawberry.input
class MaterialInput(Given):
    """All that is said about a resource."""

    kind: ResourceKind
    title_de: str = ""
    title_en: str = ""
    body_de: str = ""
    """Markdown, up to 20,000 characters."""
    body_en: str = ""
    url_de: str = ""
    """`https://…`"""
    url_en: str = ""
    licence: str = ""
    """Such as `CC BY 4.0`."""
    level: ResourceLevel | None = None
    language: str = ""
    """ISO 639; left out, the one of the title, German first."""
    minutes: int | None = None
    captions: bool = False
    transcript: bool = False
    plain_language: bool = False
    skills: list[UUID] = strawberry.field(default_factory=list)
    fields_of_action: list[UUID] = strawberry.field(default_factory=list)


@given
class SuggestResourceInput(MaterialInput):
    """Something that others should know of."""

    is_own_work: bool = False
    """You have made it, and would like to be named."""


@answer
class SuggestResourcePayload(Payload):
    resource: LearningResource | None


@given
class ReviewResourceInput(MaterialInput):
    """All of it as it should be: what is left out is emptied."""

    id: UUID
    version: int | None = None
    credit: bool = True
    """Without it nobody is named as its author any more."""


@answer
class ReviewResourcePayload(Payload):
    resource: LearningResource | None


@given
class PublishResourceInput(Given):
    id: UUID
    review_due_at: datetime | None = None
    """When somebody looks at it again: at most two years from now."""


@answer
class PublishResourcePayload(Payload):
    resource: LearningResource | None


@given
class MarkResourceBrokenInput(Given):
    id: UUID
    reason: str
    """For its author: what is not there any more."""


@answer
class MarkResourceBrokenPayload(Payload):
    resource: LearningResource | None


@given
class ArchiveResourceInput(Given):
    id: UUID


@answer
class ArchiveResourcePayload(Payload):
    resource: LearningResource | None


@given
class PromoteToLearningInput(Given):
    """Words that are left out are those of question and answer, in their language."""

    question_id: UUID
    answer_id: UUID | None = None
    """Left out: the accepted one."""
    kind: ResourceKind = ResourceKind.FAQ
    title_de: str = ""
    title_en: str = ""
    body_de: str = ""
    body_en: str = ""
    licence: str = ""
    level: ResourceLevel | None = None
    minutes: int | None = None
    plain_language: bool = False
    skills: list[UUID] | None = None
    """Left out: those of the question."""
    fields_of_action: list[UUID] | None = None
    credit: bool = True
    """Without it nobody is named as its author. Who asked never is, and whoever answers unnamed stays so."""
    review_due_at: datetime | None = None
    publish: bool = False
    """At once; it needs licence, level and review date, and you are not its author."""


@answer
class PromoteToLearningPayload(Payload):
    resource: LearningResource | None
