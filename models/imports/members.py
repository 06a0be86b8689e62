"""People of a list become invited members: nobody is mailed, and nobody has consented to anything (E9).

What a member has made their own is never changed by a list: only a row that still waits for its person is.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from models import vault
from models.errors import Refusal
from models.imports.guests import Guest, Work
from models.imports.kinds import Kind
from models.imports.known import BATCH, Known
from models.imports.refusals import AddressTwice, CellsMissing, NotAPerson
from models.imports.report import Line, Outcome
from models.imports.rows import ImportRun
from models.imports.table import Given
from models.language import Language
from models.members import Person, address, person_name

NOBODY = ("bot", "deactivated", "deaktiviert", "inactive", "deleted")
COLUMNS = ["display_name", "locale", "contact", "email_hash", "updated_at"]


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
        work = Work(self._known, self._handles)
        await work.look_up(good, known)
        told = [
            Line(line.number, line.one("key"), Outcome.REFUSED, guest)
            if isinstance(guest, Refusal)
            else work.take(guest, known.get(guest.key), line.one("key"))
            for line, guest in guests
        ]
        if not self._wish.dry_run:
            await self._write(work)
        return told

    async def _write(self, work: "Work") -> None:
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


def _language(value: str) -> Language:
    return Language.EN if value.strip().lower()[:2] == "en" else Language.DE
