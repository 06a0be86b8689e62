"""Signing in with an account of somewhere else: OpenID Connect, authorization code with PKCE.

What leaves the browser and comes back is checked against a row of ours: state, nonce and verifier belong to one attempt
in one browser, which is used up by the first answer. The provider's word about *who* somebody is counts by issuer and
subject; its word about an address counts only when it says that it has verified it.
"""

import json
from datetime import datetime, timedelta
from typing import ClassVar, NamedTuple, Self
from uuid import UUID

from tortoise import fields
from tortoise.transactions import in_transaction

from models import vault
from models.base import Moment, Row
from models.errors import Conflict, NotFound, ValidationProblem
from models.language import Language
from models.members import Consent, Person, Purpose, address, person_name
from models.members.handles import handle_of
from models.members.refusals import AgreementNeeded
from models.outbox import AuditEvent
from models.signin import Session
from models.signin.links import arrive

ATTEMPT_LIFE = timedelta(minutes=10)


class SignInBroken(ValidationProblem):
    """The answer does not belong to a question of this browser, or the provider's signature is not in order."""

    code = "SIGN_IN_BROKEN"
    de = "Die Anmeldung ist nicht zustande gekommen. Bitte beginnt sie noch einmal, im selben Browser."
    en = "Signing in did not work out. Please start again, in the same browser."


class AddressUnverified(ValidationProblem):
    code = "ADDRESS_UNVERIFIED"
    de = "Der Anbieter hat eure E-Mail-Adresse nicht bestätigt. Bitte bestätigt sie dort, oder nehmt den Link per Mail."
    en = "The provider has not verified your e-mail address. Please verify it there, or use the link by mail."


class LinkFirst(Conflict):
    """There is an account by this address that has never been used with the provider: its owner links it first."""

    code = "LINK_FIRST"
    de = (
        "Bitte meldet euch einmal mit dem Link per Mail an und verbindet den Anbieter dann auf der Seite „Anmelden“. "
        "So kann niemand ein Konto übernehmen."
    )
    en = (
        "Please sign in once with the link by mail, then connect the provider on the page “Sign in”. So nobody can "
        "take an account over."
    )


class IdentityTaken(Conflict):
    code = "IDENTITY_TAKEN"
    de = "Dieses Konto beim Anbieter gehört schon zu einem anderen Mitglied, oder ihr habt schon eines verbunden."
    en = "This account at the provider belongs to another member already, or you have connected one already."


class ProviderDown(Conflict):
    code = "PROVIDER_DOWN"
    de = "Der Anbieter antwortet gerade nicht. Bitte versucht es später, oder nehmt den Link per Mail."
    en = "The provider does not answer at the moment. Please try later, or use the link by mail."


class Claims(NamedTuple):
    """What a verified id_token says about somebody."""

    issuer: str
    subject: str
    email: str
    email_verified: bool
    name: str


class OidcAttempt(Row):
    """One way to the provider and back. The secrets are made from the id; only a hash of the state is kept."""

    state_hash = fields.CharField(max_length=64, unique=True)
    browser_hash = fields.CharField(max_length=64)
    person_id = fields.UUIDField(null=True)
    """Who was signed in when it began: then the identity is linked to them, and nobody is signed in."""
    expires_at = Moment(db_index=True)
    used_at = Moment(null=True)
    sealed = fields.TextField(default="")
    """What the provider said about somebody new, until they agree to the account or the attempt is over."""

    class Meta:
        table = "oidc_attempt"

    @property
    def state(self) -> str:
        return vault.token("oidc.state", self.id)

    @property
    def nonce(self) -> str:
        return vault.token("oidc.nonce", self.id)

    @property
    def verifier(self) -> str:
        """For PKCE: 43 characters of the alphabet that RFC 7636 asks for."""
        return vault.token("oidc.verifier", self.id)

    @property
    def welcome(self) -> str:
        """What the page for somebody new sends back."""
        return vault.token("oidc.welcome", self.id)

    @classmethod
    async def begin(cls, *, browser: str, person_id: UUID | None, now: datetime) -> Self:
        attempt = cls(browser_hash=vault.digest(browser), person_id=person_id, expires_at=now + ATTEMPT_LIFE)
        attempt.state_hash = vault.digest(attempt.state)
        await attempt.save(force_create=True)
        return attempt

    @classmethod
    async def finish(cls, state: str, *, browser: str, now: datetime) -> Self:
        """Use the attempt up, whatever comes of it. Raises `SignInBroken` for a foreign, late or repeated answer."""
        async with in_transaction():
            attempt = await cls.filter(state_hash=vault.digest(state)).select_for_update().first()
            if attempt is None or attempt.used_at or attempt.expires_at <= now:
                raise SignInBroken("state")
            if not browser or not vault.same(attempt.browser_hash, vault.digest(browser)):
                raise SignInBroken("state")
            attempt.used_at = now
            await attempt.save()
        return attempt

    async def keep(self, claims: Claims) -> None:
        """Remember somebody new until they have agreed."""
        self.sealed = vault.seal(json.dumps(claims), f"oidc:{self.id}")
        await self.save()

    @classmethod
    async def welcomed(cls, id: UUID, welcome: str, *, browser: str, now: datetime) -> tuple[Self, Claims]:
        """The attempt of somebody new who comes back from the welcoming page. Raises `SignInBroken`. Locks the row."""
        attempt = await cls.filter(id=id).select_for_update().first()
        if attempt is None or not attempt.sealed or attempt.expires_at <= now or not browser:
            raise SignInBroken("welcome")
        if not vault.same(attempt.welcome, welcome) or not vault.same(attempt.browser_hash, vault.digest(browser)):
            raise SignInBroken("welcome")
        return attempt, Claims(*json.loads(vault.unseal(attempt.sealed, f"oidc:{attempt.id}")))

    @classmethod
    async def tidy(cls, *, now: datetime) -> int:
        """Attempts that are over."""
        return await cls.filter(expires_at__lt=now).delete()


