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


@dataclass(frozen=True)
class Kind:
    """One kind. The two lines are what the app and the digest say; `{words}` in braces come from `about`.

    A word whose name ends in `_at` is a moment (ISO 8601 with offset) and reads as a date in the reader's zone.
    """

    name: str
    de: str
    en: str
    path: str = ""
    """Where it leads on our site, or "". In braces the same words, `{subject}` (the row's id) and `{language}`."""
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

    def link(self, subject_id: Any, about: Mapping[str, str], language: Language = Language.DE) -> str:
        """The path of ours that it leads to."""
        words = {name: quote(value, safe="") for name, value in about.items()}
        return _filled(self.path, {**words, "subject": str(subject_id), "language": language.value})

    def mailed(self, subject_id: UUID, about: Mapping[str, str], language: Language) -> str:
        """The path of ours to which its mail leads. The token is in no row and in no answer of the API."""
        if not self.signed:
            return self.link(subject_id, about, language)
        return self.signed.replace("{token}", signed_token(self.name, subject_id, about.get("round", "")))


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
