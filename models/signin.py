"""Signing in: magic links, revocable sessions, personal API tokens. Every secret is stored as a hash only."""

from datetime import datetime, timedelta
from typing import ClassVar, Self
from uuid import UUID

from tortoise import fields
from tortoise.expressions import Q
from tortoise.transactions import in_transaction

from models import sql, vault
from models.access import Viewer
from models.base import Moment, Row
from models.errors import NotFound, ValidationProblem
from models.jobs import JobRun
from models.members import Person, PersonState, address
from models.outbox import AuditEvent
from models.roles import Role
from models.teams import MembershipState, TeamRole

LINK_LIFE = timedelta(minutes=15)
LINKS_PER_ADDRESS = 5  # in 15 minutes; more mails than that are somebody's nuisance
SESSION_IDLE = timedelta(hours=12)
SESSION_LIFE = timedelta(days=14)
TOUCH_EVERY = timedelta(minutes=5)  # how exactly the idle time is kept: one write in five minutes, not per request


class LinkInvalid(ValidationProblem):
    code = "LINK_INVALID"
    de = "Dieser Link gilt nicht (mehr). Bitte fordert einen neuen an und öffnet ihn im selben Browser."
    en = "This link is not valid (any more). Please ask for a new one and open it in the same browser."


class LoginLink(Row):
    """One mailed link: 15 minutes, single use, redeemed by POST in the browser that asked for it."""

    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("models.Person", related_name="login_links")
    person_id: UUID
    token_hash = fields.CharField(max_length=64, unique=True)
    browser_hash = fields.CharField(max_length=64)
    expires_at = Moment()
    used_at = Moment(null=True)

    class Meta:
        table = "login_link"

    @property
    def token(self) -> str:
        """Made again from the id, so that the job which mails it carries no secret."""
        return vault.token("sign_in", self.id)

    @classmethod
    async def request(cls, email: str, *, browser: str, now: datetime) -> None:
        """Mail a link if there is such a member. The answer is the same for known and unknown addresses (E50)."""
        person = await Person.by_email(address(email))
        if person is None or not person.may_sign_in:
            return
        async with in_transaction():
            if await cls.filter(person_id=person.id, created_at__gt=now - LINK_LIFE).count() >= LINKS_PER_ADDRESS:
                return
            link = cls(person_id=person.id, browser_hash=vault.digest(browser), expires_at=now + LINK_LIFE)
            link.token_hash = vault.digest(link.token)
            await link.save(force_create=True)
            await JobRun.enqueue("mail.sign_in", f"mail.sign_in:{link.id}", due_at=now, payload={"link": str(link.id)})

    @classmethod
    async def redeem(cls, token: str, *, browser: str, now: datetime) -> tuple["Session", str]:
        """Use the link up and open a session. Returns the session and its cookie value. Raises `LinkInvalid`."""
        async with in_transaction():
            link = await cls.filter(token_hash=vault.digest(token)).select_for_update().first()
            if link is None or link.used_at or link.expires_at <= now:
                raise LinkInvalid("token")
            if not vault.same(link.browser_hash, vault.digest(browser)):
                raise LinkInvalid("token")
            link.used_at = now
            await link.save()
            person = await Person.locked(link.person_id)
            if not person.may_sign_in:
                raise LinkInvalid("token")
            await person.seen(now)
            return await Session.open(person.id, now=now)


class Session(Row):
    """A signed-in browser. The cookie holds a random value, this row its hash; revoking ends it at once."""

    kind: ClassVar[str] = "session"

    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="sessions", db_index=True
    )
    person_id: UUID
    token_hash = fields.CharField(max_length=64, unique=True)
    device = fields.CharField(max_length=80, default="", db_default="")
    """The browser in words ("Firefox, Linux"), to tell sessions apart; no version, no address."""
    seen_at = Moment()
    expires_at = Moment()
    revoked_at = Moment(null=True)

    class Meta:
        table = "session"

    @classmethod
    async def open(cls, person_id: UUID, *, now: datetime) -> tuple[Self, str]:
        """Open a session; returns it with the cookie value, which is kept nowhere."""
        cookie = vault.random_token()
        session = await cls.create(
            person_id=person_id, token_hash=vault.digest(cookie), seen_at=now, expires_at=now + SESSION_LIFE
        )
        return session, cookie

    @classmethod
    async def find(cls, cookie: str, *, now: datetime) -> Self | None:
        """The living session of a cookie value, or None."""
        session = await cls.filter(
            token_hash=vault.digest(cookie), revoked_at__isnull=True, expires_at__gt=now, seen_at__gt=now - SESSION_IDLE
        ).first()
        if session and session.seen_at < now - TOUCH_EVERY:
            await cls.filter(id=session.id).update(seen_at=now)
        return session

    @classmethod
    async def revoke(cls, id: UUID, *, by: Viewer, now: datetime) -> None:
        """End one of one's own sessions. Raises `NotFound` for anybody else's."""
        async with in_transaction():
            session = await cls.filter(id=id, person_id=by.person_id).select_for_update().first()
            if session is None:
                raise NotFound("id")
            session.revoked_at = session.revoked_at or now
            await session.save()
            await AuditEvent.record(session, "revoke", by=by, now=now)