class Identity(Row):
    """An account at a provider that belongs to a member: known by issuer and subject, never by its address."""

    kind: ClassVar[str] = "identity"

    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="identities", db_index=True
    )
    person_id: UUID
    issuer = fields.CharField(max_length=200)
    subject_hash = fields.CharField(max_length=64)
    """A keyed hash: the provider's name for somebody is personal data, and comparing is all we do with it."""
    used_at = Moment(null=True)

    class Meta:
        table = "identity"
        unique_together = (("issuer", "subject_hash"), ("person", "issuer"))

    @classmethod
    async def known(cls, claims: Claims) -> Self | None:
        return await cls.filter(issuer=claims.issuer, subject_hash=_hashed(claims)).first()

    @classmethod
    async def link(cls, person_id: UUID, claims: Claims, *, by: object, now: datetime) -> Self:
        """Connect an account at the provider with a member who is signed in. Linking it again changes nothing."""
        async with in_transaction():
            await Person.locked(person_id)
            known = await cls.known(claims)
            if known and known.person_id == person_id:
                return known
            if known or await cls.filter(person_id=person_id, issuer=claims.issuer).exists():
                raise IdentityTaken()
            identity = await cls.create(
                person_id=person_id, issuer=claims.issuer, subject_hash=_hashed(claims), used_at=now
            )
            await AuditEvent.record(identity, "link", by=by, now=now)
        return identity

    @classmethod
    async def unlink(cls, id: UUID, *, by: object, now: datetime) -> None:
        """Take a connection back; the link by mail always remains. Raises `NotFound` for anybody else's."""
        async with in_transaction():
            identity = await cls.filter(id=id, person_id=getattr(by, "person_id", None)).select_for_update().first()
            if identity is None:
                raise NotFound("id")
            await AuditEvent.record(identity, "unlink", by=by, now=now)
            await identity.delete()


def _hashed(claims: Claims) -> str:
    return vault.fingerprint(f"{claims.issuer} {claims.subject}")


async def come_back(claims: Claims, *, now: datetime, device: str = "") -> tuple[Session, str] | None:
    """Sign somebody in whose identity is known; None for somebody new, whom a page welcomes first.

    An account is found by issuer and subject alone. One with the same address is nobody's by that: its owner signs in
    by mail and connects the provider (`LinkFirst`). Raises also `AddressUnverified` and `SignInBroken`.
    """
    async with in_transaction():
        if identity := await Identity.known(claims):
            person = await Person.locked(identity.person_id)
            if not person.may_sign_in:
                raise SignInBroken()
            await Identity.filter(id=identity.id).update(used_at=now)
            return await arrive(person, now=now, device=device)
    _new(claims, exists=bool(claims.email) and await Person.filter(email_hash=vault.fingerprint(claims.email)).exists())
    return None


def _new(claims: Claims, *, exists: bool) -> None:
    """May somebody with these claims get an account? Raises why not."""
    if not claims.email or not claims.email_verified:
        raise AddressUnverified("email")
    if exists:
        raise LinkFirst("email")


async def join_with(
    attempt_id: UUID, welcome: str, *, name: str, agreed: bool, browser: str, now: datetime,
    locale: Language = Language.DE, device: str = "",
) -> tuple[Session, str]:  # fmt: skip
    """Somebody new agrees to the account: it is made, verified by the provider's word, and signed in."""
    called = person_name(name)
    if not agreed:
        raise AgreementNeeded("agreed")
    async with in_transaction():
        attempt, claims = await OidcAttempt.welcomed(attempt_id, welcome, browser=browser, now=now)
        mail = address(claims.email)
        _new(claims, exists=await Person.filter(email_hash=vault.fingerprint(mail)).exists())
        person = await Person.join(email=mail, name=called, handle=handle_of(called), now=now, locale=locale)
        await Consent.begin(person.id, Purpose.ACCOUNT, locale, now=now, evidence="provider")
        await Identity.create(person_id=person.id, issuer=claims.issuer, subject_hash=_hashed(claims), used_at=now)
        attempt.sealed = ""
        await attempt.save()
        return await arrive(await Person.locked(person.id), now=now, device=device)
