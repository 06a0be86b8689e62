"""German and English: the two languages in which the community writes."""

from enum import StrEnum


class Language(StrEnum):
    """A language of texts and readers. German is the language of fallback (E23)."""

    DE = "de"
    EN = "en"

    @property
    def other(self) -> "Language":
        return Language.EN if self is Language.DE else Language.DE


def preferred(accept_language: str) -> Language:
    """The reader's language by the `Accept-Language` header; German when it names neither."""
    wishes = []
    for part in accept_language.split(",")[:20]:
        name, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            weight = 0.0
        wishes.append((weight, name.strip().lower()[:2]))
    for _, name in sorted(wishes, key=lambda wish: -wish[0]):
        if name in ("de", "en"):
            return Language(name)
    return Language.DE
