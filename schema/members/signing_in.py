"""Signing in and out, joining, sessions, tokens and roles: what mutations take and answer."""

from uuid import UUID

from models.language import Language
from models.roles import Role
from schema.described import answer, given
from schema.inputs import Given, Payload
from schema.members.own import ApiToken, Invitation, Viewer
from schema.members.people import Person, RoleGrant


@given
class RequestLoginLinkInput(Given):
    email: str


@answer
class RequestLoginLinkPayload(Payload):
    sent: bool
    """Always true: the answer is the same for known and unknown addresses. The link works for 15 minutes."""


@given
class RedeemLoginLinkInput(Given):
    token: str
    """The part of the mailed link behind its last slash."""


@answer
class RedeemLoginLinkPayload(Payload):
    viewer: Viewer
    """You, signed in: the session is in a cookie of this browser."""


@given
class SignOutInput(Given):
    pass


@answer
class SignOutPayload(Payload):
    signed_out: bool


@given
class CreateApiTokenInput(Given):
    name: str
    """What you will recognise it by, such as `import script`."""
    days: int = 90
    """How long it lives: 1 to 366 days."""


@answer
class CreateApiTokenPayload(Payload):
    token: ApiToken | None
    secret: str | None
    """The secret, this once: `Authorization: Bearer …`. A repeated request answers null."""


@given
class RevokeApiTokenInput(Given):
    id: UUID


@answer
class RevokeApiTokenPayload(Payload):
    id: UUID


@given
class RevokeSessionInput(Given):
    id: UUID


@answer
class RevokeSessionPayload(Payload):
    id: UUID


@given
class GrantRoleInput(Given):
    person_id: UUID
    role: Role
    reason: str = ""


@answer
class GrantRolePayload(Payload):
    grant: RoleGrant | None


@given
class RevokeRoleInput(Given):
    person_id: UUID
    role: Role


@answer
class RevokeRolePayload(Payload):
    person: Person | None


@given
class JoinCommunityInput(Given):
    email: str
    name: str
    agreed: bool
    """Whether the box below the wording for the purpose `ACCOUNT` was ticked."""
    language: Language = Language.DE


@answer
class JoinCommunityPayload(Payload):
    sent: bool
    """Always true: a member already gets an ordinary sign-in link. The link works for 15 minutes in this browser."""


@given
class RevokeOtherSessionsInput(Given):
    pass


@answer
class RevokeOtherSessionsPayload(Payload):
    ended: int
    """How many browsers were signed out."""


@given
class UnlinkIdentityInput(Given):
    id: UUID


@answer
class UnlinkIdentityPayload(Payload):
    id: UUID


@given
class InviteMemberInput(Given):
    email: str
    message: str = ""
    """A line of your own, at most 280 characters."""
    language: Language = Language.DE


@answer
class InviteMemberPayload(Payload):
    invitation: Invitation | None
    """The answer is the same for every address, whether it belongs to a member or not."""


@given
class WithdrawInvitationInput(Given):
    id: UUID


@answer
class WithdrawInvitationPayload(Payload):
    invitation: Invitation | None


@given
class AcceptInvitationInput(Given):
    token: str
    """The part of the mailed link behind its last slash."""
    name: str
    agreed: bool
    """Whether the box below the wording for the purpose `ACCOUNT` was ticked."""


@answer
class AcceptInvitationPayload(Payload):
    viewer: Viewer
    """You, signed in: the session is in a cookie of this browser."""
