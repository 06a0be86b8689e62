"""One line of a list of projects, checked and brought into our words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from models import text
from models.errors import Refusal
from models.folding import fold
from models.imports.refusals import UnknownStage
from models.imports.report import Note
from models.imports.table import Given
from models.programme import FieldOfAction, ProgrammeBlock
from models.teams import Stage
from models.teams.founding import NAME_MAX, PITCH_MAX
from models.teams.links import LINKS_MAX, Address, address

KEY_MAX = 200
STAGES = {
    "idea": Stage.IDEA, "idee": Stage.IDEA, "prototype": Stage.PROTOTYPE, "prototyp": Stage.PROTOTYPE,
    "pilot": Stage.PILOT, "pilotierung": Stage.PILOT, "inuse": Stage.IN_USE, "imeinsatz": Stage.IN_USE,
}  # fmt: skip
CUT = Note("der Satz war zu lang und ist gekürzt", "the sentence was too long and is shortened")
NO_LINK = Note(
    "ein Link ohne https oder mit Anmeldedaten fehlt", "a link without https or with credentials is left out"
)
MANY_LINKS = Note("nur die ersten zehn Links", "only the first ten links")


@dataclass(frozen=True)
class Draft:
    """What the list says about one project. `said` has the columns that it has, by our names."""

    number: int
    key: str
    name: str
    said: dict[str, Any]
    links: tuple[Address, ...]
    blocks: tuple[UUID, ...]
    notes: tuple[Note, ...]


def drafted(line: Given, fields: Sequence[FieldOfAction], blocks: Sequence[ProgrammeBlock]) -> Draft | Refusal:
    """The draft of a line, or why it cannot be taken."""
    notes: list[Note] = []
    try:
        key = text.line(line.one("key"), "key", KEY_MAX)
        said: dict[str, Any] = {"name": text.line(line.one("name"), "name", NAME_MAX)}
        if line.has("pitch"):
            said["pitch"] = _pitch(line.one("pitch"), notes)
        if line.has("stage"):
            said["stage"] = _stage(line.one("stage"))
    except Refusal as refusal:
        return refusal
    if line.has("field"):
        said["field"] = _named(line.one("field"), fields, notes)
    links = _links(line.all("links"), notes)
    found = [_named(name, blocks, notes) for cell in line.all("blocks") for name in re.split(r"[,;/|]", cell)]
    named = tuple(dict.fromkeys(block for block in found if block is not None))
    if line.has("links"):
        said["links"] = links
    if line.has("blocks"):
        said["blocks"] = named
    return Draft(line.number, key, said["name"], said, links, named, tuple(dict.fromkeys(notes)))


def _pitch(value: str, notes: list[Note]) -> str:
    pitch = " ".join(value.split())
    if len(pitch) <= PITCH_MAX:
        return pitch
    notes.append(CUT)
    return pitch[: PITCH_MAX - 1].rsplit(" ", 1)[0] + "…"


def _stage(value: str) -> Stage:
    """Nothing said is an idea. Raises `UnknownStage`: a wrong one would be shown as a fact."""
    spelled = re.sub(r"[^a-z]", "", fold(value))
    if spelled and spelled not in STAGES:
        raise UnknownStage("stage")
    return STAGES.get(spelled, Stage.IDEA)


def _named(value: str, rows: Sequence[Any], notes: list[Note]) -> UUID | None:
    """The row of a key or a title. An unknown one costs the line nothing but itself."""
    spelled = fold(value)
    if not spelled:
        return None
    for row in rows:
        if spelled in (fold(row.key), fold(row.title_de), fold(row.title_en)):
            found: UUID = row.id
            return found
    shown = value[:60]
    notes.append(Note(f"„{shown}“ kennen wir nicht", f"we do not know “{shown}”"))
    return None


def _links(cells: Sequence[str], notes: list[Note]) -> tuple[Address, ...]:
    found: dict[str, Address] = {}
    for url in (url for cell in cells for url in re.split(r"[\s,;]+", cell) if url):
        try:
            link = address(Address(url))
        except Refusal:
            notes.append(NO_LINK)
        else:
            found.setdefault(link.url, link)
    if len(found) > LINKS_MAX:
        notes.append(MANY_LINKS)
    return tuple(found.values())[:LINKS_MAX]
