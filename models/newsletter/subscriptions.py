"""Subscription: one address that wants the newsletter, from double opt-in to leaving (newsletter.md, 3 to 7).

The only way to `confirmed` is a link that was mailed to the address and answered by POST; no import, no administrator
and no second sign-up leads there.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Self
from uuid import UUID

from tortoise import fields
from tortoise.transactions import in_transaction

from models import vault
from models.access import SYSTEM, Viewer, require
from models.base import Moment
from models.errors import NotFound, Refusal
from models.language import Language
from models.machine import Actor, Edge, Stateful, Table, edges
from models.newsletter import deliveries, tokens, variants
from models.newsletter.addresses import masked, reachable
from models.newsletter.consent import ConsentEvent, ConsentKind, ConsentWording
from models.newsletter.links import LinkKind, SubscriptionLink
from models.newsletter.refusals import LinkInvalid, NoSectionChosen
from models.newsletter.sections import EVERYTHING
from models.newsletter.suppression import Suppression, SuppressionReason
from models.outbox import AuditEvent, OutboxEvent
from models.redaction import redacted
from models.roles import STAFF, Role

PENDING_LIFE = timedelta(days=7)
PAUSE = timedelta(weeks=4)
FORGET_ADDRESS = timedelta(days=30)  # after leaving: time for a change of mind, then the address goes


class SubscriptionState(StrEnum):
    PENDING = "pending"
    CONFIRMED = "confirmed"
    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    PURGED = "purged"
    """Only in the event log: with this edge the row is deleted."""


class Frequency(StrEnum):
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    """Every four weeks at most."""


S = SubscriptionState
US = frozenset({Role.SYSTEM})
"""A link that was mailed to the person is the permission, so jobs and link pages act as the system."""


async def may_be_written_to(row: Any, by: Actor, now: datetime) -> Refusal | None:
    return LinkInvalid("token") if await Suppression.is_final(row.email_hash) else None


async def stop_waiting_copies(row: Any, by: Actor, now: datetime) -> None:
    """A copy that waits is skipped, also of an issue that is being sent (E8)."""
    await deliveries.skip_for(row.id)


class Subscription(Stateful):
    """The address is sealed in `contact` and found by `email_hash`; GraphQL, logs and events show neither."""

    kind = "subscription"
    transitions: ClassVar[Table] = Table(
        Edge(S.PENDING, "confirm", S.CONFIRMED, US, may_be_written_to),
        Edge(S.PENDING, "purge", S.PURGED, US),
        *edges([S.UNSUBSCRIBED, S.BOUNCED], "ask", S.PENDING, US, may_be_written_to),
        Edge(S.CONFIRMED, "change", S.CONFIRMED, US),
        *edges([S.PENDING, S.CONFIRMED], "unsubscribe", S.UNSUBSCRIBED, US, effects=[stop_waiting_copies]),
        Edge(S.CONFIRMED, "bounce", S.BOUNCED, US, None, (stop_waiting_copies,)),
        *edges([S.CONFIRMED, S.UNSUBSCRIBED], "complain", S.COMPLAINED, US, effects=[stop_waiting_copies]),
    )

    contact = fields.TextField(default="")
    email_hash = fields.CharField(max_length=64, unique=True)
    domain_group = fields.CharField(max_length=16, default="others", db_default="others")
    locale = fields.CharEnumField(Language, max_length=24, default=Language.DE)
    sections = fields.IntField(default=EVERYTHING, db_default=EVERYTHING)
    frequency = fields.CharEnumField(Frequency, max_length=24, default=Frequency.WEEKLY)
    paused_until = Moment(null=True)
    state = fields.CharEnumField(SubscriptionState, max_length=24, default=S.PENDING)
    ref = fields.CharField(max_length=24, unique=True, default=tokens.new_ref)
    link_version = fields.IntField(default=1, db_default=1)
    requested_at = Moment(db_index=True)
    confirmed_at = Moment(null=True)
    left_at = Moment(null=True)
    last_sent_at = Moment(null=True)

    links: fields.ReverseRelation[SubscriptionLink]
    deliveries: fields.ReverseRelation[Any]

    class Meta:
        table = "subscription"
        indexes = (("state", "id"),)

    @property
    def email(self) -> str:
        """The address in the clear, for a mail that is being written; "" once it was forgotten."""
        return vault.unseal(self.contact, f"subscription:{self.id}") if self.contact else ""

    @property
    def masked_address(self) -> str:
        """`a…@example.org`: enough to recognise one's own, too little to learn somebody else's."""
        try:
            return masked(self.email)
        except vault.Unreadable:  # sealed under a secret that is lost: one row must not break a list
            return masked("")

    @property
    def unsubscribe_path(self) -> str:
        """The one-click address that every mail carries, below the site's address."""
        return f"/newsletter/unsubscribe/{tokens.unsubscribe(self.ref, self.link_version)}"

    def preferences_path(self, now: datetime) -> str:
        """Where language, sections, frequency and pause are changed; good for 90 days."""
        return f"/newsletter/preferences/{tokens.preferences(self.ref, self.link_version, now.date())}"

    def is_paused(self, now: datetime) -> bool:
        return self.paused_until is not None and self.paused_until > now

    # Signing up

    @classmethod
    async def subscribe(cls, email: str, *, language: Language, now: datetime, form_url: str = "") -> None:
        """Ask for the newsletter: one confirmation mail, at most three a day. Known, unknown and barred addresses get
        the same answer, none (E50). Raises `InvalidAddress` and `AddressNotReachable`.
        """
        mail = reachable(email)
        address_hash = vault.fingerprint(mail)
        wording = await ConsentWording.current(language)
        async with in_transaction():
            if await Suppression.is_final(address_hash):
                return
            row = await cls._standing(mail, address_hash, language, now)
            if row.state in (S.UNSUBSCRIBED, S.BOUNCED):
                await row.follow("ask", by=SYSTEM, now=now)
            if row.state is not S.PENDING:
                return
            if await SubscriptionLink.mail(row.id, LinkKind.CONFIRM, now=now):
                # Not more often than mails go out: a flood of sign-ups must not flood the evidence.
                await row._evidence(
                    ConsentKind.REQUESTED, now, wording_sha256=wording.sha256, form_url=form_url.partition("?")[0]
                )

    @classmethod
    async def _standing(cls, mail: str, address_hash: str, language: Language, now: datetime) -> Self:
        """The row of an address, locked; made if there is none. Of two requests at once one makes it."""
        row = await cls.filter(email_hash=address_hash).select_for_update().first()
        if row is None:
            fresh = cls(email_hash=address_hash, requested_at=now, locale=language)
            fresh.contact = vault.seal(mail, f"subscription:{fresh.id}")
            fresh.domain_group = deliveries.domain_group(mail)
            await cls.bulk_create([fresh], ignore_conflicts=True)
            row = await cls.filter(email_hash=address_hash).select_for_update().get()
            if row.id == fresh.id:
                await OutboxEvent.record("subscription.pending", subject_kind=cls.kind, subject_id=row.id, now=now)
        if row.state in (S.PENDING, S.UNSUBSCRIBED, S.BOUNCED):
            row.contact = vault.seal(mail, f"subscription:{row.id}")
            row.locale, row.requested_at = language, now
            await row.save()
        return row

    @classmethod
    async def to_confirm(cls, token: str, *, now: datetime) -> Self:
        """For the page behind the link: changes nothing. Raises `LinkInvalid`."""
        row: Self = (await SubscriptionLink.peek(token, LinkKind.CONFIRM, now=now)).subscription
        if row.state not in (S.PENDING, S.CONFIRMED):
            raise LinkInvalid("token")
        return row

    @classmethod
    async def confirm(cls, token: str, *, now: datetime) -> Self:
        """The second half of the double opt-in. Repeated for a confirmed subscription it changes nothing; a link that
        was used before the person left does not bring them back. Raises `LinkInvalid`.
        """
        async with in_transaction():
            link = await SubscriptionLink.locked_by_token(token, LinkKind.CONFIRM)
            row = await cls.locked(link.subscription_id)
            if row.state is S.CONFIRMED and link.expires_at > now:
                return row
            await link.use(now)
            if row.state is not S.PENDING:
                raise LinkInvalid("token")
            row.confirmed_at, row.left_at = now, None
            await row.follow("confirm", by=SYSTEM, now=now)
            await Suppression.opted_in(row.email_hash)
            wording = await ConsentWording.current(row.locale)
            await row._evidence(ConsentKind.CONFIRMED, now, token_hash=link.token_hash, wording_sha256=wording.sha256)
        return row

    # Leaving

    @classmethod
    async def to_unsubscribe(cls, token: str) -> Self:
        """For the page behind the link: changes nothing. Raises `LinkInvalid`."""
        named = tokens.read(token)
        row = await cls.filter(ref=named.ref).first()
        if row is None:
            raise LinkInvalid("token")
        tokens.check_unsubscribe(named, row.link_version)
        return row

    @classmethod
    async def unsubscribe(cls, token: str, *, now: datetime) -> Self:
        """Leave the list, at once and for good; a second time changes nothing. Sends no mail. Raises `LinkInvalid`."""
        return await cls._leave((await cls.to_unsubscribe(token)).id, now=now)

    @classmethod
    async def leave(cls, email_hash: str, *, now: datetime) -> None:
        """The same for a member who says so while signed in; nothing happens without a subscription."""
        if row := await cls.filter(email_hash=email_hash).first():
            await cls._leave(row.id, now=now)

    @classmethod
    async def _leave(cls, id: UUID, *, now: datetime) -> Self:
        async with in_transaction():
            row = await cls.locked(id)
            if row.state in (S.PENDING, S.CONFIRMED):
                row.left_at = now
                await row.follow("unsubscribe", by=SYSTEM, now=now)
                await Suppression.add(row.email_hash, SuppressionReason.UNSUBSCRIBED, now=now)
                await row._evidence(ConsentKind.WITHDRAWN, now)
        return row

    @classmethod
    async def change_of_mind(cls, token: str, *, now: datetime) -> None:
        """Undo an unsubscription: a new double opt-in to the same address, nothing less. Raises `LinkInvalid`."""
        row = await cls.to_unsubscribe(token)
        if row.contact and row.state is S.UNSUBSCRIBED:
            await cls.subscribe(row.email, language=row.locale, now=now, form_url="/newsletter/unsubscribe")

    @classmethod
    async def slow_down(cls, token: str, *, now: datetime, pause: bool = False, monthly: bool = False) -> Self:
        """Instead of leaving: four weeks of silence, or one mail in four weeks. The link that may leave may do this
        too, as it is less. Somebody who has left already stays away. Raises `LinkInvalid`.
        """
        named = await cls.to_unsubscribe(token)
        async with in_transaction():
            row = await cls.locked(named.id)
            if row.state is S.CONFIRMED:
                row.paused_until = now + PAUSE if pause else row.paused_until
                row.frequency = Frequency.MONTHLY if monthly else row.frequency
                await row._changed(now)
        return row

    @classmethod
    async def bounced(cls, id: UUID, *, now: datetime, reply: str = "") -> None:
        """The relay says that this mailbox does not exist. Addresses in `reply` are not kept. A refusal for *our*
        reputation never comes here (newsletter.md, 8.1).
        """
        await cls._lost(id, S.CONFIRMED, "bounce", SuppressionReason.BOUNCED, now, reply)

    @classmethod
    async def complained(cls, id: UUID, *, now: datetime, note: str = "") -> None:
        """The person reported a mail as spam: never again, unless they ask us in writing."""
        await cls._lost(id, None, "complain", SuppressionReason.COMPLAINED, now, note)

    @classmethod
    async def _lost(
        cls, id: UUID, only: SubscriptionState | None, action: str, why: SuppressionReason, now: datetime, note: str
    ) -> None:
        async with in_transaction():
            row = await cls.filter(id=id).select_for_update().first()
            if row is None or (only and row.state is not only) or cls.transitions.edge(row.state, action) is None:
                return
            row.left_at = now
            await row.follow(action, by=SYSTEM, now=now, note=redacted(note)[:300])
            await Suppression.add(row.email_hash, why, now=now)

    # Preferences

    @classmethod
    async def to_prefer(cls, token: str, *, now: datetime) -> Self:
        """For the preference page: changes nothing. Raises `LinkInvalid`."""
        named = tokens.read(token)
        row = await cls.filter(ref=named.ref, state=S.CONFIRMED).first()
        if row is None:
            raise LinkInvalid("token")
        tokens.check_preferences(named, row.link_version, now.date())
        return row

    @classmethod
    async def prefer(
        cls,
        token: str,
        *,
        now: datetime,
        language: Language | None = None,
        sections: int | None = None,
        frequency: Frequency | None = None,
        pause: bool | None = None,
    ) -> Self:
        """Change what is given and leave the rest. `pause` is four weeks from now and ends by itself. Copies that wait
        follow the new choice. Raises `LinkInvalid` and `NoSectionChosen`.
        """
        if sections is not None and not sections & EVERYTHING:
            raise NoSectionChosen("sections")
        named = await cls.to_prefer(token, now=now)
        async with in_transaction():
            row = await cls.locked(named.id)
            if row.state is not S.CONFIRMED:
                raise LinkInvalid("token")
            row.locale = language or row.locale
            row.sections = row.sections if sections is None else sections & EVERYTHING
            row.frequency = frequency or row.frequency
            if pause is not None and pause is not row.is_paused(now):
                row.paused_until = now + PAUSE if pause else None
            await row._changed(now)
        return row

    @classmethod
    async def mail_link(cls, token: str, kind: LinkKind, *, now: datetime) -> None:
        """Mail a fresh link to export or erase, good for an hour: a forwarded mail gives no such power."""
        row = await cls.to_prefer(token, now=now)
        async with in_transaction():
            await SubscriptionLink.mail(row.id, kind, now=now)

    @classmethod
    async def renew_links(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        """Make all links of mails that went out invalid, for somebody whose mail got into wrong hands."""
        require(by, *STAFF)
        async with in_transaction():
            row = await cls.locked(id)
            row.link_version += 1
            row.version += 1
            await row.save()
            await AuditEvent.record(row, "renew_links", by=by, now=now)
        return row

    # Data protection

    @classmethod
    async def export(cls, token: str, *, now: datetime) -> dict[str, Any]:
        """Everything that is kept about the subscription: itself, its evidence of consent, the issues it received."""
        async with in_transaction():
            link = await SubscriptionLink.locked_by_token(token, LinkKind.EXPORT)
            await link.use(now)
            row = await cls.locked(link.subscription_id)
        return await row.told()

    async def told(self) -> dict[str, Any]:
        """The export as plain JSON."""
        copies = await self.deliveries.all().prefetch_related("issue").order_by("id")
        return {
            "address": self.email,
            "language": self.locale.value,
            "sections": self.sections,
            "frequency": self.frequency.value,
            "state": self.state.value,
            "requestedAt": self.requested_at.isoformat(),
            "confirmedAt": self.confirmed_at.isoformat() if self.confirmed_at else None,
            "consent": [
                {
                    "number": event.seq,
                    "what": event.kind.value,
                    "at": event.at.isoformat(),
                    "wordingSha256": event.wording_sha256,
                    "hash": event.hash,
                }
                for event in await ConsentEvent.of(self.email_hash)
            ],
            "wordings": [wording.text for wording in await ConsentWording.all().order_by("id")],
            "issues": [
                {
                    "week": copy.issue.week,
                    "state": copy.state.value,
                    "sentAt": copy.sent_at.isoformat() if copy.sent_at else None,
                }
                for copy in copies
            ],
        }

    @classmethod
    async def erase(cls, token: str, *, now: datetime) -> None:
        """Delete the subscription. Copies lose whom they went to, the evidence keeps its keyed hash, counts stay."""
        async with in_transaction():
            link = await SubscriptionLink.locked_by_token(token, LinkKind.ERASE)
            await link.use(now)
            row = await cls.locked(link.subscription_id)
            await row._evidence(ConsentKind.WITHDRAWN, now)
            await row._vanish("erase", now)

    @classmethod
    async def forget(cls, email_hash: str, *, now: datetime) -> None:
        """The same for a member who is erased; nothing happens without a subscription. In the caller's transaction."""
        if row := await cls.filter(email_hash=email_hash).select_for_update().first():
            await row._evidence(ConsentKind.WITHDRAWN, now)
            await row._vanish("erase", now)

    @classmethod
    async def purge_unconfirmed(cls, *, now: datetime, limit: int = 500) -> int:
        """Delete who did not confirm within seven days (E5), and forget the addresses of those who left a month ago.
        Returns how many rows went.
        """
        old = await cls.filter(state=S.PENDING, requested_at__lte=now - PENDING_LIFE).limit(limit)
        for each in old:
            async with in_transaction():
                row = await cls.filter(id=each.id).select_for_update().first()
                if row and row.state is S.PENDING and row.requested_at <= now - PENDING_LIFE:
                    await row.follow("purge", by=SYSTEM, now=now)
                    await row.delete()
        gone = [S.UNSUBSCRIBED, S.BOUNCED, S.COMPLAINED]
        await cls.filter(state__in=gone, left_at__lte=now - FORGET_ADDRESS).exclude(contact="").update(contact="")
        return len(old)

    async def _changed(self, now: datetime) -> None:
        """Save a new choice, with its evidence; copies that wait follow it."""
        await self.follow("change", by=SYSTEM, now=now)
        await self._evidence(ConsentKind.CHANGED, now)
        if self.is_paused(now):
            await deliveries.skip_for(self.id)
        else:
            await variants.choose(self.id, self.locale, self.sections)

    async def _vanish(self, action: str, now: datetime) -> None:
        await deliveries.skip_for(self.id)
        await AuditEvent.record(self, action, by=SYSTEM, now=now, before=self.state.value)
        await OutboxEvent.record("subscription.erased", subject_kind=self.kind, subject_id=self.id, now=now)
        await self.delete()

    async def _evidence(self, kind: ConsentKind, now: datetime, **evidence: str) -> None:
        await ConsentEvent.record(kind, self.email_hash, self.locale, now=now, **evidence)

    @classmethod
    async def known(cls, id: UUID) -> Self:
        """One subscription by its id. Raises `NotFound`."""
        row = await cls.filter(id=id).first()
        if row is None:
            raise NotFound("id")
        return row
