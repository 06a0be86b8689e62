"""News reach those who follow them: one notification a person, whatever leads there, in the next digest (E35)."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise.expressions import Q

from models.access import ANONYMOUS, visible
from models.base import Row
from models.exchange import Listing
from models.following.follow import News, followers
from models.language import Language
from models.notifications import tell_all
from models.outbox import OutboxEvent
from models.programme import Milestone, Success
from models.stories import Story


@dataclass(frozen=True)
class Piece:
    """What there is to tell: the row, its words in both languages, and which follows lead to it."""

    row: Row
    about: Mapping[str, str]
    follows: Q


@dataclass(frozen=True)
class Told:
    """`kind` is the notification, `find` gives the piece, or None when it is not public any more."""

    kind: str
    find: Callable[[UUID], Awaitable[Piece | None]]


async def _story(id: UUID) -> Piece | None:
    row = await visible(Story.filter(id=id), ANONYMOUS).prefetch_related("texts", "team").first()
    if row is None:
        return None
    headlines = {text.language: text.headline for text in row.texts}
    de, en = headlines.get(Language.DE, ""), headlines.get(Language.EN, "")
    about = {"title_de": de or en, "title_en": en or de, "team": row.team.name, "slug": row.slug}
    return Piece(row, about, _of_team(row.team) | Q(news=News.STORIES))


async def _success(id: UUID) -> Piece | None:
    row = await visible(Success.filter(id=id), ANONYMOUS).prefetch_related("team", "block").first()
    if row is None:
        return None
    of = _of_team(row.team) if row.team else Q(block_id=row.block_id)
    about = {"title_de": row.title_de, "title_en": row.title_en or row.title_de}
    return Piece(row, about, of | Q(news=News.SUCCESSES))


async def _milestone(id: UUID) -> Piece | None:
    row = await visible(Milestone.filter(id=id), ANONYMOUS).prefetch_related("block").first()
    if row is None:
        return None
    about = {
        "title_de": row.title_de, "title_en": row.title_en or row.title_de, "block": row.block.key,
        "block_de": row.block.title_de, "block_en": row.block.title_en or row.block.title_de,
    }  # fmt: skip
    return Piece(row, about, Q(block_id=row.block_id) | Q(news=News.MILESTONES))


async def _role(id: UUID) -> Piece | None:
    row = await visible(Listing.filter(id=id), ANONYMOUS).prefetch_related("team").first()
    if row is None or row.team is None:
        return None
    about = {"title": row.title, "team": row.team.name, "listing": str(row.id)}
    return Piece(row, about, _of_team(row.team) | Q(news=News.ROLES))


def _of_team(team: Any) -> Q:
    """A team's news are news of its field as well."""
    of = Q(team_id=team.id)
    return of | Q(field_of_action_id=team.field_of_action_id) if team.field_of_action_id else of


TOLD: Mapping[str, Told] = {
    "story.published": Told("follow.story", _story),
    "success.published": Told("follow.success", _success),
    "success.corrected": Told("follow.success_corrected", _success),
    "milestone.reached": Told("follow.milestone", _milestone),
    "listing.published": Told("follow.role", _role),
}
"""By type of event. What is not here is read by whoever looks, and told to nobody."""


async def spread(event: OutboxEvent, *, now: datetime) -> int:
    """Tell everybody who follows what the event is about, once per event. Returns how many were told."""
    told = TOLD.get(event.type)
    piece = await told.find(event.subject_id) if told else None
    if told is None or piece is None:
        return 0
    count = 0
    async for people in followers(piece.follows):
        count += await tell_all(
            people, told.kind, subject=piece.row, now=now, about=dict(piece.about), key=str(event.id)
        )
    return count
