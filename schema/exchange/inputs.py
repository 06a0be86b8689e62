"""What is asked of the Kontaktbörse."""

from datetime import datetime
from uuid import UUID

import strawberry

from models.exchange import ListingKind, Reason
from models.language import Language
from schema.described import answer, given
from schema.exchange.types import Application, Listing
from schema.inputs import Given, Payload


@given
class PublishListingInput(Given):
    kind: ListingKind
    title: str
    text: str = ""
    """Up to 4,000 characters."""
    language: Language = Language.DE
    """In which it is written."""
    must: list[UUID] = strawberry.field(default_factory=list)
    """Skills that have to be there; of somebody who looks for a team, what they can do."""
    nice: list[UUID] = strawberry.field(default_factory=list)
    languages: list[str] = strawberry.field(default_factory=list)
    """That are spoken: ISO 639 codes."""
    hours_per_week: int | None = None
    seats: int = 1
    """How many can join: 1 to 50."""
    field_of_action_id: UUID | None = None
    """Left out, a team's listing takes the team's."""
    team_id: UUID | None = None
    """The team that looks for people; one that you lead."""
    under_alias: bool = False
    """Show your alias of the exchange instead of yourself; for whoever looks for a team."""
    draft: bool = False
    """Keep it to yourself until `openListing`."""


@answer
class PublishListingPayload(Payload):
    listing: Listing | None


@given
class UpdateListingInput(Given):
    """What is left out stays as it is."""

    id: UUID
    version: int | None = None
    """What you have read; refused when somebody was faster."""
    title: str | None = None
    text: str | None = None
    language: Language | None = None
    must: list[UUID] | None = None
    nice: list[UUID] | None = None
    languages: list[str] | None = None
    hours_per_week: int | None = None
    seats: int | None = None
    field_of_action_id: UUID | None = None


@answer
class UpdateListingPayload(Payload):
    listing: Listing | None


@given
class OpenListingInput(Given):
    id: UUID


@answer
class OpenListingPayload(Payload):
    listing: Listing | None


@given
class ConfirmListingInput(Given):
    id: UUID


@answer
class ConfirmListingPayload(Payload):
    listing: Listing | None


@given
class WithdrawListingInput(Given):
    id: UUID


@answer
class WithdrawListingPayload(Payload):
    listing: Listing | None


@given
class ReopenListingInput(Given):
    id: UUID


@answer
class ReopenListingPayload(Payload):
    listing: Listing | None


@given
class ReleaseListingInput(Given):
    id: UUID


@answer
class ReleaseListingPayload(Payload):
    listing: Listing | None


@given
class HideListingsInput(Given):
    """Either some listings, or everything that accounts made since a moment have listed."""

    ids: list[UUID] = strawberry.field(default_factory=list)
    """Up to 1,000."""
    of_accounts_since: datetime | None = None
    reason: str
    """Stands in the audit log."""


@answer
class HideListingsPayload(Payload):
    action: UUID
    """Pass it to `unhideListings` to take all of it back."""
    hidden: int


@given
class UnhideListingsInput(Given):
    action: UUID


@answer
class UnhideListingsPayload(Payload):
    restored: int


@given
class ApplyToRoleInput(Given):
    listing_id: UUID
    message: str = ""
    """Up to 2,000 characters: what you would like to do there."""
    under_alias: bool = False
    """Apply under your alias of the exchange: who you are is shown when you are accepted, and not before."""


@answer
class ApplyToRolePayload(Payload):
    application: Application | None


@given
class DecideApplicationInput(Given):
    id: UUID
    accept: bool
    reason: Reason | None = None
    """Why not, `OTHER` when left out. The person gets kind words of ours for it."""
    reply: str = ""
    """Words of your own."""


@answer
class DecideApplicationPayload(Payload):
    application: Application | None


@given
class WithdrawApplicationInput(Given):
    id: UUID


@answer
class WithdrawApplicationPayload(Payload):
    application: Application | None


@given
class InviteToRoleInput(Given):
    listing_id: UUID
    """An open role of a team that you lead."""
    seeker_id: UUID
    """The listing of somebody who looks for a team."""
    message: str = ""


@answer
class InviteToRolePayload(Payload):
    application: Application | None


@given
class ArrangeMatchInput(Given):
    """The human step before somebody below 16 is matched."""

    id: UUID
    """Of an accepted application."""
    joins: bool


@answer
class ArrangeMatchPayload(Payload):
    application: Application | None
