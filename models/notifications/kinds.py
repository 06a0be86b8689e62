"""What there is to be told, as data: one entry per kind. Its mails are in `workers/mail/templates/notifications/`.

How to add a kind is described in docs/subsystems/notifications.md.
"""

from dataclasses import dataclass
from typing import Any

from models.language import Language
from models.notifications.states import Way


class UnknownKind(LookupError):
    """Told with a kind that has no entry here: a mistake in the program, not of a person."""


@dataclass(frozen=True)
class Kind:
    """One kind. The two lines are what the app and the digest say; `{words}` in braces come from `about`."""

    name: str
    de: str
    en: str
    path: str = ""
    """Where it leads on our site, with the same words in braces and `{subject}`, the row's id; "" leads nowhere."""
    way: Way = Way.DIGEST
    """What happens until the person says otherwise."""
    transactional: bool = False
    """An answer that the person waits for: outside the budget of one mail a day (E35), without list-unsubscribe."""
    urgent: bool = False
    """May come in the quiet hours, to those who have agreed to that (E34)."""
    label_de: str = ""
    label_en: str = ""
    """What the preferences call the kind."""

    def line(self, language: Language, about: dict[str, str]) -> str:
        """The sentence in one language."""
        return _filled(self.de if language is Language.DE else self.en, about)

    def label(self, language: Language) -> str:
        return self.label_de if language is Language.DE else self.label_en

    def link(self, subject_id: Any, about: dict[str, str]) -> str:
        """The path of ours that it leads to."""
        return _filled(self.path, {**about, "subject": str(subject_id)})


class _Words(dict[str, str]):
    """A word that an older row does not have yet reads as a dash, so that one row never stops the rest."""

    def __missing__(self, key: str) -> str:
        return "–"


def _filled(text: str, words: dict[str, str]) -> str:
    return text.format_map(_Words(words))


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "story.published",
            "Eure Geschichte „{title}“ ist veröffentlicht.",
            "Your story “{title}” is published.",
            path="/stories/{slug}",
            way=Way.NOW,
            label_de="Eine Geschichte von euch ist veröffentlicht",
            label_en="A story of yours is published",
        ),
        Kind(
            "story.sent_back",
            "Die Redaktion hat eine Frage zu eurer Geschichte „{title}“.",
            "The editors have a question about your story “{title}”.",
            way=Way.NOW,
            transactional=True,
            label_de="Die Redaktion gibt eine Geschichte von euch zurück",
            label_en="The editors send a story of yours back",
        ),
    )
}


def kind_of(name: str) -> Kind:
    """The entry of a name. Raises `UnknownKind`."""
    try:
        return KINDS[name]
    except KeyError:
        raise UnknownKind(name) from None
