"""The fixed words of an issue in both languages, and dates as people write them (E21, E25)."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from models.language import Language


@dataclass(frozen=True)
class Words:
    """Written for the reader, with "du"; the greeting comes without a name as well and still reads well."""

    hello: str
    browser: str
    more: str
    picture: str
    as_of: str
    source: str
    footer: str
    reason: str
    reply: str
    unsubscribe: str
    preferences: str
    imprint: str
    privacy: str
    minutes: str
    in_other: str


WORDS = {
    Language.DE: Words(
        hello="Hallo",
        browser="Diese Ausgabe im Browser ansehen",
        more="Weiterlesen",
        picture="Bild",
        as_of="Stand",
        source="Quelle",
        footer="Zu dieser Mail",
        reason="Du bekommst sie, weil du den Newsletter bestellt und bestätigt hast, mit der Adresse",
        reply="Antworten auf diese Mail liest ein Mensch. Wir zählen weder, ob du sie öffnest, noch, was du anklickst.",
        unsubscribe="Newsletter abbestellen",
        preferences="Sprache, Themen und Häufigkeit ändern",
        imprint="Impressum",
        privacy="Datenschutz",
        minutes="Lesezeit etwa {n} Min.",
        in_other="Auf Englisch",
    ),
    Language.EN: Words(
        hello="Hello",
        browser="View this issue in your browser",
        more="Read on",
        picture="Picture",
        as_of="As of",
        source="Source",
        footer="About this mail",
        reason="You get it because you ordered the newsletter and confirmed it, with the address",
        reply="A person reads replies to this mail. We count neither whether you open it nor what you click.",
        unsubscribe="Unsubscribe from the newsletter",
        preferences="Change language, topics and frequency",
        imprint="Imprint",
        privacy="Privacy",
        minutes="about {n} min. to read",
        in_other="In German",
    ),
}

LOCALES = {Language.DE: "de_DE", Language.EN: "en_GB"}


def day(value: date, language: Language) -> str:
    """`3. April 2020`, `3 April 2020`."""
    pattern = "d. MMMM y" if language is Language.DE else "d MMMM y"
    return format_date(value, pattern, locale=LOCALES[language])


def long_day(value: date, language: Language) -> str:
    """`Freitag, 3. April 2020`, `Friday, 3 April 2020`."""
    return format_date(value, "EEEE", locale=LOCALES[language]) + ", " + day(value, language)


def moment(value: datetime, language: Language, zone: ZoneInfo) -> str:
    """`Freitag, 3. April 2020, 17:00 Uhr`; `Friday, 3 April 2020, 17:00 (CEST)`."""
    local = value.astimezone(zone)
    clock = format_datetime(local, "HH:mm", locale=LOCALES[language])
    tail = f"{clock} Uhr" if language is Language.DE else f"{clock} ({local.tzname()})"
    return f"{long_day(local.date(), language)}, {tail}"


def greeting(name: str, language: Language) -> str:
    """`Hallo Ada,`; without a name `Hallo,`."""
    return f"{WORDS[language].hello} {name},".replace(" ,", ",")
