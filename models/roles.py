"""Who somebody is in the community (domain.md, section 8)."""

from enum import StrEnum


class Role(StrEnum):
    """A role. `TEAM_LEAD` and `ONESELF` are never granted: they follow from the row that somebody acts on.

    So does `PARTNER` where something belongs to a partner. Granted, it marks the account of an organisation, and gives
    nothing on rows of any partner.
    """

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


class KeyScope(StrEnum):
    """What a partner's key is for. Whatever is not named here a key cannot do."""

    EVENTS_READ = "events:read"
    """The event log, as far as the partner's grants reach: `communityEvents`, asked or subscribed to."""
    PUBLIC_READ = "public:read"
    """Whatever the website shows to everybody."""
    WEBHOOKS_MANAGE = "webhooks:manage"
    """The partner's own webhooks and what was delivered to them."""


STAFF = frozenset({Role.COMMUNITY_MANAGER, Role.EDITOR, Role.ADMINISTRATOR})
EVERYBODY = frozenset(Role)


class Visibility(StrEnum):
    """Who may see an event of the log."""

    PUBLIC = "public"
    MEMBERS = "members"
    STAFF = "staff"
    PERSON = "person"
    """The one person whom the event names, and nobody else: not even staff."""
