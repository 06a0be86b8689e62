"""People of a list become invited members: nobody is mailed, and nobody has consented to anything (E9).

What a member has made their own is never changed by a list: only a row that still waits for its person is.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models import vault
from models.errors import Refusal
from models.imports.kinds import Kind
from models.imports.known import BATCH, Known, marks
from models.imports.refusals import AddressTwice, CellsMissing, HasLeft, NotAPerson
from models.imports.report import Line, Note, Outcome
from models.imports.rows import ImportedRow, ImportRun
from models.imports.table import Given
from models.language import Language
from models.members import AddressTaken, Person, PersonState, address, person_name
from models.members.handles import handle_of

NOBODY = ("bot", "deactivated", "deaktiviert", "inactive", "deleted")
MEMBER = Note("ist schon Mitglied", "is a member already")
COLUMNS = ["display_name", "locale", "contact", "email_hash", "updated_at"]


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


class Members:
    """One run over a list of people."""

    def __init__(self, wish: Any, run: ImportRun, now: datetime) -> None:
        self._wish, self._now = wish, now
        self._known = Known(Kind.MEMBERS, wish.source, run)
        self._mails: dict[str, int] = {}
        self._handles: set[str] = set()

    async def batch(self, lines: Sequence[Given]) -> list[Line]:
        guests = [(line, self._guest(line)) for line in lines]
        good = [guest for _, guest in guests if isinstance(guest, Guest)]
        known = await self._known.of(guest.key for guest in good)
        ids = [row.row_id for row in known.values()]
        by_id = {person.id: person for person in await Person.filter(id__in=ids)}
        by_hash = {p.email_hash: p for p in await Person.filter(email_hash__in=[guest.hash for guest in good])}
        taken = {p.handle for p in await Person.filter(handle__in=[g.handle for g in good]).only("handle")}
        work = _Work(self._known, by_id, by_hash, self._handles | taken)
        told = [
            Line(line.number, line.one("key"), Outcome.REFUSED, guest)
            if isinstance(guest, Refusal)
            else work.take(guest, known.get(guest.key), line.one("key"))
            for line, guest in guests
        ]
        self._handles |= {person.handle for person in work.people}
        if not self._wish.dry_run:
            await self._write(work)
        return told

    async def _write(self, work: "_Work") -> None:
        await self._known.write(work.fresh, work.again)
        await Person.bulk_create(work.people, batch_size=BATCH)
        if work.changed:
            await Person.bulk_update(work.changed, fields=COLUMNS, batch_size=BATCH)

    def _guest(self, line: Given) -> Guest | Refusal:
        if line.refusal is not None:
            return line.refusal
        if any(word in line.one("status").lower() for word in NOBODY):
            return NotAPerson("status")
        try:
            mail = address(line.one("email"))
            name = person_name(line.one("name") or line.one("shown") or line.one("handle"))
        except Refusal as refusal:
            return refusal if line.one("name") or line.one("shown") or line.one("handle") else CellsMissing("name")
        hashed = vault.fingerprint(mail)
        key = vault.fingerprint(line.one("key")) if line.one("key") else hashed
        if twice := self._known.first(key, line.number):
            return twice
        if (first := self._mails.setdefault(hashed, line.number)) != line.number:
            return AddressTwice(first)
        handle = re.sub(r"[^a-z0-9]+", "-", line.one("handle").lower()).strip("-")[:40]
        return Guest(line.number, key, mail, hashed, name, handle, _language(line.one("language")))


class _Work:
    """What one batch is going to write."""

    def __init__(self, known: Known, by_id: dict[UUID, Person], by_hash: dict[str, Person], handles: set[str]) -> None:
        self._known, self._by_id, self._by_hash, self._handles = known, by_id, by_hash, handles
        self.fresh: list[ImportedRow] = []
        self.again: list[ImportedRow] = []
        self.people: list[Person] = []
        self.changed: list[Person] = []

    def take(self, guest: Guest, row: ImportedRow | None, shown: str) -> Line:
        if row is not None:
            return self._known_one(guest, row, shown)
        there = self._by_hash.get(guest.hash)
        if there is None:
            there = self._invited(guest)
            self.fresh.append(self._known.fresh(guest.key, there.id, marks(guest.said)))
            return Line(guest.number, shown, Outcome.ADDED)
        self.fresh.append(self._known.fresh(guest.key, there.id, marks(guest.said)))
        return Line(guest.number, shown, Outcome.UNCHANGED, notes=(MEMBER,))

    def _known_one(self, guest: Guest, row: ImportedRow, shown: str) -> Line:
        person, said = self._by_id.get(row.row_id), marks(guest.said)
        if person is None or person.state in (PersonState.ERASED, PersonState.ERASURE_REQUESTED):
            return Line(guest.number, shown, Outcome.REFUSED, HasLeft())
        changed = tuple(name for name in said if row.said.get(name) != said[name])
        if not changed or person.state is not PersonState.INVITED:
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


def _language(value: str) -> Language:
    return Language.EN if value.strip().lower()[:2] == "en" else Language.DE
