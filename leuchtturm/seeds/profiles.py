"""What the invented members say about themselves: few fields or many, shown to whom they like, as people do."""

from collections.abc import Sequence
from typing import NamedTuple

from leuchtturm.seeds import skills
from leuchtturm.seeds.calendar import Calendar
from models.access import Viewer
from models.language import Language
from models.members import (
    Consent,
    ConsentStatus,
    FieldVisibility,
    Person,
    PersonSkill,
    ProfileField,
    Purpose,
    Skill,
    WeekPart,
)
from models.members.consents import WORDINGS
from models.roles import Role

V, F, W = FieldVisibility, ProfileField, WeekPart
ANYBODY = ("Texten", "Projektleitung", "Moderation", "Testen", "Logistik", "Buchhaltung", "Verwaltung", "Grafik")
EVENINGS = [W.MONDAY_EVENING, W.TUESDAY_EVENING, W.WEDNESDAY_EVENING, W.THURSDAY_EVENING]
WEEKENDS = [W.SATURDAY_MORNING, W.SATURDAY_AFTERNOON, W.SUNDAY_EVENING]
MORNINGS = [W.TUESDAY_MORNING, W.THURSDAY_MORNING, W.FRIDAY_MORNING]
PLACES = ("Köln", "Berlin", "Leipzig", "München", "Hamburg", "Dorf bei Görlitz", "Wien", "")


class Told(NamedTuple):
    """What somebody chose to tell; the rest of a profile is made up."""

    skills: tuple[str, ...]
    languages: tuple[str, ...]
    about: str = ""
    links: tuple[str, ...] = ()
    shown: dict[ProfileField, FieldVisibility] | None = None


TOLD = {
    "Aaliyah Rahman": Told(("Python", "Datenschutz"), ("de", "en", "bn"), "Ich baue Brücken zwischen Praxissoftware."),
    "Ahmet Yıldız": Told(("Betrieb", "Datenbanken"), ("tr", "de"), shown={F.AVAILABILITY: V.MEMBERS}),
    "Chidi Okafor": Told(("Datenanalyse", "Python"), ("en", "fr", "ar"), "I count things so that others can decide.",
                         ("https://chidi.example.org",), {F.NAME: V.PUBLIC, F.ABOUT: V.PUBLIC, F.SKILLS: V.PUBLIC}),
    "Clara Weiß": Told(("Recht", "Datenschutz"), ("de", "fr"), "Mietrecht, seit zwölf Jahren."),
    "Emil Groß": Told(("JavaScript", "UX"), ("de", "en")),
    "Fatima Haddad": Told(("Übersetzen", "Moderation"), ("ar", "fr", "de"), shown={F.PLACE: V.PRIVATE}),
    "Grace Mensah": Told(("Leichte Sprache", "Übersetzen"), ("en", "tw", "de"), "Plain words for hard questions.",
                         shown={F.NAME: V.PUBLIC, F.ABOUT: V.PUBLIC}),
    "Hanna Ölschläger": Told(("Grafik", "Moderation"), ("de",), "Ein Aushang ist auch ein Interface."),
    "Ines Álvarez": Told(("Datenschutz", "Recht"), ("de", "es"), "Fragt ruhig, es gibt keine dummen Fragen."),
    "Juna Park": Told(("Texten", "Leichte Sprache"), ("en", "ko", "de"), "Editor of a magazine for ten years."),
    "Kim Nguyen": Told(("UX", "Barrierefreiheit"), ("en", "vi"), shown={F.AVAILABILITY: V.PRIVATE, F.PLACE: V.PRIVATE}),
    "Lena Müller": Told(("Pädagogik", "Projektleitung"), ("de", "en"), "Lehrerin, vierte Klasse, ein Kreidekasten."),
    "Malte Oetjen": Told(("JavaScript", "Verwaltung"), ("de", "nds"), "Formulare können freundlich sein."),
    "Mia Sanders": Told(("Texten",), ("de", "en"), shown={F.ABOUT: V.MATCHED, F.SKILLS: V.MATCHED}),
    "Nele Thomsen": Told(("Psychologie", "Moderation"), ("de", "da")),
    "Noah Schmidt": Told(("Grafik", "Social Media"), ("de", "en")),
    "Priya Raman": Told(("Python", "Datenbanken"), ("en", "ta", "de"), "Importers, exporters, everything in between."),
    "Rosa Lindner": Told(("Moderation", "Psychologie"), ("de",), "Jeden Abend um acht."),
    "Tabea Ernst": Told(("Pflege", "Moderation"), ("de",), "Krankenpflegerin mit freien Abenden."),
    "Tom O'Brien": Told(("Barrierefreiheit", "Testen"), ("en", "gsg"), "I am blind and I test with JAWS and NVDA."),
    "Zofia Mazur": Told(("Recht", "Verwaltung"), ("pl", "de")),
    "Özlem Aydın": Told(("Social Media", "Übersetzen"), ("tr", "de"), "Kleine Läden, große Herzen."),
}  # fmt: skip
QUIET = {"Adam Nowak", "Femke de Vries"}
"""Who has told nothing: not confirmed yet, and away for long."""
NEW = "Sami Virtanen"
"""Joined today: links are still held."""


