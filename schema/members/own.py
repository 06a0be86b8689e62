"""The viewer: who is signed in, and everything that is theirs alone."""

from datetime import datetime
from typing import Any
from uuid import UUID

import models
from models.language import Language
from models.members import AliasContext, ConsentStatus, FieldVisibility, InvitationState, ProfileField, Purpose
from models.members.consents import WORDINGS
from models.members.profile import visibility_of
from models.roles import Role
from schema.binding import bound, column, relation, shown
from schema.context import Info
from schema.derived import derived
from schema.described import answer, computed, enum
from schema.localised import LocalisedText
from schema.members.people import Person
from schema.partners.held import KeyHeld

enum(FieldVisibility)
enum(ProfileField)
enum(Purpose)
MOST = 200


@bound(models.Session)
class Session:
    """A browser in which you are signed in."""

    id: UUID
    device: str
    """The browser in words, such as `Firefox, Linux`; empty when it did not say."""
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


@bound(models.Consent)
class Consent:
    """What you agreed to for one purpose. Each is given and withdrawn alone."""

    id: UUID
    purpose: Purpose
    state: ConsentStatus
    language: Language
    text_version: str
    text_hash: str
    """SHA-256 of the wording that you saw."""
    created_at: datetime
    given_at: datetime | None
    withdrawn_at: datetime | None

    @derived("purpose", "text_version")
    def current(purpose: Purpose, version: str) -> bool:
        """Whether the wording is still the present one."""
        return WORDINGS[purpose].version == version


@answer
class ConsentText:
    """The present wording for a purpose, to be shown above the button word for word."""

    purpose: Purpose
    version: str
    text: LocalisedText


@bound(models.Alias)
class Alias:
    """The name that you use in one context instead of your own. Nothing leads from it to you, not even for managers."""

    id: UUID
    context: AliasContext
    name: str


@bound(models.Block)
class Block:
    """Somebody with whom you do not want to be matched. Only you see this."""

    id: UUID
    created_at: datetime
    person: Person | None = relation("other", scoped=True)


@bound(models.Invitation)
class Invitation:
    """An invitation of yours. It does not say whether the address belonged to a member already."""

    id: UUID
    language: Language = column("locale")
    created_at: datetime
    expires_at: datetime

    @derived("state")
    def open(state: InvitationState) -> bool:
        """Whether you have not taken it back. What became of it is not told: that would tell who is a member."""
        return state is not InvitationState.WITHDRAWN


@bound(models.Identity)
class Identity:
    """An account at the provider with which you may sign in."""

    id: UUID
    issuer: str
    created_at: datetime


@answer
class FieldShown:
    """To whom a field of your profile is shown."""

    field: ProfileField
    visibility: FieldVisibility


@answer
class Viewer:
    """You: roles, sessions, tokens, and what only you see of yourself."""

    roles: list[Role]

    @computed
    async def person(self, info: Info) -> Person | None:
        """Null when you are not signed in."""
        found: Person | None = shown(await _me(info))
        return found

    @computed
    async def sessions(self, info: Info) -> list[Session]:
        """Your open sessions, newest first."""
        found: list[Session] = await _mine(
            info, models.Session, revoked_at__isnull=True, expires_at__gt=info.context.now
        )
        return found

    @computed
    async def api_tokens(self, info: Info) -> list[ApiToken]:
        """Your living tokens, newest first."""
        found: list[ApiToken] = await _mine(info, models.ApiToken, revoked_at__isnull=True)
        return found

    @computed
    async def leads(self, info: Info) -> list[UUID]:
        """Teams that you lead."""
        return sorted(info.context.viewer.leads)

    @computed
    async def partners(self, info: Info) -> list[UUID]:
        """Partner organisations that you act for."""
        return sorted(info.context.viewer.partners)

    @computed
    async def key(self, info: Info) -> KeyHeld | None:
        """What your key is for and what it sees; null when you do not ask with a partner's key."""
        return KeyHeld.of(info.context.viewer)

    @computed
    async def visibility(self, info: Info) -> list[FieldShown]:
        """To whom each field of your profile is shown."""
        me = await _me(info)
        known = visibility_of(me) if me else {}
        return [FieldShown(field=field, visibility=audience) for field, audience in known.items()]

    @computed
    async def consents(self, info: Info) -> list[Consent]:
        """What you agreed to and took back, newest first."""
        found: list[Consent] = await _mine(info, models.Consent)
        return found

    @computed
    async def aliases(self, info: Info) -> list[Alias]:
        """Your names in other contexts."""
        found: list[Alias] = await _mine(info, models.Alias)
        return found

    @computed
    async def blocks(self, info: Info) -> list[Block]:
        """With whom you do not want to be matched."""
        found: list[Block] = await _mine(info, models.Block)
        return found

    @computed
    async def invitations(self, info: Info) -> list[Invitation]:
        """Whom you invited lately; the addresses are not shown."""
        found: list[Invitation] = await _mine(info, models.Invitation)
        return found

    @computed
    async def identities(self, info: Info) -> list[Identity]:
        """Accounts elsewhere with which you may sign in."""
        found: list[Identity] = await _mine(info, models.Identity)
        return found

    @computed
    async def erase_at(self, info: Info) -> datetime | None:
        """When your account is erased; null unless you asked for it. Until then you may change your mind."""
        me = await _me(info)
        return me.erase_at if me else None


async def _me(info: Info) -> models.Person | None:
    me = info.context.viewer.person_id
    found: models.Person | None = await info.context.loaders.row(models.Person).load(me) if me else None
    return found


async def _mine(info: Info, model: Any, **where: Any) -> Any:
    """The viewer's own rows, newest first; none for a stranger."""
    me = info.context.viewer.person_id
    return list(await model.filter(person_id=me, **where).order_by("-id").limit(MOST)) if me else []
