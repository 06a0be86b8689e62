"""Sending mails of notifications: claimed, written down as begun, handed over, settled.

A mail that was begun and has no answer is `unknown`. Nobody sends it again on suspicion: either somebody has looked, or
the operator has chosen `resend` for copies in doubt, as for the newsletter.
"""

import asyncio
import logging
from datetime import timedelta

from models import sql
from models.members import Person
from models.notifications import posting
from models.notifications.deciding import Hearer
from models.notifications.hours import awake, quiet
from models.notifications.mails import NotificationMail
from models.outbox import Claim
from models.redaction import redacted, told
from workers.mail.message import NotAnAddress, Parcel, parcel
from workers.mail.replies import Reply, Verdict
from workers.mail.smtp import Line
from workers.newsletter.send_ladder import next_attempt
from workers.notifications.compose import composed
from workers.work import Tools

log = logging.getLogger(__name__)

SLICE = 20  # mails per connection and turn
SHORT = timedelta(minutes=1)  # until the relay is tried again that could not be reached
MOST_FAULTS = 8  # of our own, before a mail is given up


async def send_due(tools: Tools, owner: str, lease: timedelta, stopping: asyncio.Event | None = None) -> int:
    """Send a slice of what is due, over as many connections as the operator allows; returns how many were claimed.

    Once `stopping` is set the mail on the wire is finished and the others are given back.
    """
    stopping = stopping or asyncio.Event()
    if not await posting.to_do():
        return 0
    await posting.lapse(again=tools.uncertain_copies == "resend")
    lines = max(1, tools.smtp_connections)
    claims = await NotificationMail.claim(owner, SLICE * lines, lease)
    shares = [share for n in range(lines) if (share := claims[n::lines])]
    await asyncio.gather(*(_over_one_line(tools, share, stopping) for share in shares))
    return len(claims)


async def _over_one_line(tools: Tools, claims: list[Claim], stopping: asyncio.Event) -> None:
    async with tools.mailer.line() as line:
        for claim in claims:
            if stopping.is_set():
                await posting.turn_away(claim, "wait")
                continue
            try:
                await _send(tools, line, claim)
            except Exception as problem:  # one mail that cannot be made never stops the others
                log.warning("A notification could not be mailed: %s", told(problem), exc_info=True)
                await _failed(claim, redacted(told(problem)))


async def _failed(claim: Claim, why: str) -> None:
    """Before anything left: later, and at last never. A mail that was begun is not touched, its lease lapses."""
    if claim.attempts >= MOST_FAULTS:
        await posting.turn_away(claim, "give_up", reply=why)
    else:
        later = await sql.clock() + timedelta(minutes=claim.attempts**2)
        await NotificationMail.settle(claim, posting.M.WAITING, due_at=later, error=why)


async def _send(tools: Tools, line: Line, claim: Claim) -> None:
    ready = await _ready(tools, claim)
    if ready is None:
        return
    tools.fault("notification.before_begin")
    if not await posting.begin(claim):
        # Not ours any more, or cancelled in this very moment; in the first case this changes nothing.
        await posting.turn_away(claim, "cancel")
        return
    tools.fault("notification.before_write")
    reply = await line.send(ready)
    tools.fault("notification.after_accept")
    await _settle(tools, claim, reply)


async def _ready(tools: Tools, claim: Claim) -> Parcel | None:
    """The finished mail; None when there is nothing to send, which is settled then."""
    mail = await NotificationMail.get(id=claim.id)
    person = await Person.filter(id=mail.person_id).first()
    rows = await posting.told_in(mail.id)
    now = tools.now()
    if person is None or not rows:
        await posting.turn_away(claim, "cancel", reply="nothing is left to tell")
        return None
    hearer = Hearer(person.id, person.state.value, person.locale, person.time_zone)
    if not hearer.hears(transactional=not mail.digest and rows[0].sort.transactional):
        await posting.turn_away(claim, "cancel", reply="the person does not hear from us any more")
        return None
    if quiet(now, hearer.zone) and not mail.urgent:
        morning = await sql.clock() + (awake(now, hearer.zone) - now)
        await posting.turn_away(claim, "wait", due_at=morning)
        return None
    try:
        return parcel(composed(mail, rows, person, tools.site), tools.site, now)
    except NotAnAddress:
        await posting.turn_away(claim, "give_up", reply="the address cannot stand in an envelope")
        return None


async def _settle(tools: Tools, claim: Claim, reply: Reply) -> None:
    """What the relay's answer means. Every path ends in one statement under the fence."""
    now, said = tools.now(), str(reply)
    match reply.verdict:
        case Verdict.ACCEPTED:
            await posting.settle(claim, "deliver", now=now, reply=said)
        case Verdict.NOT_BEGUN:
            soon = await sql.clock() + SHORT
            await posting.settle(claim, "postpone", now=now, reply=said, due_at=soon, free=True)
        case Verdict.DEFERRED:
            await _later(tools, claim, said)
        case Verdict.UNKNOWN if tools.uncertain_copies == "resend":
            await _later(tools, claim, said)
        case Verdict.UNKNOWN:
            await posting.settle(claim, "doubt", now=now, reply=said)
        case _:
            await posting.settle(claim, "give_up", now=now, reply=said)


async def _later(tools: Tools, claim: Claim, said: str) -> None:
    """By the newsletter's ladder, and never in the night; after two days the app has told them anyway."""
    mail = await NotificationMail.get(id=claim.id)
    clock, zone = await sql.clock(), tools.site.zone
    again = next_attempt(claim.attempts, mail.created_at, clock, zone)
    action = "postpone" if again else "give_up"
    await posting.settle(claim, action, now=tools.now(), reply=said, due_at=again)
