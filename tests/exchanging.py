"""The Kontaktbörse for tests: a team with a role to fill, and people who would like to join."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import models
from models import vault
from models.access import Viewer
from models.exchange import Application, ApplicationState, Listing, ListingKind, Wanted
from models.members import Person, PersonState
from models.teams import Team
from tests import people

MEMBER = ListingKind.SEEKS_MEMBER


@dataclass
class Role:
    """A team, its lead, and what it looks for."""

    team: Team
    lead: Viewer
    listing: Listing


async def role(now: datetime, title: str = "Grafik gesucht", *, name: str = "Kreidekasten", **wanted: Any) -> Role:
    """A listed team with an open role."""
    team = await people.team(name)
    lead = await people.lead_of(team.id, now=now)
    said = Wanted(title=title, text="Wir suchen jemanden mit Blick.", **{"languages": ["de"], **wanted})
    return Role(team, lead, await Listing.publish(MEMBER, said, by=lead, now=now, team_id=team.id))


async def seeker(now: datetime, name: str = "Sami Sucht") -> tuple[Viewer, Listing]:
    """Somebody who looks for a team."""
    person = await people.participant(name, now=now)
    said = Wanted(title="Ich kann Grafik und suche ein Team", languages=["de"])
    return person, await Listing.publish(ListingKind.SEEKS_TEAM, said, by=person, now=now)


async def sharer(now: datetime, name: str = "Tilda Teilt", seats: int = 1) -> tuple[Viewer, Listing]:
    """Somebody who passes on what they know."""
    person = await people.participant(name, now=now)
    said = Wanted(title="Eine Stunde zu Datenschutz", seats=seats)
    return person, await Listing.publish(ListingKind.SHARES_KNOWLEDGE, said, by=person, now=now)


async def crowd(count: int, now: datetime) -> list[Viewer]:
    """Many active members at once."""
    rows = [
        Person(
            handle=f"crowd-{n}", display_name=f"Person {n}", email_hash=vault.digest(f"crowd-{n}"),
            state=PersonState.ACTIVE, last_active_at=now,
        )
        for n in range(count)
    ]  # fmt: skip
    await Person.bulk_create(rows)
    return [Viewer(person_id=row.id, roles=frozenset({models.roles.Role.PARTICIPANT})) for row in rows]


async def of_age_until(viewer: Viewer, until: date) -> None:
    """Somebody who turns 16 then."""
    await Person.filter(id=viewer.person_id).update(young_until=until)


async def state(id: UUID) -> ApplicationState:
    return (await Application.get(id=id)).state


async def told(viewer: Viewer) -> list[str]:
    """What somebody was told so far, by kind; reminders that have not come are not among it."""
    rows = models.Notification.filter(person_id=viewer.person_id, reminder=False).order_by("id")
    return list(await rows.values_list("what", flat=True))  # type: ignore[arg-type]


async def planned(viewer: Viewer) -> dict[str, datetime]:
    """What somebody will be reminded of, and when."""
    rows = models.Notification.filter(person_id=viewer.person_id, reminder=True, state="planned")
    return {row.what: row.planned_for for row in await rows}  # type: ignore[misc]


async def come_to_mind(row: Any, kind: str, viewer: Viewer) -> models.Notification:
    return await models.Notification.get(person_id=viewer.person_id, what=kind, subject_id=row.id)
