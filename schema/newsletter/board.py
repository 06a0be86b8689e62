"""The editors' board: what an issue tells, in which order, and why."""

from datetime import date, datetime
from uuid import UUID

import models
from models.newsletter.items import arranged
from models.newsletter.sections import SECTIONS, SectionKey
from schema.binding import bound, localised, shown
from schema.described import answer
from schema.localised import LocalisedText


@bound(models.IssueItem)
class IssueItem:
    """One thing that an issue tells, with why it is there, or why it is not."""

    id: UUID
    section: SectionKey
    kind: str
    """What it is about: `story`, `success`, or `note` for an item of the editors' own."""
    source_id: UUID
    position: int
    pinned: bool
    """Comes first, and survives composing afresh."""
    hidden: bool
    edited: bool
    headline: LocalisedText = localised("headline")
    blurb: LocalisedText = localised("blurb")
    path: LocalisedText = localised("path")
    """Where it leads: a path of ours, or an address elsewhere."""
    team_name: str
    starts_at: datetime | None
    as_of: date | None
    source: str
    published_at: datetime | None
    reason: LocalisedText = localised("reason")
    """Why it was chosen."""
    dropped: LocalisedText = localised("dropped")
    """Why it is not in the issue; empty when it is."""


@answer
class IssueSection:
    """One section of an issue, as readers will see it, and what stays out."""

    key: SectionKey
    title: LocalisedText
    cards: list[IssueItem]
    briefs: list[IssueItem]
    """Told in one line each, because the section or the team has its cards already."""
    out: list[IssueItem]
    """Hidden by an editor, or dropped with a reason."""


def sections_of(items: list[models.IssueItem]) -> list[IssueSection]:
    """All six, in their order."""
    placed = arranged(items)
    return [
        IssueSection(
            key=section.key,
            title=LocalisedText(de=section.title_de, en=section.title_en),
            cards=shown([each.item for each in placed.get(section.key, []) if not each.brief]),
            briefs=shown([each.item for each in placed.get(section.key, []) if each.brief]),
            out=shown([item for item in items if item.section is section.key and not item.is_in]),
        )
        for section in SECTIONS
    ]
