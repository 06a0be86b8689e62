"""Somebody in distress meets help, not a form (E48): words of a crisis, and who is there to listen.

What was typed is looked at and forgotten: nothing about it is stored, counted or logged. The words stand in
`crisis.txt`, for people to review.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from models.questions.similar.spelling import folded, words

READ = 20_000  # characters; more than a question may have
GAP = r"(?:\w+ ){0,3}"


@dataclass(frozen=True)
class HelpLine:
    """Somebody to talk to. Free of charge, and nobody asks for a name."""

    name_de: str
    name_en: str
    about_de: str
    about_en: str
    phones: tuple[str, ...] = ()
    url: str = ""


# As the services tell themselves, on the pages that are named; to be looked over whenever the words are.
HELP_LINES = (
    HelpLine(
        "TelefonSeelsorge", "TelefonSeelsorge (German crisis line)",
        "Jemand hört dir zu, Tag und Nacht, kostenlos und anonym, auch per Chat und Mail.",
        "Somebody listens, day and night, free and anonymous, by chat and mail as well. Mostly in German.",
        ("0800 1110111", "0800 1110222", "116 123"), "https://www.telefonseelsorge.de",
    ),
    HelpLine(
        "Nummer gegen Kummer", "Nummer gegen Kummer (for children and young people)",
        "Für Kinder und Jugendliche, kostenlos und anonym, auch per Chat und Mail.",
        "For children and young people, free and anonymous, by chat and mail as well. In German.",
        ("116111",), "https://www.nummergegenkummer.de",
    ),
    HelpLine(
        "Hilfetelefon Gewalt gegen Frauen", "Violence against women support hotline",
        "Beratung bei Gewalt, Tag und Nacht, kostenlos und anonym, in vielen Sprachen.",
        "Advice about violence, day and night, free and anonymous, in many languages, English among them.",
        ("116 016",), "https://www.hilfetelefon.de",
    ),
    HelpLine(
        "Notruf", "Emergency call",
        "Wenn jemand in Lebensgefahr ist.",
        "If somebody's life is in danger. English is spoken.",
        ("112",),
    ),
    HelpLine(
        "Find A Helpline", "Find A Helpline",
        "Hilfe in anderen Ländern und Sprachen.",
        "Help lines of other countries, in other languages.",
        url="https://findahelpline.com",
    ),
)  # fmt: skip


def help_lines(typed: str) -> tuple[HelpLine, ...]:
    """All of them where a word of a crisis was typed, else none. Never raises."""
    said = " ".join(map(folded, words(typed[:READ])))
    return HELP_LINES if _crisis().search(said) else ()


@cache
def _crisis() -> re.Pattern[str]:
    lines = (Path(__file__).parent / "crisis.txt").read_text(encoding="utf-8").splitlines()
    patterns = [_pattern(line) for line in lines if line.strip() and not line.startswith("#")]
    return re.compile(rf"\b(?:{'|'.join(patterns)})\b")


def _pattern(line: str) -> str:
    """Of one line: words by a space, `*` for any ending, `..` for up to three words."""
    made = ""
    for part in line.split():
        if part == "..":
            made += GAP
        else:
            ending = r"\w*" if part.endswith("*") else ""
            made += " ".join(re.escape(folded(word)) for word in words(part)) + ending + " "
    return made.rstrip()
