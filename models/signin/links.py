"""Magic links: mailed, 15 minutes, single use, for the browser that asked."""

from datetime import datetime, timedelta
from uuid import UUID

from tortoise import fields
from tortoise.transactions import in_transaction

from models import vault
from models.base import Moment, Row
from models.errors import ValidationProblem
from models.jobs import JobRun
from models.members import Consent, Person, address
from models.signin.sessions import Session

LINK_LIFE = timedelta(minutes=15)
LINKS_PER_ADDRESS = 5  # in 15 minutes; more mails than that are somebody's nuisance


class LinkInvalid(ValidationProblem):
    code = "LINK_INVALID"
    de = "Dieser Link gilt nicht (mehr). Bitte fordert einen neuen an und öffnet ihn im selben Browser."
    en = "This link is not valid (any more). Please ask for a new one and open it in the same browser."


class LoginLink(Row):
    """One mailed link: 15 minutes, single use, redeemed by POST in the browser that asked for it."""

    person: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="login_links", null=True, db_index=True
    )
    """Null where nobody may sign in by the address: the same is written, and nothing is mailed."""
    person_id: UUID | None
    email_hash = fields.CharField(max_length=64, db_index=True)
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
        """Mail a link if there is such a member.

        Known and unknown addresses get the same answer after the same statements, so that neither the words nor the
        time tell who is a member (E50).
        """
        mailbox = vault.fingerprint(address(email))
        person = await Person.filter(email_hash=mailbox).first()
        async with in_transaction():
            if await cls.filter(email_hash=mailbox, created_at__gt=now - LINK_LIFE).count() >= LINKS_PER_ADDRESS:
                return
            link = cls(email_hash=mailbox, browser_hash=vault.digest(browser), expires_at=now + LINK_LIFE)
            link.person_id = person.id if person and person.may_sign_in else None
            link.token_hash = vault.digest(link.token)
            await link.save(force_create=True)
            await JobRun.enqueue("mail.sign_in", f"mail.sign_in:{link.id}", due_at=now, payload={"link": str(link.id)})

    @classmethod
    async def redeem(cls, token: str, *, browser: str, now: datetime, device: str = "") -> tuple[Session, str]:
        """Use the link up and open a session. Returns the session and its cookie value. Raises `LinkInvalid`."""
        async with in_transaction():
            link = await cls.filter(token_hash=vault.digest(token)).select_for_update().first()
            if link is None or link.person_id is None or link.used_at or link.expires_at <= now:
                raise LinkInvalid("token")
            if not vault.same(link.browser_hash, vault.digest(browser)):
                raise LinkInvalid("token")
            link.used_at = now
            await link.save()
            person = await Person.locked(link.person_id)
            if not person.may_sign_in:
                raise LinkInvalid("token")
            return await arrive(person, now=now, device=device)


async def arrive(person: Person, *, now: datetime, device: str = "") -> tuple[Session, str]:
    """Somebody has proved who they are: the mailbox is verified, what was ticked counts, a session opens.

    The row is locked. Gives the session and its cookie value.
    """
    await person.seen(now)
    await Consent.proved(person.id, now=now)
    return await Session.open(person.id, now=now, device=device)
