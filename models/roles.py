"""Who somebody is in the community (domain.md, section 8)."""

from enum import StrEnum


class Role(StrEnum):
    """A role. `TEAM_LEAD` and `ONESELF` are never granted: they follow from the row that somebody acts on."""

    PARTICIPANT = "participant"
    TEAM_LEAD = "team_lead"
    EXPERT = "expert"
    COMMUNITY_MANAGER = "community_manager"
    EDITOR = "editor"
    PARTNER = "partner"
    ADMINISTRATOR = "administrator"
    CONDUCT = "conduct"
    ONESELF = "oneself"
    """The person whom a row is about. Never granted by itself, like `TEAM_LEAD`: it follows from the row."""
    SYSTEM = "system"
    """A job of ours, acting on a schedule or on an event; nobody signs in as this."""


STAFF = frozenset({Role.COMMUNITY_MANAGER, Role.EDITOR, Role.ADMINISTRATOR})
EVERYBODY = frozenset(Role)


class Visibility(StrEnum):
    """Who may see an event of the log."""

    PUBLIC = "public"
    MEMBERS = "members"
    STAFF = "staff"
    PERSON = "person"
    """The one person whom the event names, and nobody else: not even staff."""
