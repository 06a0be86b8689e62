"""Kind: what can be said about one kind of notification, and how its words become sentences and links."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID
from zoneinfo import ZoneInfo

from models import vault
from models.dates import moment
from models.language import Language
from models.notifications.states import Way
from models.site import Site


@dataclass(frozen=True)
class Kind:
    """One kind. The two lines are what the app and the digest say; `{words}` in braces come from `about`.

    A word whose name ends in `_at` is a moment (ISO 8601 with offset) and reads as a date in the reader's zone.
    """

    name: str
    de: str
    en: str
    path: str = ""
    """Its place in the members' application, or "". In braces the same words, and `{subject}`, the row's id."""
    page: str = ""
    """A page of this server that shows it to everybody, where there is no application; in braces `{language}`, too."""
    signed: str = ""
    """Where its mail leads instead, for one click without signing in: a path with `{token}`, made by `signed_token`."""
    way: Way = Way.DIGEST
    """What happens until the person says otherwise."""
    transactional: bool = False
    """An answer that the person waits for: outside the budget of one mail a day (E35), without list-unsubscribe."""
    urgent: bool = False
    """May come in the quiet hours, to those who have agreed to that (E34)."""
    label_de: str = ""
    label_en: str = ""
    """What the preferences call the kind."""

    def line(self, language: Language, zone: ZoneInfo, about: Mapping[str, str]) -> str:
        """The sentence in one language."""
        return _filled(self.de if language is Language.DE else self.en, worded(about, language, zone))

    def label(self, language: Language) -> str:
        return self.label_de if language is Language.DE else self.label_en

    def link(self, subject_id: Any, about: Mapping[str, str]) -> str:
        """Its place in the members' application, or ""."""
        return _filled(self.path, _safe(about, subject=subject_id))

    def url(self, site: Site, subject_id: Any, about: Mapping[str, str], language: Language) -> str:
        """The address that it leads to, or "": its place in the application, else a page of ours."""
        page = _filled(self.page, _safe(about, subject=subject_id, language=language.value))
        return site.app(self.link(subject_id, about)) or (site.url(page) if page else "")

    def mailed(self, site: Site, subject_id: UUID, about: Mapping[str, str], language: Language) -> str:
        """The address that its mail leads to. The token is in no row and in no answer of the API."""
        if not self.signed:
            return self.url(site, subject_id, about, language)
        return site.url(self.signed.replace("{token}", signed_token(self.name, subject_id, about.get("round", ""))))


def _safe(about: Mapping[str, str], **more: object) -> dict[str, str]:
    """The words as they may stand in an address."""
    return {name: quote(str(value), safe="") for name, value in {**about, **more}.items()}


def signed_token(kind: str, subject_id: UUID, of_round: object) -> str:
    """The row's id and 192 bits of a keyed hash. `of_round` is the word `round` of `about`, another one each time."""
    return subject_id.hex + vault.token(kind, subject_id, of_round)[:32]


class Words(dict[str, str]):
    """A word that an older row does not have yet reads as a dash, so that one row never stops the rest."""

    def __missing__(self, key: str) -> str:
        return "–"


def worded(about: Mapping[str, str], language: Language, zone: ZoneInfo) -> Words:
    """The words with their moments as people write them (E21), in this zone."""
    return Words(
        (name, moment(datetime.fromisoformat(value), language, zone) if name.endswith("_at") else value)
        for name, value in about.items()
    )


def _filled(text: str, words: Mapping[str, str]) -> str:
    return text.format_map(Words(words))
