"""What a batch of people becomes: who is new, who still waits and is corrected, who is left as they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from models import vault
from models.imports.known import Known, marks
from models.imports.refusals import HasLeft
from models.imports.report import Line, Note, Outcome
from models.imports.rows import ImportedRow
from models.language import Language
from models.members import AddressTaken, Person, PersonState
from models.members.handles import handle_of

MEMBER = Note("ist schon Mitglied", "is a member already")


@dataclass(frozen=True)
class Guest:
    """What the list says about one person."""

    number: int
    key: str
    mail: str
    hash: str
    name: str
    handle: str
    language: Language

    @property
    def said(self) -> dict[str, Any]:
        return {"email": self.hash, "name": self.name, "language": self.language.value}


class Work:
    """What one batch is going to write."""

    def __init__(self, known: Known, handles: set[str]) -> None:
        self._known, self._handles = known, handles
        self._states: dict[UUID, PersonState] = {}
        self._waiting: dict[UUID, Person] = {}
        self._by_hash: dict[str, UUID] = {}
        self.fresh: list[ImportedRow] = []
        self.again: list[ImportedRow] = []
        self.people: list[Person] = []
        self.changed: list[Person] = []

    async def look_up(self, guests: Sequence[Guest], known: dict[str, ImportedRow]) -> None:
        """Of people who are as the list said last only the state is read: that is nearly everybody, every time."""
        ids = [row.row_id for row in known.values()]
        self._states = {person.id: person.state for person in await Person.filter(id__in=ids).only("id", "state")}
        moved = [guest for guest in guests if guest.key not in known or known[guest.key].said != marks(guest.said)]
        if not moved:
            return
        changed = [known[guest.key].row_id for guest in moved if guest.key in known]
        waiting = Person.filter(id__in=changed, state=PersonState.INVITED)
        self._waiting = {person.id: person for person in await waiting}
        people = Person.filter(email_hash__in=[guest.hash for guest in moved]).only("id", "email_hash")
        self._by_hash = {person.email_hash: person.id for person in await people}
        handles = Person.filter(handle__in=[guest.handle for guest in moved]).only("handle")
        self._handles |= {person.handle for person in await handles}

    def take(self, guest: Guest, row: ImportedRow | None, shown: str) -> Line:
        if row is not None:
            return self._known_one(guest, row, shown)
        there = self._by_hash.get(guest.hash)
        row_id = there or self._invited(guest).id
        self.fresh.append(self._known.fresh(guest.key, row_id, marks(guest.said)))
        if there is None:
            return Line(guest.number, shown, Outcome.ADDED)
        return Line(guest.number, shown, Outcome.UNCHANGED, notes=(MEMBER,))

    def _known_one(self, guest: Guest, row: ImportedRow, shown: str) -> Line:
        state, said = self._states.get(row.row_id), marks(guest.said)
        if state in (None, PersonState.ERASED, PersonState.ERASURE_REQUESTED):
            return Line(guest.number, shown, Outcome.REFUSED, HasLeft())
        person = self._waiting.get(row.row_id)
        changed = tuple(name for name in said if row.said.get(name) != said[name])
        if not changed or person is None:
            return Line(guest.number, shown, Outcome.UNCHANGED)
        if "email" in changed and guest.hash in self._by_hash:
            return Line(guest.number, shown, Outcome.REFUSED, AddressTaken("email"))
        person.display_name, person.locale = guest.name, guest.language
        if "email" in changed:
            _seal(person, guest)
        self.changed.append(person)
        self.again.append(self._known.again(row, said))
        return Line(guest.number, shown, Outcome.CHANGED, changes=changed)

    def _invited(self, guest: Guest) -> Person:
        handle = guest.handle if len(guest.handle) > 1 and guest.handle not in self._handles else handle_of(guest.name)
        self._handles.add(handle)
        person = Person(display_name=guest.name, handle=handle, locale=guest.language, state=PersonState.INVITED)
        _seal(person, guest)
        self.people.append(person)
        return person


def _seal(person: Person, guest: Guest) -> None:
    person.email_hash = guest.hash
    person.contact = vault.seal(guest.mail, f"person:{person.id}")