class ApiToken(Row):
    """A personal token for scripts: shown once, stored hashed, revocable. Acts with its owner's roles."""

    kind: ClassVar[str] = "api_token"
    PREFIX: ClassVar[str] = "lt_"

    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="api_tokens", db_index=True
    )
    person_id: UUID
    name = fields.CharField(max_length=80)
    hint = fields.CharField(max_length=12)
    token_hash = fields.CharField(max_length=64, unique=True)
    last_used_at = Moment(null=True)
    expires_at = Moment(null=True)
    revoked_at = Moment(null=True)

    class Meta:
        table = "api_token"

    @classmethod
    async def issue(
        cls, person_id: UUID, name: str, *, by: Viewer, now: datetime, life: timedelta | None = None
    ) -> tuple[Self, str]:
        """Make a token; returns the row and the secret, which is shown once and kept nowhere."""
        secret = cls.PREFIX + vault.random_token()
        async with in_transaction():
            token = await cls.create(
                person_id=person_id,
                name=name.strip()[:80] or "token",
                hint=secret[:8],
                token_hash=vault.digest(secret),
                expires_at=now + life if life else None,
            )
            await AuditEvent.record(token, "issue", by=by, now=now)
        return token, secret

    @classmethod
    async def find(cls, secret: str, *, now: datetime) -> Self | None:
        """The living token, or None for a forged, expired or revoked one."""
        if not secret.startswith(cls.PREFIX):
            return None
        token = await cls.filter(
            Q(token_hash=vault.digest(secret)),
            Q(revoked_at__isnull=True),
            Q(expires_at__isnull=True) | Q(expires_at__gt=now),
        ).first()
        if token and (token.last_used_at is None or token.last_used_at < now - TOUCH_EVERY):
            await cls.filter(id=token.id).update(last_used_at=now)
        return token

    @classmethod
    async def revoke(cls, id: UUID, *, by: Viewer, now: datetime) -> None:
        """Revoke one of one's own tokens. Raises `NotFound` for anybody else's."""
        async with in_transaction():
            token = await cls.filter(id=id, person_id=by.person_id).select_for_update().first()
            if token is None:
                raise NotFound("id")
            token.revoked_at = token.revoked_at or now
            await token.save()
            await AuditEvent.record(token, "revoke", by=by, now=now)


WHO = f"""
SELECT 'person' AS what, state AS value, '' AS role FROM person WHERE id = $1
UNION ALL SELECT 'role', role, '' FROM role_grant
    WHERE person_id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)
UNION ALL SELECT 'team', CAST(team_id AS TEXT), role FROM team_membership
    WHERE person_id = $1 AND state = '{MembershipState.ACTIVE.value}'
UNION SELECT 'matched', CAST(other.person_id AS TEXT), '' FROM team_membership mine
    JOIN team_membership other ON other.team_id = mine.team_id AND other.state = '{MembershipState.ACTIVE.value}'
    WHERE mine.person_id = $1 AND mine.state = '{MembershipState.ACTIVE.value}' AND other.person_id <> $1
"""
"""A person, the roles, the teams and their people in one statement: every request of somebody signed in asks for it."""


async def viewer_of(person_id: UUID, *, now: datetime, credential_id: UUID | None = None) -> Viewer | None:
    """The viewer that a person is at this moment, with roles and teams; None when they may not sign in (any more)."""
    found = await sql.rows(WHO, person_id, now)
    people = [Person(state=PersonState(row["value"])) for row in found if row["what"] == "person"]
    if not people or not people[0].may_sign_in or people[0].state is PersonState.PENDING_VERIFICATION:
        return None
    if people[0].state in (PersonState.RESTRICTED, PersonState.ERASURE_REQUESTED):
        # Reads like everybody and looks after what is their own; takes part in nothing.
        return Viewer(person_id=person_id, credential_id=credential_id)
    teams = [(UUID(row["value"]), row["role"]) for row in found if row["what"] == "team"]
    return Viewer(
        person_id=person_id,
        roles=frozenset(Role(row["value"]) for row in found if row["what"] == "role") | {Role.PARTICIPANT},
        leads=frozenset(team for team, role in teams if role == TeamRole.LEAD),
        teams=frozenset(team for team, _ in teams),
        matched=frozenset(UUID(row["value"]) for row in found if row["what"] == "matched"),
        credential_id=credential_id,
    )
