"""IssueItem: one thing that an issue tells, why it is there or why it is not, and in which order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from tortoise import fields

from models import text
from models.base import Moment, Row
from models.language import Language
from models.newsletter.sections import SECTIONS, SectionKey
from models.stories.parts import url

HEADLINE_MAX = 160
BLURB_MAX = 1_500
CARDS_PER_TEAM = 2
NOTE = "note"
"""The kind of an item that editors wrote themselves."""


class IssueItem(Row):
    """`kind` and `source_id` name what it is about (a story, a success); a note is about nothing but itself."""

    issue: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.NewsletterIssue", related_name="items", on_delete=fields.CASCADE, db_index=True
    )
    issue_id: UUID
    section = fields.CharEnumField(SectionKey, max_length=24)
    kind = fields.CharField(max_length=40)
    source_id = fields.UUIDField(db_index=True)
    position = fields.IntField(default=0)
    pinned = fields.BooleanField(default=False)
    hidden = fields.BooleanField(default=False)
    edited = fields.BooleanField(default=False)
    """An editor changed its words: composing afresh leaves them."""
    placed = fields.BooleanField(default=False, db_default=False)
    """An editor put it in its place: it stays there, and what comes later stands behind it."""
    headline_de = fields.CharField(max_length=HEADLINE_MAX, default="")
    headline_en = fields.CharField(max_length=HEADLINE_MAX, default="")
    blurb_de = fields.TextField(default="")
    blurb_en = fields.TextField(default="")
    path_de = fields.CharField(max_length=2_000, default="")
    """Where it leads: a path of ours, or an address elsewhere."""
    path_en = fields.CharField(max_length=2_000, default="")
    team_id = fields.UUIDField(null=True)
    team_name = fields.CharField(max_length=120, default="")
    picture_path = fields.CharField(max_length=200, default="")
    picture_alt_de = fields.CharField(max_length=1_000, default="")
    picture_alt_en = fields.CharField(max_length=1_000, default="")
    picture_width = fields.IntField(default=0)
    picture_height = fields.IntField(default=0)
    starts_at = Moment(null=True)
    as_of = fields.DateField(null=True)
    source = fields.CharField(max_length=200, default="")
    published_at = Moment(null=True)
    reason_de = fields.CharField(max_length=300, default="")
    reason_en = fields.CharField(max_length=300, default="")
    dropped_de = fields.CharField(max_length=300, default="")
    """Why it is not in the issue; "" when it is."""
    dropped_en = fields.CharField(max_length=300, default="")

    class Meta:
        table = "issue_item"
        unique_together = (("issue", "kind", "source_id"),)

    @property
    def is_in(self) -> bool:
        return not self.hidden and not self.dropped_de

    @property
    def is_note(self) -> bool:
        return self.kind == NOTE

    def headline(self, language: Language) -> str:
        return self.headline_en if language is Language.EN else self.headline_de

    def blurb(self, language: Language) -> str:
        return self.blurb_en if language is Language.EN else self.blurb_de

    def path(self, language: Language) -> str:
        return (self.path_en or self.path_de) if language is Language.EN else (self.path_de or self.path_en)

    def told_in(self, language: Language) -> Language:
        """The language in which it can be told to readers of `language`: its own, else the other one (E23)."""
        return language if self.headline(language) else language.other


@dataclass(frozen=True)
class ItemWords:
    """What an editor wrote into an item; None leaves a field as it is."""

    headline_de: str | None = None
    headline_en: str | None = None
    blurb_de: str | None = None
    blurb_en: str | None = None
    url: str | None = None

    def into(self, item: IssueItem) -> None:
        """Check and take over. Raises refusals that name the field."""
        for name in ("headline_de", "headline_en"):
            if (said := getattr(self, name)) is not None:
                setattr(item, name, text.line(said, camel(name), HEADLINE_MAX, required=False))
        for name in ("blurb_de", "blurb_en"):
            if (said := getattr(self, name)) is not None:
                setattr(item, name, text.prose(said, camel(name), BLURB_MAX, required=False))
        if self.url is not None and item.is_note:
            item.path_de = item.path_en = url(self.url, "url") if self.url.strip() else ""
        if not item.headline_de and not item.headline_en:
            raise text.TextMissing("headlineDe")


def camel(name: str) -> str:
    """`subject_de` -> `subjectDe`: how the API calls a field that a refusal names."""
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)


class Placed(NamedTuple):
    """An item at its place: as a card, or as one line (`brief`)."""

    item: IssueItem
    brief: bool


def arranged(items: Iterable[IssueItem]) -> dict[SectionKey, list[Placed]]:
    """What readers see, in order: sections as they stand; in each pins first, then what editors put in order, then by
    position, then by id. Cards up to the section's cap and two per team in the whole issue; the rest as one line each.
    """
    by_section: dict[SectionKey, list[IssueItem]] = {}
    for item in items:
        if item.is_in:
            by_section.setdefault(item.section, []).append(item)
    cards_of_team: dict[UUID, int] = {}
    return {
        section.key: _placed(by_section[section.key], section.cards, cards_of_team)
        for section in SECTIONS
        if section.key in by_section
    }


def _placed(items: Sequence[IssueItem], cards: int, of_team: dict[UUID, int]) -> list[Placed]:
    placed, taken = [], 0
    for item in sorted(items, key=lambda each: (not each.pinned, not each.placed, each.position, str(each.source_id))):
        crowded = item.team_id is not None and of_team.get(item.team_id, 0) >= CARDS_PER_TEAM
        brief = taken >= cards or (crowded and not item.pinned)
        if not brief:
            taken += 1
            if item.team_id:
                of_team[item.team_id] = of_team.get(item.team_id, 0) + 1
        placed.append(Placed(item, brief))
    return [each for each in placed if not each.brief] + [each for each in placed if each.brief]
