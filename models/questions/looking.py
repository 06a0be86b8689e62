"""The list of questions: filtered, in the order of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models.access import NOTHING, Viewer
from models.language import Language
from models.questions.question import Question
from models.questions.words import QuestionKind, QuestionState

S = QuestionState


class QuestionOrder(StrEnum):
    """How questions are sorted: the latest first, or the one first that is owed an answer soonest."""

    NEWEST = "newest"
    DUE = "due"

    @property
    def columns(self) -> tuple[str, ...]:
        return {"newest": ("-asked_at", "-id"), "due": ("sla_due_at", "id")}[self.value]


@dataclass(frozen=True)
class Sought:
    """What somebody looks for; None and nothing leave it open. The field of action by its key."""

    states: Sequence[QuestionState] = ()
    kind: QuestionKind | None = None
    language: Language | None = None
    skill: UUID | None = None
    field_of_action: str | None = None
    team: UUID | None = None
    mine: bool = False
    waiting_for_me: bool = False


def questions(sought: Sought, viewer: Viewer) -> QuerySet[Question]:
    """A question names a topic once, so the join gives none twice."""
    rows = Question.all()
    if sought.states:
        rows = rows.filter(state__in=[state.value for state in sought.states])
    if sought.kind is not None:
        rows = rows.filter(purpose=sought.kind)
    if sought.language is not None:
        rows = rows.filter(language=sought.language)
    if sought.skill is not None:
        rows = rows.filter(topics__skill_id=sought.skill)
    if sought.field_of_action is not None:
        rows = rows.filter(topics__field_of_action__key=sought.field_of_action)
    if sought.team is not None:
        rows = rows.filter(team_id=sought.team)
    if sought.mine:
        rows = rows.filter(person_id=viewer.person_id) if viewer.person_id else rows.filter(NOTHING)
    return rows.filter(_waiting_for(viewer)) if sought.waiting_for_me else rows


def _waiting_for(viewer: Viewer) -> Q:
    """One's own that need a word or have an answer to be accepted, and those that one has taken over."""
    if viewer.person_id is None:
        return NOTHING
    mine = Q(person_id=viewer.person_id, state__in=[S.NEEDS_INFO, S.ANSWERED])
    return mine | Q(claimed_by_id=viewer.person_id, state=S.CLAIMED)
