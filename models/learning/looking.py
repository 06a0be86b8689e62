"""The catalogue and the frequent questions: what is published, by topic, level, language, time and access."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from models.language import Language
from models.learning.resource import LearningResource
from models.learning.topics import LearningTopic
from models.learning.words import ResourceKind, ResourceLevel, ResourceState

ORDER = ("-published_at", "-id")
"""The latest first: what is new is of use to those who know the rest, and no merit of anybody."""


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for; None and nothing leave it open."""

    kinds: Sequence[ResourceKind] = ()
    skill: UUID | None = None
    field_of_action: str | None = None
    level: ResourceLevel | None = None
    languages: Sequence[str] = ()
    max_minutes: int | None = None
    accessible: bool = False


def catalogue(wanted: Wanted) -> QuerySet[LearningResource]:
    """What is published and fits."""
    rows = _about(LearningResource.filter(state=ResourceState.PUBLISHED), wanted.skill, wanted.field_of_action)
    if wanted.kinds:
        rows = rows.filter(form__in=list(wanted.kinds))
    if wanted.level is not None:
        rows = rows.filter(level=wanted.level)
    if wanted.languages:
        rows = rows.filter(_in(wanted.languages))
    if wanted.max_minutes is not None:
        rows = rows.filter(minutes__lte=wanted.max_minutes)
    if wanted.accessible:
        rows = rows.filter(_accessible())
    return rows


def faq(
    skill: UUID | None = None, field: str | None = None, language: Language | None = None
) -> QuerySet[LearningResource]:
    """The frequent questions. `language` leaves out what is not there in it; without it the other one stands in."""
    rows = _about(LearningResource.filter(state=ResourceState.PUBLISHED, form=ResourceKind.FAQ), skill, field)
    if language is None:
        return rows
    return rows.exclude(title_en="") if language is Language.EN else rows.exclude(title_de="")


def _about(rows: QuerySet[LearningResource], skill: UUID | None, field: str | None) -> QuerySet[LearningResource]:
    if skill is not None:
        rows = rows.filter(id__in=Subquery(LearningTopic.filter(skill_id=skill).values("resource_id")))
    if field is not None:
        of_field = LearningTopic.filter(field_of_action__key=field)
        rows = rows.filter(id__in=Subquery(of_field.values("resource_id")))
    return rows


def _in(codes: Sequence[str]) -> Q:
    """Written or spoken in one of them, or put into it."""
    lower = [code.lower()[:3] for code in codes]
    found = Q(language__in=lower)
    if "de" in lower:
        found |= ~Q(title_de="")
    if "en" in lower:
        found |= ~Q(title_en="")
    return found


def _accessible() -> Q:
    """Text is read by a screen reader or a person at their own pace; what is watched needs captions or a transcript."""
    return ~Q(form__in=[ResourceKind.VIDEO, ResourceKind.COURSE]) | Q(captions=True) | Q(transcript=True)
