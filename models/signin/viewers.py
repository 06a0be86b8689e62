"""Who a person is at this moment: roles, teams, and who sees what is shown to the matched.

Matched are people of a common team, and both sides of an accepted application; never by an alias, which would tell
whose it is. Who joins through an application is of the same team from then on.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from models import sql
from models.access import Viewer
from models.members import PersonState
from models.roles import Role
from models.teams import MembershipState, TeamRole

ABOUT = (PersonState.ACTIVE, PersonState.DORMANT)
LIMITED = (PersonState.RESTRICTED, PersonState.ERASURE_REQUESTED)
"""Read like everybody and look after what is their own; take part in nothing."""
LEADING = f"lead.role = '{TeamRole.LEAD.value}' AND lead.state = '{MembershipState.ACTIVE.value}'"
ACCEPTED = "a.state IN ('accepted', 'joined') AND a.alias = ''"
_WHO = f"""
SELECT 'person' AS what, id, state AS value FROM person WHERE id = {{me}}
UNION ALL SELECT 'role', person_id, role FROM role_grant
    WHERE person_id = {{me}} AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)
UNION ALL SELECT 'team', team_id, role FROM team_membership
    WHERE person_id = {{me}} AND state = '{MembershipState.ACTIVE.value}'
UNION ALL SELECT 'partner', m.partner_id, '' FROM partner_member m
    JOIN partner p ON p.id = m.partner_id AND p.inactive_since IS NULL
    WHERE m.person_id = {{me}} AND m.state = 'active'
UNION ALL SELECT 'matched', other.person_id, '' FROM team_membership mine
    JOIN team_membership other ON other.team_id = mine.team_id AND other.state = '{MembershipState.ACTIVE.value}'
    WHERE mine.person_id = {{me}} AND mine.state = '{MembershipState.ACTIVE.value}' AND other.person_id <> {{me}}
UNION ALL SELECT 'matched', a.owner_id, '' FROM application a JOIN listing l ON l.id = a.listing_id
    WHERE a.person_id = {{me}} AND a.owner_id IS NOT NULL AND {ACCEPTED} AND l.alias = ''
UNION ALL SELECT 'matched', a.person_id, '' FROM application a JOIN listing l ON l.id = a.listing_id
    WHERE a.owner_id = {{me}} AND {ACCEPTED} AND l.alias = ''
UNION ALL SELECT 'matched', lead.person_id, '' FROM application a
    JOIN team_membership lead ON lead.team_id = a.team_id AND {LEADING} WHERE a.person_id = {{me}} AND {ACCEPTED}
UNION ALL SELECT 'matched', a.person_id, '' FROM team_membership lead
    JOIN application a ON a.team_id = lead.team_id AND {ACCEPTED} WHERE lead.person_id = {{me}} AND {LEADING}
UNION ALL SELECT 'apart', other_id, '' FROM block WHERE person_id = {{me}}
UNION ALL SELECT 'apart', person_id, '' FROM block WHERE other_id = {{me}}
"""
"""A person, the roles, the teams, the partners and the people of the teams."""


def who(me: str) -> str:
    """The statement about the person whose id this expression gives. `$2` is now."""
    return _WHO.format(me=me)


_BY_ID = who("$1")


async def viewer_of(person_id: UUID, *, now: datetime, credential_id: UUID | None = None) -> Viewer | None:
    """The viewer that a person is at this moment, with roles and teams; None when they may not sign in (any more)."""
    return as_viewer(await sql.rows(_BY_ID, person_id, now), credential_id)


def as_viewer(rows: Sequence[dict[str, Any]], credential_id: UUID | None) -> Viewer | None:
    """The viewer that these rows of `who` tell of; None where there is no such person, or none who may sign in."""
    found: dict[str, list[tuple[UUID, str]]] = defaultdict(list)
    for row in rows:
        found[row["what"]].append((uuid_of(row["id"]), row["value"]))
    person_id, state = next(iter(found["person"]), (None, None))
    if state in LIMITED:
        return Viewer(person_id=person_id, credential_id=credential_id)
    if state not in ABOUT:
        return None
    return Viewer(
        person_id=person_id,
        roles=frozenset({Role.PARTICIPANT, *(Role(value) for _, value in found["role"])}),
        leads=frozenset(team for team, role in found["team"] if role == TeamRole.LEAD),
        credential_id=credential_id,
        teams=_ids(found["team"]),
        partners=_ids(found["partner"]),
        matched=_ids(found["matched"]),
        apart=_ids(found["apart"]),
    )


def _ids(found: Sequence[tuple[UUID, str]]) -> frozenset[UUID]:
    return frozenset(id for id, _ in found)


def uuid_of(value: UUID | str) -> UUID:
    """SQLite keeps ids as text."""
    return UUID(value) if isinstance(value, str) else value
