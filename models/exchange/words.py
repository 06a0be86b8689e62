"""The words of the Kontaktbörse: what people look for, how urgently, and in which words somebody is told no."""

from dataclasses import dataclass
from enum import StrEnum

from models.language import Language


class ListingKind(StrEnum):
    """What a listing is for."""

    SEEKS_TEAM = "seeks_team"
    """A person looks for a team. Teams answer with an invitation to one of their roles."""
    SEEKS_MEMBER = "seeks_member"
    """A team has a role to fill."""
    SHARES_KNOWLEDGE = "shares_knowledge"
    """A person or a team passes on what they know."""


class Need(StrEnum):
    """Whether a skill has to be there or would be nice."""

    MUST = "must"
    NICE = "nice"


class Reason(StrEnum):
    """Why an application came to nothing. The first five are chosen by people, the others are told by us."""

    SKILLS = "skills"
    HOURS = "hours"
    LANGUAGE = "language"
    PLANS_CHANGED = "plans_changed"
    OTHER = "other"
    SEAT_FILLED = "seat_filled"
    LISTING_CLOSED = "listing_closed"
    NO_ANSWER = "no_answer"
    NOT_ARRANGED = "not_arranged"


CHOSEN = frozenset({Reason.SKILLS, Reason.HOURS, Reason.LANGUAGE, Reason.PLANS_CHANGED, Reason.OTHER})
"""What somebody who decides may say; the others are for what happens without a decision about the person."""


@dataclass(frozen=True)
class _Said:
    de: str
    en: str


_KIND_WORDS: dict[Reason, _Said] = {
    Reason.SKILLS: _Said(
        de="Danke, dass du mitmachen wolltest. Für diese Aufgabe braucht das Team gerade andere Fähigkeiten; "
        "anderswo werden deine gesucht.",
        en="Thank you for wanting to join. For this task the team needs other skills at the moment; "
        "yours are looked for elsewhere.",
    ),
    Reason.HOURS: _Said(
        de="Danke, dass du mitmachen wolltest. Diesmal haben eure Zeiten nicht zusammengepasst; "
        "es gibt Aufgaben mit anderem Takt.",
        en="Thank you for wanting to join. This time your hours did not fit together; "
        "there are tasks with another rhythm.",
    ),
    Reason.LANGUAGE: _Said(
        de="Danke, dass du mitmachen wolltest. Das Team arbeitet in einer anderen Sprache; "
        "es gibt Teams, die deine sprechen.",
        en="Thank you for wanting to join. The team works in another language; there are teams that speak yours.",
    ),
    Reason.PLANS_CHANGED: _Said(
        de="Danke, dass du mitmachen wolltest. Die Pläne haben sich geändert, und die Aufgabe gibt es so nicht mehr.",
        en="Thank you for wanting to join. The plans have changed, and the task is no longer there as it was.",
    ),
    Reason.OTHER: _Said(
        de="Danke, dass du mitmachen wolltest. Diesmal hat es nicht gepasst, und das sagt nichts über dich.",
        en="Thank you for wanting to join. It did not fit this time, and that says nothing about you.",
    ),
    Reason.SEAT_FILLED: _Said(
        de="Danke, dass du mitmachen wolltest. Der Platz ist inzwischen besetzt; es lag nicht an dir.",
        en="Thank you for wanting to join. The seat has been filled in the meantime; it was not because of you.",
    ),
    Reason.LISTING_CLOSED: _Said(
        de="Danke, dass du mitmachen wolltest. Der Eintrag wurde zurückgezogen; es lag nicht an dir.",
        en="Thank you for wanting to join. The listing has been withdrawn; it was not because of you.",
    ),
    Reason.NO_ANSWER: _Said(
        de="Auf deine Bewerbung kam in sieben Tagen keine Antwort. Das tut uns leid, und es lag nicht an dir: "
        "Freiwillige haben manchmal zu viel auf dem Tisch. Hier sind drei andere Einträge, die passen könnten.",
        en="Your application got no answer within seven days. We are sorry, and it was not because of you: "
        "volunteers sometimes have too much on their desks. Here are three other listings that may fit.",
    ),
    Reason.NOT_ARRANGED: _Said(
        de="Diese Verbindung ist nicht zustande gekommen. Die Community-Manager:innen helfen euch gern weiter.",
        en="This connection has not come about. The community managers are glad to help you on.",
    ),
}


def kind_words(reason: Reason, language: Language) -> str:
    """What the person is told, in a whole and kind sentence. Never in the words of whoever decided."""
    said = _KIND_WORDS[reason]
    return said.de if language is Language.DE else said.en
