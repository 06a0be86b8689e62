"""The six sections of an issue, in their order. A reader chooses among them; the place is the bit in the mask."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from models.language import Language


class SectionKey(StrEnum):
    """A section. The value stands in rows, in snapshots and in the API; it never changes."""

    DEVELOPMENTS = "developments"
    PROJECTS = "projects"
    BLOCKS = "blocks"
    HOURS = "hours"
    EXCHANGE = "exchange"
    LEARNING = "learning"


@dataclass(frozen=True)
class Section:
    """What is fixed about a section. `cards` caps the cards; what goes beyond follows as one line each."""

    key: SectionKey
    title_de: str
    title_en: str
    cards: int
    justifies: bool = True
    """Whether a new item here is reason enough for an issue: office hours take place every week."""

    @property
    def bit(self) -> int:
        return SECTIONS.index(self)

    def title(self, language: Language) -> str:
        return self.title_en if language is Language.EN else self.title_de


SECTIONS = (
    Section(SectionKey.DEVELOPMENTS, "Entwicklungen", "Developments", 1),
    Section(SectionKey.PROJECTS, "Erfolge der Projekte", "Successes of the projects", 4),
    Section(SectionKey.BLOCKS, "Erfolge der Bausteine", "Successes of the building blocks", 3),
    Section(SectionKey.HOURS, "Sprechstunden der Woche", "Office hours of the week", 5, justifies=False),
    Section(SectionKey.EXCHANGE, "Gesucht und gefunden", "Wanted and found", 5),
    Section(SectionKey.LEARNING, "Neu in der Lernplattform", "New on the learning platform", 3),
)
BY_KEY = {section.key: section for section in SECTIONS}
EVERYTHING = (1 << len(SECTIONS)) - 1


def mask(keys: Iterable[SectionKey]) -> int:
    """The chosen sections as bits."""
    bits = 0
    for key in keys:
        bits |= 1 << BY_KEY[key].bit
    return bits


def chosen(bits: int) -> list[SectionKey]:
    """The inverse of `mask`, in the order of the issue."""
    return [section.key for section in SECTIONS if bits >> section.bit & 1]
