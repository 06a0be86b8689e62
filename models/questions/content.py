"""Reading what somebody wants to ask, and writing it into the rows. No rule about states stands here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from models import text
from models.errors import NotFound
from models.language import Language
from models.members import Skill, SkillState
from models.members.fields import LINK
from models.programme import FieldOfAction
from models.questions.answers import BODY_MAX
from models.questions.refusals import LinkInTitle, TooManyTopics
from models.questions.row import TITLE_MAX
from models.questions.topics import QuestionTopic

MOST_TOPICS = 8


@dataclass(frozen=True)
class Asked:
    """A question as it comes from a form; None leaves what is there."""

    title: str | None = None
    body: str | None = None
    language: Language | None = None
    skills: Sequence[UUID] | None = None
    fields_of_action: Sequence[UUID] | None = None


def take(question: Any, asked: Asked) -> None:
    """Check the words and take them over. Raises refusals; saves nothing."""
    if asked.title is not None or not question.title:
        question.title = text.line(asked.title or "", "title", TITLE_MAX)
        if LINK.search(question.title):
            raise LinkInTitle("title")
    if asked.body is not None:
        question.body = text.prose(asked.body, "body", BODY_MAX, required=False)
    question.language = asked.language or question.language


async def write_topics(question: Any, asked: Asked) -> None:
    """Put topics in place of those that stood there; None leaves skills, or fields, as they are."""
    if asked.skills is not None:
        # Checked ones only: a proposal would tell, by whoever proposed it, who asks.
        skills = await Skill.filter(id__in=list(asked.skills), state__in=[SkillState.APPROVED, SkillState.MERGED])
        if len(skills) < len(set(asked.skills)):
            raise NotFound("skills")
        named = {skill.merged_into_id or skill.id for skill in skills}
        await QuestionTopic.filter(question_id=question.id, skill_id__isnull=False).delete()
        await QuestionTopic.bulk_create([QuestionTopic(question_id=question.id, skill_id=id) for id in sorted(named)])
    if asked.fields_of_action is not None:
        wanted = sorted(set(asked.fields_of_action))
        if await FieldOfAction.filter(id__in=wanted).count() < len(wanted):
            raise NotFound("fieldsOfAction")
        await QuestionTopic.filter(question_id=question.id, field_of_action_id__isnull=False).delete()
        rows = [QuestionTopic(question_id=question.id, field_of_action_id=id) for id in wanted]
        await QuestionTopic.bulk_create(rows)
    if await QuestionTopic.filter(question_id=question.id).count() > MOST_TOPICS:
        raise TooManyTopics("skills")
