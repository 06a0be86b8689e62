"""People for tests: plain async factories with believable defaults."""

from datetime import datetime
from itertools import count
from typing import Any
from uuid import UUID

import models
from models.access import SYSTEM, Viewer
from models.base import utcnow
from models.members import Person
from models.roles import Role
from models.signin import viewer_of
from models.teams import Team, TeamMembership, TeamRole, TeamState

_numbers = count(1)


async def person(name: str = "Ada Brinkmann", *roles: Role, now: datetime | None = None, **more: Any) -> Viewer:
    """A verified member with the given roles, as a viewer."""
    now = now or utcnow()
    number = next(_numbers)
    handle = more.pop("handle", f"{name.split()[0].lower()}-{number}")
    email = more.pop("email", f"{handle}@example.org")
    member = await Person.join(email=email, name=name, handle=handle, now=now, **more)
    await member.seen(now)
    for role in roles:
        await models.RoleGrant.give(member.id, role, by=SYSTEM, now=now)
    viewer = await viewer_of(member.id, now=now)
    assert viewer is not None
    return viewer


async def editor(name: str = "Edda Lorenz", **more: Any) -> Viewer:
    return await person(name, Role.EDITOR, **more)


async def manager(name: str = "Çiğdem Öztürk", **more: Any) -> Viewer:
    return await person(name, Role.COMMUNITY_MANAGER, **more)


async def administrator(name: str = "Wanda Weiß", **more: Any) -> Viewer:
    return await person(name, Role.ADMINISTRATOR, **more)


async def participant(name: str = "Zoë Müller", **more: Any) -> Viewer:
    return await person(name, **more)


async def team(name: str = "Kreidekasten", slug: str | None = None, **more: Any) -> Team:
    """A listed team. Lists show the teams of a test in the order in which they were made."""
    number = next(_numbers)
    more = {"place": number, **more}
    return await Team.create(name=name, slug=slug or f"demo-{name.lower()}-{number}", state=TeamState.LISTED, **more)


async def lead_of(team_id: UUID, name: str = "Lena Fischer", now: datetime | None = None) -> Viewer:
    """A member who leads the team."""
    now = now or utcnow()
    viewer = await person(name, now=now)
    await TeamMembership.create(team_id=team_id, person_id=viewer.person_id, role=TeamRole.LEAD)
    again = await viewer_of(viewer.person_id, now=now)  # type: ignore[arg-type]
    assert again is not None
    return again
