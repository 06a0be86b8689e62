"""From an answer to the Lernplattform, in one step (C7.4, C15.4): its author is thanked, who asked unnamed stays so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tortoise.transactions import in_transaction

from models.access import Viewer, require
from models.errors import Conflict, FourEyes, NotFound
from models.language import Language
from models.learning import LearningResource, Material, ResourceKind, ResourceLevel, ResourceOrigin, ResourceState
from models.learning.states import KEEPERS
from models.questions.answers import Answer
from models.questions.question import Question
from models.questions.states import KNOWN
from models.questions.topics import QuestionTopic


class NotAnswered(Conflict):
    code = "NOT_ANSWERED"
    de = "Diese Frage hat noch keine Antwort. Erst eine beantwortete kommt in die Lernplattform."
    en = "This question has no answer yet. Only an answered one goes to the learning platform."


class PromotedAlready(Conflict):
    code = "PROMOTED_ALREADY"
    de = "Diese Frage steht schon in der Lernplattform. Bitte ändert den Eintrag dort."
    en = "This question is on the learning platform already. Please change the entry there."


class TeamsOwn(Conflict):
    code = "TEAMS_OWN"
    de = "Diese Frage hat ein Team unter sich gestellt. Bitte fragt das Team, ob es sie für alle stellt."
    en = "A team has asked this question among themselves. Please ask the team whether they ask it for everybody."


@dataclass(frozen=True)
class Promotion:
    """What is said along; words that are left out are those of question and answer, in their language."""

    form: ResourceKind = ResourceKind.FAQ
    title_de: str = ""
    title_en: str = ""
    body_de: str = ""
    body_en: str = ""
    licence: str = ""
    level: ResourceLevel | None = None
    minutes: int | None = None
    plain_language: bool = False
    skills: Sequence[UUID] | None = None
    fields_of_action: Sequence[UUID] | None = None
    credit: bool = True
    review_due_at: datetime | None = None
    publish: bool = False
    """At once, where it is described and somebody else has written it: four eyes have seen it."""


async def promote(
    question_id: UUID, said: Promotion, *, by: Viewer, now: datetime, answer_id: UUID | None = None
) -> LearningResource:
    """Make a resource of an answer, the accepted one unless another is named. For staff.

    Whoever asked is not part of it: their question's body, name and team stay where they are. Raises `NotAnswered`,
    `PromotedAlready`, `TeamsOwn`, and whatever publishing lacks; then nothing is written.
    """
    require(by, *KEEPERS)
    async with in_transaction():
        question = await Question.seen(question_id, by, "questionId")
        if question.within_team:
            raise TeamsOwn("questionId")
        if question.state not in KNOWN:
            raise NotAnswered("questionId")
        standing = LearningResource.filter(question_id=question.id).exclude(state=ResourceState.ARCHIVED)
        if await standing.exists():
            raise PromotedAlready("questionId")
        answer = await Answer.filter(id=answer_id or question.accepted_answer_id, question_id=question.id).first()
        if answer is None:
            raise NotFound("answerId")
        resource = await LearningResource.begin(
            await _material(question, answer, said), ResourceOrigin.QUESTION, by=by, now=now,
            author_id=answer.shown_id if said.credit else None, suggested_by_id=answer.person_id,
            question_id=question.id, review_due_at=said.review_due_at,
        )  # fmt: skip
        return await _published(resource, answer, said, by, now) if said.publish else resource


async def _published(
    resource: LearningResource, answer: Answer, said: Promotion, by: Viewer, now: datetime
) -> LearningResource:
    if answer.person_id == by.person_id:
        raise FourEyes("publish")
    await resource.follow("review", by=by, now=now)
    return await LearningResource.publish(resource.id, by=by, now=now, review_due_at=said.review_due_at)


async def _material(question: Question, answer: Answer, said: Promotion) -> Material:
    german = question.language is Language.DE
    topics = await QuestionTopic.filter(question_id=question.id)
    skills = [row.skill_id for row in topics if row.skill_id] if said.skills is None else said.skills
    areas = [row.field_of_action_id for row in topics if row.field_of_action_id]
    return Material(
        form=said.form, licence=said.licence, level=said.level, minutes=said.minutes,
        plain_language=said.plain_language, language=question.language.value, skills=skills,
        title_de=said.title_de or (question.title if german else ""),
        title_en=said.title_en or ("" if german else question.title),
        body_de=said.body_de or (answer.body if german else ""),
        body_en=said.body_en or ("" if german else answer.body),
        fields_of_action=areas if said.fields_of_action is None else said.fields_of_action,
    )  # fmt: skip
