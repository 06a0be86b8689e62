"""What a feed is made of: entries, and the documents that hold them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from models.language import Language
from models.site import Site

BEGINNING = datetime(2020, 3, 16, tzinfo=UTC)  # the day of the idea: an empty feed needs a date that does not move
TYPES = {"atom": "application/atom+xml", "json": "application/feed+json"}


@dataclass(frozen=True)
class Item:
    """One entry, in one language. `id` is made of the row's kind and id, never of a slug: it outlives every address."""

    id: str
    title: str
    url: str
    """Its page; "" when there is none."""
    html: str
    summary: str
    published: datetime
    changed: datetime
    author: str
    tags: Sequence[str] = ()
    image: str = ""


@dataclass(frozen=True)
class Face:
    """How a feed presents itself in one language: `words` make its id, `path` its address, `page` is for people."""

    words: str
    path: str
    title: str
    summary: str
    page: str


@dataclass(frozen=True)
class Document:
    """One document of a feed: the present one, an archive, or a page; and where the others are, by relation."""

    site: Site
    language: Language
    face: Face
    twin: Face
    """The same feed in the other language."""
    items: Sequence[Item]
    updated: datetime
    name: str = ""
    """Of an archive, such as `2020-04`; of a page, `?before=41`; "" is the present one."""
    others: Mapping[str, str] = field(default_factory=dict)
    """Names of other documents by their relation (RFC 5005)."""
    is_archive: bool = False

    def url(self, kind: str, name: str | None = None, face: Face | None = None) -> str:
        """The address of one of this feed's documents; `kind` is `atom` or `json`."""
        face, name = face or self.face, self.name if name is None else name
        if name.startswith("?"):
            return self.site.url(f"{face.path}.{kind}{name}")
        return self.site.url(f"{face.path}{'/' if name else ''}{name}.{kind}")

    def tag(self, words: str) -> str:
        """A tag URI (RFC 4151)."""
        return f"tag:{self.site.tag_authority}:{words}:{self.language.value}"

    @property
    def id(self) -> str:
        """The feed's own, the same for all of its documents."""
        return self.tag(f"feed:{self.face.words}")


def newest_first(items: Iterable[Item]) -> list[Item]:
    """Each once, by its publication."""
    once = {item.id: item for item in items}
    return sorted(once.values(), key=lambda item: (item.published, item.id), reverse=True)
