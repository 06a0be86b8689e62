"""Members: people, and the roles they were given."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from tortoise import fields
from tortoise.transactions import in_transaction

from models import vault
from models.base import Moment, Row
from models.errors import Conflict, ValidationProblem
from models.language import Language
from models.machine import Actor, Edge, Stateful, Table
from models.outbox import AuditEvent
from models.roles import Role


class PersonState(StrEnum):
    PENDING_VERIFICATION = "pending_verification"
    ACTIVE = "active"
    RESTRICTED = "restricted"
    SUSPENDED = "suspended"
    DORMANT = "dormant"
    ERASURE_REQUESTED = "erasure_requested"
    ERASED = "erased"


class InvalidAddress(ValidationProblem):
    code = "INVALID_ADDRESS"
    de = "Das ist keine gültige E-Mail-Adresse. Bitte prüft sie, zum Beispiel: ada@example.org."
    en = "This is not a valid e-mail address. Please check it, for example: ada@example.org."


class AddressTaken(Conflict):
    code = "ADDRESS_TAKEN"
    de = "Zu dieser E-Mail-Adresse gibt es schon ein Mitglied."
    en = "There is a member with this e-mail address already."


class InvalidName(ValidationProblem):
    code = "INVALID_NAME"
    de = "Namen sind 1 bis 120 Zeichen lang, ohne Zeilenumbrüche und Steuerzeichen."
    en = "Names have 1 to 120 characters, without line breaks and control characters."


def address(text: str, path: str = "email") -> str:
    """The normalised address, or `InvalidAddress`. No DNS: the confirmation mail proves the mailbox."""
    try:
        # strict about control characters, which email-validator refuses too: an address ends up in a header
        return validate_email(text.strip(), check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as problem:
        raise InvalidAddress(path) from problem


def person_name(text: str, path: str = "name") -> str:
    """A name fit for a header and a page, or `InvalidName`."""
    text = text.strip()
    if not 1 <= len(text) <= 120 or any(not c.isprintable() for c in text):
        raise InvalidName(path)
    return text


KEEPERS = frozenset({Role.ADMINISTRATOR, Role.SYSTEM})
S = PersonState


class _Us:
    """The system as an actor; `access.SYSTEM` is above this module."""

    person_id: UUID | None = None

    def roles_on(self, row: Any) -> frozenset[Role]:
        return frozenset({Role.SYSTEM})


_US = _Us()


class Person(Stateful):
    """A member. The address is sealed in `contact` and found by `email_hash`; GraphQL shows neither."""

    kind = "person"
    transitions: ClassVar[Table] = Table(
        Edge(S.PENDING_VERIFICATION, "verify", S.ACTIVE, KEEPERS),
        Edge(S.ACTIVE, "restrict", S.RESTRICTED, frozenset({Role.COMMUNITY_MANAGER, Role.ADMINISTRATOR})),
        Edge(S.RESTRICTED, "lift", S.ACTIVE, frozenset({Role.COMMUNITY_MANAGER, Role.ADMINISTRATOR})),
        Edge(S.RESTRICTED, "suspend", S.SUSPENDED, frozenset({Role.CONDUCT})),
        Edge(S.ACTIVE, "rest", S.DORMANT, KEEPERS),
        Edge(S.DORMANT, "wake", S.ACTIVE, KEEPERS),
    )

    handle = fields.CharField(max_length=60, unique=True)
    display_name = fields.CharField(max_length=120)
    pronouns = fields.CharField(max_length=40, default="")
    locale = fields.CharEnumField(Language, max_length=24, default=Language.DE)
    time_zone = fields.CharField(max_length=60, default="Europe/Berlin")
    contact = fields.TextField(default="")
    email_hash = fields.CharField(max_length=64, unique=True)
    state = fields.CharEnumField(PersonState, max_length=24, default=PersonState.PENDING_VERIFICATION)
    last_active_at = Moment(null=True)

    class Meta:
        table = "person"

    @property
    def email(self) -> str:
        """The address in the clear; for a mail that is being written, never for a log or an answer."""
        return vault.unseal(self.contact, f"person:{self.id}")

    @property
    def may_sign_in(self) -> bool:
        return self.state in (S.PENDING_VERIFICATION, S.ACTIVE, S.RESTRICTED, S.DORMANT)

    @classmethod
    async def join(cls, *, email: str, name: str, handle: str, now: datetime, locale: Language = Language.DE) -> Self:
        """Make a member, not verified yet. Raises `InvalidAddress`, `InvalidName`, `AddressTaken`."""
        mail, called = address(email), person_name(name)
        person = cls(display_name=called, handle=handle, locale=locale, email_hash=vault.fingerprint(mail))
        person.contact = vault.seal(mail, f"person:{person.id}")
        person.last_active_at = now
        async with in_transaction():
            if await cls.filter(email_hash=person.email_hash).exists():
                raise AddressTaken("email")
            await person.save(force_create=True)
        return person

    async def seen(self, now: datetime) -> None:
        """The person redeemed a link: that verifies the mailbox and wakes a dormant account. Row is locked."""
        self.last_active_at = now
        if self.state is S.PENDING_VERIFICATION:
            await self.follow("verify", by=_US, now=now)
        elif self.state is S.DORMANT:
            await self.follow("wake", by=_US, now=now)
        else:
            await self.save()

    @classmethod
    async def by_email(cls, email: str) -> Self | None:
        return await cls.filter(email_hash=vault.fingerprint(email)).first()


class RoleGrant(Row):
    """A role that an administrator gave to a person, with who, why and until when."""

    kind = "role_grant"

    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="role_grants", db_index=True
    )
    role = fields.CharEnumField(Role, max_length=24)
    granted_by_id = fields.UUIDField(null=True)
    reason = fields.CharField(max_length=200, default="")
    expires_at = Moment(null=True)
    revoked_at = Moment(null=True)

    class Meta:
        table = "role_grant"

    @classmethod
    async def give(cls, person_id: UUID, role: Role, *, by: Actor, now: datetime, reason: str = "") -> Self:
        """Grant a role, once: a second grant of a role that is held changes nothing."""
        async with in_transaction():
            held = await cls.filter(person_id=person_id, role=role, revoked_at__isnull=True).first()
            if held:
                return held
            grant = await cls.create(person_id=person_id, role=role, granted_by_id=by.person_id, reason=reason)
            await AuditEvent.record(grant, "give", by=by, now=now, after=role.value, note=reason)
        return grant

    @classmethod
    async def take(cls, person_id: UUID, role: Role, *, by: Actor, now: datetime) -> None:
        """Revoke a role; it ends with the next request and the next event of open subscriptions."""
        async with in_transaction():
            for grant in await cls.filter(person_id=person_id, role=role, revoked_at__isnull=True).select_for_update():
                grant.revoked_at = now
                await grant.save()
                await AuditEvent.record(grant, "take", by=by, now=now, before=role.value)
