"""Milestones as entries: one when they are planned, another one when they are reached."""

from datetime import datetime

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models import dates
from models.language import Language
from models.programme import Milestone, MilestoneState
from models.site import Site
from resolvers.http.atom import escape
from resolvers.http.feeds.dated import Dated
from resolvers.http.feeds.item import Item
from resolvers.http.page import Say


def planned(site: Site, where: Q) -> Dated:
    """Milestones when they were planned; a dropped one vanishes."""

    def rows(language: Language) -> QuerySet[Milestone]:
        return _told(Milestone.filter(where).exclude(state=MilestoneState.DROPPED), language)

    def item(row: Milestone, language: Language) -> Item:
        say = Say(language)
        day = dates.day(row.due_on, language, short=True)
        title = say(f"Geplant für den {day}: {row.title_de}", f"Planned for {day}: {row.title_en}")
        return _milestone(site, row, say, "planned", title, row.planned_at)

    gone = lambda: Milestone.filter(where, state=MilestoneState.DROPPED)  # noqa: E731
    return Dated(rows, item, published="planned_at", related=("block",), gone=gone)


def reached(site: Site, where: Q) -> Dated:
    """Milestones when they were reached, as entries of their own: an archive that was read is not read again."""

    def rows(language: Language) -> QuerySet[Milestone]:
        return _told(Milestone.filter(where, state=MilestoneState.REACHED), language)

    def item(row: Milestone, language: Language) -> Item:
        say = Say(language)
        title = say(f"Erreicht: {row.title_de}", f"Reached: {row.title_en}")
        return _milestone(site, row, say, "reached", title, row.changed_at)

    gone = lambda: Milestone.filter(where).exclude(state=MilestoneState.REACHED)  # noqa: E731
    return Dated(rows, item, published="changed_at", related=("block",), gone=gone)


def _told(rows: QuerySet[Milestone], language: Language) -> QuerySet[Milestone]:
    return rows.exclude(title_en="") if language is Language.EN else rows


def _milestone(site: Site, row: Milestone, say: Say, word: str, title: str, published: datetime) -> Item:
    day = dates.day(row.reached_on or row.due_on, say.language, short=True)
    block = say(row.block.title_de, row.block.title_en)
    said = escape(say(row.text_de, row.text_en)).replace("\n", "<br>")
    return Item(
        id=f"milestone:{row.id}:{word}",
        title=title,
        url=f"{site.url(row.block.path(say.language))}#milestone-{row.id}",
        html=f"<p>{escape(block)}, {day}</p>" + (f"\n<p>{said}</p>" if said else ""),
        summary=f"{block}, {day}",
        published=published,
        changed=row.changed_at,
        author=block,
    )
