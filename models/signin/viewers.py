"""Who a person is at this moment: roles, teams, and who sees what is shown to the matched.

Matched are people of a common team, and both sides of an accepted application; never by an alias, which would tell
whose it is. Who joins through an application is of the same team from then on.
"""

from datetime import datetime
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
WHO = f"""
SELECT 'person' AS what, id, state AS value FROM person WHERE id = $1
UNION ALL SELECT 'role', person_id, role FROM role_grant
    WHERE person_id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)
UNION ALL SELECT 'team', team_id, role FROM team_membership
    WHERE person_id = $1 AND state = '{MembershipState.ACTIVE.value}'
UNION ALL SELECT 'partner', m.partner_id, '' FROM partner_member m
    JOIN partner p ON p.id = m.partner_id AND p.inactive_since IS NULL
    WHERE m.person_id = $1 AND m.state = 'active'
UNION ALL SELECT 'matched', other.person_id, '' FROM team_membership mine
    JOIN team_membership other ON other.team_id = mine.team_id AND other.state = '{MembershipState.ACTIVE.value}'
    WHERE mine.person_id = $1 AND mine.state = '{MembershipState.ACTIVE.value}' AND other.person_id <> $1
UNION ALL SELECT 'matched', a.owner_id, '' FROM application a JOIN listing l ON l.id = a.listing_id
    WHERE a.person_id = $1 AND a.owner_id IS NOT NULL AND {ACCEPTED} AND l.alias = ''
UNION ALL SELECT 'matched', a.person_id, '' FROM application a JOIN listing l ON l.id = a.listing_id
    WHERE a.owner_id = $1 AND {ACCEPTED} AND l.alias = ''
UNION ALL SELECT 'matched', lead.person_id, '' FROM application a
    JOIN team_membership lead ON lead.team_id = a.team_id AND {LEADING} WHERE a.person_id = $1 AND {ACCEPTED}
UNION ALL SELECT 'matched', a.person_id, '' FROM team_membership lead
    JOIN application a ON a.team_id = lead.team_id AND {ACCEPTED} WHERE lead.person_id = $1 AND {LEADING}
UNION ALL SELECT 'apart', other_id, '' FROM block WHERE person_id = $1
UNION ALL SELECT 'apart', person_id, '' FROM block WHERE other_id = $1
"""
"""A person, the roles, the teams, the partners and the people of the teams in one statement: every request of somebody
signed in asks for it."""


async def viewer_of(person_id: UUID, *, now: datetime, credential_id: UUID | None = None) -> Viewer | None:
    """The viewer that a person is at this moment, with roles and teams; None when they may not sign in (any more)."""
    found = await sql.rows(WHO, person_id, now)
    state = next((row["value"] for row in found if row["what"] == "person"), None)
    if state in LIMITED:
        return Viewer(person_id=person_id, credential_id=credential_id)
    if state not in ABOUT:
        return None
    teams = [(_id(row["id"]), row["value"]) for row in found if row["what"] == "team"]
    return Viewer(
        person_id=person_id,
        roles=frozenset(Role(row["value"]) for row in found if row["what"] == "role") | {Role.PARTICIPANT},
        leads=frozenset(team for team, role in teams if role == TeamRole.LEAD),
        teams=frozenset(team for team, _ in teams),
        partners=frozenset(_id(row["id"]) for row in found if row["what"] == "partner"),
        matched=frozenset(_id(row["id"]) for row in found if row["what"] == "matched"),
        apart=frozenset(_id(row["id"]) for row in found if row["what"] == "apart"),
        credential_id=credential_id,
    )


def _id(value: UUID | str) -> UUID:
    """SQLite keeps ids as text."""
    return UUID(value) if isinstance(value, str) else value
