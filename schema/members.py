"""Members, and the viewer: who is signed in, with which roles, sessions and tokens."""

from datetime import datetime
from uuid import UUID

import models
from models.roles import Role
from schema.binding import bound, relation, shown
from schema.context import Info
from schema.described import answer, computed, enum, given
from schema.inputs import Given, Payload

enum(Role)


@bound(models.Person)
class Person:
    """A member. Addresses are never shown. Strangers do not see members; they read the name under a public story."""

    id: UUID
    handle: str
    display_name: str
    pronouns: str


@bound(models.RoleGrant)
class RoleGrant:
    """A role that somebody was given, by whom and why."""

    id: UUID
    role: Role
    reason: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    person: Person | None = relation("person", scoped=True)


@bound(models.Session)
class Session:
    """A browser in which you are signed in."""

    id: UUID
    created_at: datetime
    seen_at: datetime
    """When it was last used, to five minutes."""
    expires_at: datetime

    @computed
    def current(self, info: Info) -> bool:
        """Whether this very request came from it."""
        return bool(getattr(self, "id", None) == info.context.viewer.credential_id)


@bound(models.ApiToken)
class ApiToken:
    """A personal token for scripts. The secret itself was shown once and is kept nowhere."""

    id: UUID
    name: str
    hint: str
    """The first characters of the secret, to tell tokens apart."""
    created_at: datetime
    last_used_at: datetime | None
    """When it was last used, to five minutes."""
    expires_at: datetime | None


@answer
class Viewer:
    """You: roles, sessions and tokens."""

    roles: list[Role]

    @computed
    async def person(self, info: Info) -> Person | None:
        """Null when you are not signed in."""
        me = info.context.viewer.person_id
        found: Person | None = await info.context.loaders.row(models.Person).load(me) if me else None
        return found

    @computed
    async def sessions(self, info: Info) -> list[Session]:
        """Your open sessions, newest first."""
        rows = models.Session.filter(revoked_at__isnull=True, expires_at__gt=info.context.now)
        found = await rows.filter(person_id=info.context.viewer.person_id).order_by("-id").limit(100)
        return list(shown(found))

    @computed
    async def api_tokens(self, info: Info) -> list[ApiToken]:
        """Your living tokens, newest first."""
        rows = models.ApiToken.filter(revoked_at__isnull=True)
        found = await rows.filter(person_id=info.context.viewer.person_id).order_by("-id").limit(100)
        return list(shown(found))

    @computed
    async def leads(self, info: Info) -> list[UUID]:
        """Teams that you lead."""
        return sorted(info.context.viewer.leads)


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