def tell(person: Person, number: int) -> None:
    """Fill in the columns of somebody who is about to be saved."""
    told = TOLD.get(person.display_name)
    person.links_held = person.display_name == NEW
    if person.display_name in QUIET:
        return
    person.about = told.about if told else ""
    person.links = list(told.links) if told else []
    if person.display_name == NEW:
        person.about, person.links = "Mehr über mich: https://virtanen.example.org", ["https://virtanen.example.org"]
    person.languages = list(told.languages) if told else ["de", "en"] if number % 2 else ["de"]
    person.place = PLACES[number % len(PLACES)]
    person.hours_per_week = (4, 6, 2, 8, 3)[number % 5]
    person.week_parts = [part.value for part in (EVENINGS, WEEKENDS, MORNINGS)[number % 3]]
    for field, audience in ((told and told.shown) or {}).items():
        setattr(person, f"{field.value}_for", audience)


async def settle(calendar: Calendar, people: Sequence[Person]) -> None:
    """The catalogue, who can do what, what everybody agreed to, and a proposal that waits for a manager."""
    catalogue = await skills.open_catalogue()
    can, agreed, came = [], [], calendar.at(3, 23, 10)
    for number, person in enumerate(people):
        agreed.append(_agreed(person, Purpose.ACCOUNT, calendar))
        if person.display_name in QUIET:
            continue
        if person.display_name in TOLD:
            agreed.append(_agreed(person, Purpose.MATCHING, calendar))
        told = TOLD.get(person.display_name)
        names = told.skills if told else (ANYBODY[number % 8], ANYBODY[(number // 8 + number + 3) % 8])
        can += [PersonSkill(person_id=person.id, skill_id=catalogue[name].id) for name in dict.fromkeys(names)]
    await PersonSkill.bulk_create(can)
    await Consent.bulk_create(agreed)
    proposer = next(person for person in people if person.display_name == "Femke de Vries")
    viewer = Viewer(person_id=proposer.id, roles=frozenset({Role.PARTICIPANT}))
    await Skill.propose("Gebärdensprache", "Sign language", by=viewer, now=came, synonyms=["DGS"])


def _agreed(person: Person, purpose: Purpose, calendar: Calendar) -> Consent:
    wording, came = WORDINGS[purpose], calendar.at(3, 23, 10)
    is_pending = person.display_name == "Adam Nowak"
    return Consent(
        person_id=person.id, purpose=purpose, language=person.locale, text_version=wording.version,
        text_hash=wording.sha256(Language(person.locale)), evidence="form",
        state=ConsentStatus.PENDING if is_pending else ConsentStatus.GIVEN, given_at=None if is_pending else came,
    )  # fmt: skip
