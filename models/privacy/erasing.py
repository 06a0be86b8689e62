"""Forgetting a person: every row that names them is deleted, emptied, or keeps an id that names nobody (E2, E3, E4)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise import Tortoise
from tortoise.expressions import Q
from tortoise.transactions import in_transaction

from models.access import SYSTEM
from models.exchange import Listing
from models.exchange.leaving import person_gone
from models.exchange.suggesting import Suggestion
from models.imports import ImportedRow
from models.mailbox import CaughtMail
from models.members import Person, PersonState
from models.newsletter import Subscription
from models.outbox import AuditEvent
from models.privacy.registry import HELD, OnErasure
from models.privacy.rows import DataRequest, DataRequestKind, DataRequestState, Erasure
from models.questions import leaving as questions
from models.search import SearchEntry
from models.signin import LoginLink
from models.teams import TeamMembership


async def due(now: datetime, most: int = 50) -> list[UUID]:
    """Whose week for a change of mind is over."""
    rows = Person.filter(state=PersonState.ERASURE_REQUESTED, erase_at__lte=now).order_by("erase_at").limit(most)
    return [person.id for person in await rows.only("id", "erase_at")]


async def erase(person_id: UUID, *, now: datetime) -> bool:
    """Forget somebody for good. False when they are gone already, or have changed their mind.

    First what others wait for is freed, each in a transaction of its own (E3); then all traces go in one.
    """
    person = await Person.filter(id=person_id).first()
    if person is None or person.state is not PersonState.ERASURE_REQUESTED or person.erase_at is None:
        return False
    if person.erase_at > now:
        return False
    await person_gone(person_id, now=now)
    await TeamMembership.vanish(person_id, now=now)
    await questions.person_gone(person_id, now=now)
    async with in_transaction():
        await Person.locked(person_id)
        await _traces(person, now)
        await _by_rule(person_id)
        await Person.erase(person_id, now=now)
        await Erasure.get_or_create({"at": now}, person_id=person_id)
        asked = DataRequest.filter(
            person_id=person_id, purpose=DataRequestKind.ERASURE, state=DataRequestState.VERIFIED
        )
        for request in await asked.select_for_update():
            request.delivered_at = now
            for action in ("begin", "deliver", "close"):
                await request.follow(action, by=SYSTEM, now=now)
    return True


async def _by_rule(person_id: UUID) -> None:
    """What the registry says, table by table."""
    for name, helds in HELD.items():
        model = Tortoise.apps["models"][name]
        for held in helds:
            mine: dict[str, Any] = {held.column: person_id}
            # `only` narrows what the export shows of a row that is deleted; deleting means all of them.
            rows = model.filter(Q(**mine)) if held.erase is OnErasure.DELETE else model.filter(held.only, Q(**mine))
            if held.erase is OnErasure.DELETE:
                await rows.delete()
            elif held.erase is OnErasure.CLEAR:
                await rows.update(**held.clear)


async def _traces(person: Person, now: datetime) -> None:
    """What names them without a key: by address, by the row's id, by being written about what they listed."""
    listings: list[Any] = list(
        await Listing.filter(person_id=person.id, team_id__isnull=True).values_list("id", flat=True)
    )
    await SearchEntry.filter(subject_id__in=[*listings, person.id]).delete()
    await Suggestion.filter(listing_id__in=listings).delete()
    await AuditEvent.filter(subject_id__in=[*listings, person.id]).update(note="")
    # The key stays, as a keyed hash that names nobody: without it the next run of the same list would bring them back.
    await ImportedRow.filter(row_id=person.id).update(said={})
    await LoginLink.filter(email_hash=person.email_hash).delete()
    if person.contact:
        await CaughtMail.filter(recipient=person.email).delete()
    await Subscription.forget(person.email_hash, now=now)


async def replay(person_ids: list[UUID], *, now: datetime) -> int:
    """Forget again whom a restored copy remembers (E4). Returns how many were there."""
    found = 0
    for id in person_ids:
        person = await Person.filter(id=id).first()
        if person is None or person.state is PersonState.ERASED:
            continue
        if person.state is not PersonState.ERASURE_REQUESTED:
            await Person.request_erasure(id, by=SYSTEM, now=now)
        await Person.filter(id=id).update(erase_at=now)
        found += await erase(id, now=now)
    return found
