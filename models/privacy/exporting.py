"""A copy of everything that is kept about a person: one JSON file, and one CSV for each table (E1)."""

import csv
import io
import json
import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from tortoise import Tortoise
from tortoise.expressions import Q
from tortoise.models import Model
from tortoise.transactions import in_transaction

from models.access import SYSTEM
from models.members import Person
from models.newsletter import Subscription
from models.notifications import tell
from models.privacy.registry import HELD, SECRETS, Held
from models.privacy.rows import DataExport, DataRequest, DataRequestState

BATCH = 1_000
FORMULA = ("=", "+", "-", "@", "\t", "\r")
Rows = dict[str, list[dict[str, Any]]]


async def gather(person_id: UUID) -> Rows:
    """Table by table what names this person. Rows of others show what the person did, and nothing of the others."""
    person = await Person.get(id=person_id)
    found: Rows = {"person": [{**_row(person, None), "email": person.email if person.contact else ""}]}
    for name, helds in HELD.items():
        model = Tortoise.apps["models"][name]
        rows = [row for held in helds for row in await _held(model, held, person_id)]
        if rows:
            found[str(model._meta.db_table)] = _once(rows)
    if newsletter := await Subscription.filter(email_hash=person.email_hash).first():
        found["newsletter_subscription"] = [_plain(await newsletter.told())]
    return found


async def _held(model: type[Model], held: Held, person_id: UUID) -> list[dict[str, Any]]:
    mine: dict[str, Any] = {held.column: person_id}
    rows = model.filter(held.only, Q(**mine)).order_by("id")
    found: list[dict[str, Any]] = []
    after = None
    while True:
        part = await (rows.filter(id__gt=after) if after else rows).limit(BATCH)
        found += [{"as": held.column.removesuffix("_id"), **_row(row, held.shows)} for row in part]
        if len(part) < BATCH:
            return found
        after = part[-1].pk


def _row(row: Model, shows: tuple[str, ...] | None) -> dict[str, Any]:
    columns = row._meta.fields_db_projection
    if shows is None:
        names: Iterable[str] = [name for name in columns if name not in SECRETS and not name.endswith("_hash")]
    else:
        names = [name for name in ("id", "created_at", *shows) if name in columns]
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    """As JSON knows it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set):
        return [_plain(each) for each in value]
    return value if isinstance(value, str | int | float | bool | None) else None


def _once(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A row that names the person twice is told once, with the fullest account."""
    fullest: dict[str, dict[str, Any]] = {}
    for row in rows:
        known = fullest.get(row["id"])
        if known is None or len(row) > len(known):
            fullest[row["id"]] = row
    return list(fullest.values())


def packed(rows: Rows, now: datetime) -> bytes:
    """The ZIP: `data.json` with everything, `<table>.csv` for a spreadsheet."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        told = {"as_of": now.isoformat(), "tables": rows}
        archive.writestr("data.json", json.dumps(told, ensure_ascii=False, indent=2))
        for table, some in rows.items():
            archive.writestr(f"{table}.csv", _csv(some))
    return file.getvalue()


def _csv(rows: list[dict[str, Any]]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    sheet = csv.DictWriter(out, names, lineterminator="\r\n")
    sheet.writeheader()
    for row in rows:
        sheet.writerow({name: _cell(value) for name, value in row.items()})
    # A byte order mark: without it spreadsheets read umlauts as two letters.
    return "\ufeff" + out.getvalue()


def _cell(value: Any) -> str:
    """A text that a spreadsheet would compute is kept from it by an apostrophe."""
    text = "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"'{text}" if text.startswith(FORMULA) else text


async def deliver(request_id: UUID, *, now: datetime) -> bool:
    """Gather and keep the file, and tell the person. Twice is once. False when there is nothing to do."""
    async with in_transaction():
        request = await DataRequest.locked(request_id)
        if request.state not in (DataRequestState.VERIFIED, DataRequestState.RUNNING):
            return False
        await request.follow("begin", by=SYSTEM, now=now)
    content = packed(await gather(request.person_id), now)
    async with in_transaction():
        request = await DataRequest.locked(request_id)
        if request.state is not DataRequestState.RUNNING:
            return False
        await DataExport.filter(request_id=request_id).delete()
        await DataExport.create(request_id=request_id, person_id=request.person_id, content=content, made_at=now)
        request.delivered_at = now
        await request.follow("deliver", by=SYSTEM, now=now)
        await tell(
            request.person_id, "privacy.export_ready", subject=request, now=now, about={"request": str(request.id)}
        )
    return True
