"""Who gets an issue, how far its sending is, what became of single copies."""

from datetime import datetime
from enum import Enum
from uuid import UUID

import models
from models.language import Language
from models.newsletter import DeliveryState, IssueState
from models.newsletter.audience import REASONS, Audience
from models.newsletter.deliveries import Count
from models.redaction import redacted
from schema.binding import bound
from schema.derived import derived
from schema.described import answer, enum


@answer
class CopiesOfAGroup:
    """How many copies for one mailbox provider are in one state."""

    domain_group: str
    """Such as `gmail`; everybody else is `others`."""
    state: DeliveryState
    copies: int
    deferred: int
    """Of the queued ones: those that were tried before."""


@answer
class IssueProgress:
    """How far the sending of an issue is."""

    state: IssueState
    total: int
    queued: int
    sending: int
    sent: int
    bounced: int
    skipped: int
    failed: int
    unknown: int
    """Nobody knows whether the relay took them; a human decides (`deliveries`)."""
    by_group: list[CopiesOfAGroup]


def progress_of(state: IssueState, counts: list[Count]) -> IssueProgress:
    """The account of an issue in words."""
    of: dict[DeliveryState, int] = dict.fromkeys(DeliveryState, 0)
    for count in counts:
        of[count.state] += count.copies
    return IssueProgress(
        state=state,
        total=sum(of.values()),
        by_group=[
            CopiesOfAGroup(domain_group=c.domain_group, state=c.state, copies=c.copies, deferred=c.deferred)
            for c in counts
        ],
        **{each.value: copies for each, copies in of.items()},
    )


@answer
class AudienceReader:
    """One of a small sample."""

    masked: str
    """Enough to recognise one's own address, too little to learn somebody else's."""
    language: Language


@answer
class ReadersOfLanguage:
    """How many readers get this language."""

    language: Language
    readers: int


@answer
class ExcludedReaders:
    """How many people do not get the issue, and why."""

    reason: str
    """Such as `paused`."""
    readers: int
    text_de: str
    text_en: str


@answer
class IssueAudience:
    """Who will get an issue, by the very expression that writes the copies."""

    total: int
    by_locale: list[ReadersOfLanguage]
    sample: list[AudienceReader]
    excluded_reasons: list[ExcludedReaders]


def audience_of(found: Audience) -> IssueAudience:
    """The audience in words."""
    return IssueAudience(
        total=found.total,
        by_locale=[ReadersOfLanguage(language=Language(name), readers=n) for name, n in found.by_locale.items()],
        sample=[AudienceReader(masked=r.masked_address, language=Language(r.locale)) for r in found.sample],
        excluded_reasons=[
            ExcludedReaders(reason=why, readers=n, text_de=REASONS[why][0], text_en=REASONS[why][1])
            for why, n in found.excluded.items()
        ],
    )


@bound(models.Delivery)
class Delivery:
    """One copy for one reader. Who that is, nobody sees here."""

    id: UUID
    state: DeliveryState
    variant: str
    domain_group: str
    attempts: int
    next_at: datetime
    sent_at: datetime | None

    @derived("reply")
    def reply(reply: str) -> str:
        """What the relay last said, without addresses."""
        return redacted(reply)


class CopyWhereabouts(Enum):
    """What a human found out about a copy, for instance in the relay's log."""

    IT_ARRIVED = "deliver"
    SEND_AGAIN = "send_again"
    LET_GO = "let_go"


enum(CopyWhereabouts)
