"""What an issue says, as plain values: the input of the renderer, read from the frozen snapshot of an approved issue.

The snapshot is JSON in the shape of these classes: `IssueView.read(snapshot)` and `view.snapshot()` are each other's
inverse. All texts are as people wrote them: titles are plain text, blurbs are Markdown.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Self

from models.language import Language


@dataclass(frozen=True)
class Picture:
    """A picture on our own server. Without `alt` it is decorative: it adds nothing that the text does not say."""

    url: str
    alt: str = ""
    width: int = 600
    height: int = 0

    @classmethod
    def read(cls, said: Mapping[str, Any] | None) -> Self | None:
        return cls(**said) if said else None


@dataclass(frozen=True)
class Item:
    """One card, or one line when the section has more than its cap of cards (`brief`)."""

    title: str
    url: str
    blurb: str = ""
    language: Language = Language.DE
    """The language of this text; when it is not the edition's, the reader sees a mark."""
    team: str = ""
    picture: Picture | None = None
    starts_at: datetime | None = None
    as_of: date | None = None
    """A figure is given with its date and source (E63)."""
    source: str = ""
    brief: bool = False
    kind: str = ""
    id: str = ""

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Self:
        known = {**said}
        known["language"] = Language(said.get("language", "de"))
        known["picture"] = Picture.read(said.get("picture"))
        for name, kind in (("starts_at", datetime), ("as_of", date)):
            known[name] = kind.fromisoformat(said[name]) if said.get(name) else None
        return cls(**known)


@dataclass(frozen=True)
class Section:
    """One of the six sections. `bit` is its place in the mask of sections that a reader can choose."""

    key: str
    title: str
    items: tuple[Item, ...]
    bit: int = 0
    more_url: str = ""
    more_text: str = ""

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Self:
        return cls(**{**said, "items": tuple(Item.read(item) for item in said["items"])})


@dataclass(frozen=True)
class Edition:
    """The issue in one language. `archive_path` is where "view in browser" leads, such as `/newsletter/2020-w16/de`."""

    subject: str
    sections: tuple[Section, ...]
    preheader: str = ""
    intro: str = ""
    archive_path: str = ""
    thanks: str = ""

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Self:
        return cls(**{**said, "sections": tuple(Section.read(section) for section in said["sections"])})


@dataclass(frozen=True)
class IssueView:
    """An issue in all its languages. `id` goes into Message-IDs, `week` (`2020-w16`) into addresses and headers."""

    id: str
    week: str
    editions: Mapping[Language, Edition]
    day: date | None = field(default=None)
    """The day it goes out, for the head line."""

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Self:
        editions = {Language(name): Edition.read(edition) for name, edition in said["editions"].items()}
        day = date.fromisoformat(said["day"]) if said.get("day") else None
        return cls(id=said["id"], week=said["week"], editions=editions, day=day)

    def snapshot(self) -> dict[str, Any]:
        """Plain JSON, the same bytes for the same issue: what approval signs."""
        said = asdict(self)
        said["editions"] = {language.value: _plain(asdict(edition)) for language, edition in self.editions.items()}
        return {**said, "day": self.day.isoformat() if self.day else None}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Language):
        return value.value
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value
