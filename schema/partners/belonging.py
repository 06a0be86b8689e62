"""Who acts for a partner, what it may see, and its keys: for its members, and for managers."""

from datetime import datetime
from uuid import UUID

import models
from models.partners import GrantState, KeyState, MemberState
from models.roles import KeyScope
from schema.binding import bound, column, relation
from schema.derived import derived
from schema.described import enum
from schema.members.people import Person
from schema.partners.wall import Partner

enum(KeyScope)


@bound(models.PartnerMember)
class PartnerMember:
    """A person who acts for a partner: invited by managers, belongs once they have accepted."""

    id: UUID
    version: int
    partner: Partner | None = relation("partner", scoped=True)
    person: Person | None = relation("person", scoped=True)
    """Null when the person does not show themselves to you."""
    state: MemberState
    created_at: datetime
    joined_at: datetime | None


@bound(models.PartnerGrant)
class PartnerGrant:
    """What a partner may see of the event log through its keys and webhooks. Grants add up."""

    id: UUID
    version: int
    partner: Partner | None = relation("partner", scoped=True)
    topics: list[str]
    """Beginnings of event types, such as `story.`."""
    fields: list[str] = column("fields_of_action")
    """Keys of fields of action: events about a team only of teams in these. None: of whatever team."""
    starts_at: datetime
    ends_at: datetime | None
    state: GrantState
    created_at: datetime


@bound(models.PartnerKey)
class PartnerKey:
    """A key for programs of a partner. The whole of it is shown once, when it is made."""

    id: UUID
    version: int
    partner: Partner | None = relation("partner", scoped=True)
    name: str
    prefix: str
    """Its beginning, by which you tell keys apart."""
    state: KeyState
    issued_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    """To within two minutes."""

    @derived("scopes")
    def scopes(scopes: list[str]) -> list[KeyScope]:
        """What it is for."""
        return [KeyScope(each) for each in scopes]
