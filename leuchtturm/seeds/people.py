"""About sixty invented people. Their names test search and sorting; all addresses are at example.org."""

from collections.abc import Iterator
from typing import NamedTuple

from leuchtturm.seeds import profiles
from leuchtturm.seeds.calendar import Calendar
from models.access import SYSTEM, Viewer
from models.language import Language
from models.members import Person, RoleGrant
from models.roles import Role
from models.signin import viewer_of


class Member(NamedTuple):
    """`role` None: leads a team, which is no granted role."""

    name: str
    email: str
    role: Role | None
    de: str
    en: str


SIGN_IN = (
    Member("Edda Lorenz", "edda@example.org", Role.EDITOR, "Redakteurin, schreibt", "editor, writes"),
    Member("Ben Weiß", "ben@example.org", Role.EDITOR, "Redakteur, gibt frei", "editor, approves"),
    Member("Çiğdem Öztürk", "cigdem@example.org", Role.COMMUNITY_MANAGER, "Community-Managerin", "community manager"),
    Member("Lena Müller", "lena@example.org", None, "leitet das Team Kreidekasten", "leads the team Kreidekasten"),
    Member("Wanda Weiss", "wanda@example.org", Role.ADMINISTRATOR, "Administratorin", "administrator"),
)
"""Those who are there to be signed in as: the sign-in mail arrives in the development mailbox."""

OTHERS = """
Aaliyah Rahman, Adam Nowak, Ahmet Yıldız, Aiko Sommer, Alva Brandt, Anna Mueller, Arne Jansen, Beate Vogel, Bela
Kovács, Chidi Okafor, Clara Weiß, Daria Iwanowa, David Köhler, Elif Şahin, Emil Groß, Esther Gross, Fatima Haddad,
Femke de Vries, Finn Petersen, Frida Sørensen, Grace Mensah, Hanna Ölschläger, Henrike Muller, Ibrahim Çelik, Ida
Ohlsen, Ines Álvarez, Jakob Straßer, Jette Strasser, Jonas Ärmel, Juna Park, Karim Benali, Katja Böhm, Kim Nguyen,
Lars Übel, Leonie Schäfer, Luca Ferrari, Magda Wójcik, Malte Oetjen, Marek Dvořák, Mia Sanders, Mohamed Salah-Weber,
Nele Thomsen, Niko Papadakis, Noah Schmidt, Nour Khalil, Olga Petrova, Özlem Aydın, Paul Zimmermann, Priya Raman,
Rosa Lindner, Sami Virtanen, Tabea Ernst, Tom O'Brien, Zoë Schröder, Zofia Mazur
"""
PRONOUNS = {"Kim Nguyen": "they/them", "Mia Sanders": "sie/ihr", "Noah Schmidt": "er/ihm", "Zoë Schröder": "dey/denen"}
ENGLISH_SPEAKERS = 7  # one in so many reads English
ROMAN = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ş": "s", "ç": "c", "ğ": "g", "ı": "i", "ø": "o", "á": "a", "ë": "e"}
    | {"ř": "r", "á": "a", "ó": "o", "é": "e", "ń": "n", "'": "", " ": "-"}
)
ROMAN_CAPITALS = str.maketrans({"Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Ç": "C", "Ş": "S", "Á": "A"})

Members = dict[str, Viewer]
"""Viewers by their full name."""


def _handle(name: str) -> str:
    return name.translate(ROMAN_CAPITALS).lower().translate(ROMAN)


def _everybody() -> Iterator[tuple[str, str, str]]:
    """Name, handle, address."""
    for member in SIGN_IN:
        yield member.name, _handle(member.name), member.email
    for name in OTHERS.replace("\n", " ").split(","):
        yield name.strip(), _handle(name.strip()), f"{_handle(name.strip())}@example.org"


async def move_in(calendar: Calendar) -> Members:
    """Join, verify, give roles. One member has not confirmed the address yet, one has been away for long (E10)."""
    came, joined = calendar.at(3, 23, 10), []
    for number, (name, handle, email) in enumerate(_everybody()):
        locale = Language.EN if number % ENGLISH_SPEAKERS == ENGLISH_SPEAKERS - 1 else Language.DE
        person = await Person.join(email=email, name=name, handle=handle, now=came, locale=locale)
        person.pronouns = PRONOUNS.get(name, "")
        profiles.tell(person, number)
        joined.append(person)
        if name == "Adam Nowak":
            await person.save()
            continue
        await person.seen(came)
        if name == "Femke de Vries":
            await person.follow("rest", by=SYSTEM, now=came)
    await profiles.settle(calendar, joined)
    for member in SIGN_IN:
        if member.role:
            person = await Person.get(display_name=member.name)
            await RoleGrant.give(person.id, member.role, by=SYSTEM, now=came, reason="demo")
    return await known(calendar)


async def known(calendar: Calendar) -> Members:
    """Everybody as viewers, with the roles and teams they have by now."""
    viewers = {}
    for person in await Person.all():
        if viewer := await viewer_of(person.id, now=calendar.now):
            viewers[person.display_name] = viewer
    return viewers
