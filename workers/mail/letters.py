"""The jobs that mail one letter. A job carries ids; links are made again here, so that no secret waits in a row."""

import hashlib
from datetime import timedelta
from uuid import UUID

from models.newsletter.consent import ConsentEvent, ConsentKind
from models.newsletter.links import LIFE, LinkKind, SubscriptionLink
from models.newsletter.subscriptions import Subscription, SubscriptionState
from models.signin import LINK_LIFE, LoginLink
from workers.jobs import job
from workers.mail.message import Letter, NotAnAddress, Parcel, parcel
from workers.mail.replies import Verdict
from workers.mail.writing import written
from workers.work import Done, Ending, Job, Later, Never, Tools

SIGN_IN_PATH = "/sign-in/{token}"


def pause(attempt: int) -> timedelta:
    """How long a letter waits after its n-th attempt: 30 s, 2 min, 4.5 min, 8 min ... at most an hour.

    Shorter than for an issue: somebody sits in front of a page and waits for this mail.
    """
    return min(timedelta(seconds=30 * attempt * attempt), timedelta(hours=1))


async def post(tools: Tools, ready: Parcel, attempt: int, good_until: timedelta) -> Ending:
    """Hand one letter to the relay. In doubt it is sent again: it has the same Message-ID, and one is awaited."""
    reply = await tools.mailer.send(ready)
    if reply.verdict is Verdict.ACCEPTED:
        return Done()
    if reply.verdict in (Verdict.DEFERRED, Verdict.NOT_BEGUN, Verdict.UNKNOWN):
        wait = pause(max(1, attempt))
        return Later(tools.now() + wait, str(reply)) if wait < good_until else Never(f"too late: {reply}")
    return Never(str(reply))


@job("mail.sign_in")
async def sign_in(tools: Tools, job: Job) -> Ending:
    """Mail a sign-in link; a link that was used or has expired meanwhile is not mailed."""
    link = await LoginLink.filter(id=UUID(job.payload["link"])).prefetch_related("person").first()
    now = tools.now()
    if link is None or link.person is None or link.used_at or link.expires_at <= now:
        return Done()
    letter = written(
        "sign_in",
        link.person.locale,
        tools.site,
        to=link.person.email,
        to_name=link.person.display_name,
        key=("sign_in", str(link.id)),
        name=link.person.display_name,
        link=tools.site.url(SIGN_IN_PATH.format(token=link.token)),
        minutes=LINK_LIFE.seconds // 60,
    )
    ready = _ready(tools, letter)
    return await post(tools, ready, job.attempts, link.expires_at - now) if ready else Never(NO_ADDRESS)


@job("mail.confirmation")
async def confirmation(tools: Tools, job: Job) -> Ending:
    """The one mail that an unconfirmed address gets, and the evidence that it was sent (newsletter.md, 3)."""
    link = await _link(job, tools)
    if link is None or link.subscription.state is not SubscriptionState.PENDING:
        return Done()
    ready = _ready(tools, _about(link, "confirmation", tools))
    if ready is None:
        return Never(NO_ADDRESS)
    ending = await post(tools, ready, job.attempts, link.expires_at - tools.now())
    if isinstance(ending, Done):
        await ConsentEvent.record(
            ConsentKind.CONFIRMATION_SENT,
            link.subscription.email_hash,
            link.subscription.locale,
            now=tools.now(),
            message_id=ready.message_id,
            token_hash=link.token_hash,
            raw_mail_sha256=hashlib.sha256(ready.content).hexdigest(),
        )
    return ending


@job("mail.subscription_link")
async def subscription_link(tools: Tools, job: Job) -> Ending:
    """A fresh link to erase or export, for whoever asked for it on the preference page."""
    link = await _link(job, tools)
    if link is None or not link.subscription.contact:
        return Done()
    name = "erase_subscription" if link.kind is LinkKind.ERASE else "export_subscription"
    ready = _ready(tools, _about(link, name, tools))
    return await post(tools, ready, job.attempts, link.expires_at - tools.now()) if ready else Never(NO_ADDRESS)


NO_ADDRESS = "the address cannot stand in an envelope"


async def _link(job: Job, tools: Tools) -> SubscriptionLink | None:
    """The link that a job is about, unless it was used or is over."""
    link = await SubscriptionLink.filter(id=UUID(job.payload["link"])).prefetch_related("subscription").first()
    return link if link and not link.used_at and link.expires_at > tools.now() else None


def _about(link: SubscriptionLink, name: str, tools: Tools) -> Letter:
    reader: Subscription = link.subscription
    return written(
        name,
        reader.locale,
        tools.site,
        to=reader.email,
        key=(name, str(link.id)),
        link=tools.site.url(link.path),
        days=LIFE[link.kind].days,
    )


def _ready(tools: Tools, letter: Letter) -> Parcel | None:
    try:
        return parcel(letter, tools.site, tools.now())
    except NotAnAddress:
        return None
