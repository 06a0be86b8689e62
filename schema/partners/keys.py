"""What is done with keys. The secret stands in the answer to the mutation that made it, once."""

from datetime import datetime
from uuid import UUID

from models.roles import KeyScope
from schema.described import answer, given
from schema.inputs import Given, Payload
from schema.partners.belonging import PartnerKey


@given
class IssuePartnerKeyInput(Given):
    partner_id: UUID
    name: str
    """What it is for, such as `Website`."""
    scopes: list[KeyScope]
    expires_at: datetime | None = None
    """In a year, if nothing is said; at most in two."""


@answer
class IssuePartnerKeyPayload(Payload):
    key: PartnerKey | None
    secret: str | None
    """What goes into `Authorization: Bearer …`. It is shown this once."""


@given
class RotatePartnerKeyInput(Given):
    id: UUID
    overlap_hours: int = 24
    """How long the former key is valid along, 0 to 168 hours."""


@answer
class RotatePartnerKeyPayload(Payload):
    key: PartnerKey | None
    """The new one."""
    secret: str | None
    """Of the new one. It is shown this once."""


@given
class RevokePartnerKeyInput(Given):
    id: UUID


@answer
class RevokePartnerKeyPayload(Payload):
    key: PartnerKey | None
