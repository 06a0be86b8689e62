"""The words of teams: states, stages and roles, and who keeps a team."""

from enum import StrEnum

from models.roles import Role


class TeamState(StrEnum):
    DRAFT = "draft"
    LISTED = "listed"
    DORMANT = "dormant"
    ARCHIVED = "archived"


class Stage(StrEnum):
    """How far the solution is."""

    IDEA = "idea"
    PROTOTYPE = "prototype"
    PILOT = "pilot"
    IN_USE = "in_use"


class TeamRole(StrEnum):
    LEAD = "lead"
    MEMBER = "member"
    ALUMNI = "alumni"


class MembershipState(StrEnum):
    INVITED = "invited"
    REQUESTED = "requested"
    ACTIVE = "active"
    LEFT = "left"
    REMOVED = "removed"


LEADS = frozenset({Role.TEAM_LEAD})
KEEPERS = frozenset({Role.TEAM_LEAD, Role.COMMUNITY_MANAGER, Role.ADMINISTRATOR})
"""Who decides about a team. Staff act on its behalf, and the audit log shows it (domain.md, section 8)."""
DECIDERS = frozenset({Role.TEAM_LEAD, Role.COMMUNITY_MANAGER})
"""Who answers those who ask to join: the team itself, or a community manager on its behalf (domain.md, section 8)."""
STAFF = frozenset({Role.COMMUNITY_MANAGER, Role.ADMINISTRATOR})
PEOPLE = frozenset({Role.PARTICIPANT})
"""Everybody who is signed in; the guard says which of them."""
ONESELF = frozenset({Role.ONESELF})
"""The person concerned, also one who may take part in nothing at present: leaving is always possible."""
