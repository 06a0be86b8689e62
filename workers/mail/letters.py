"""The jobs that mail one letter. A job carries ids; links are made again here, so that no secret waits in a row."""

from datetime import timedelta
from uuid import UUID

from models.signin import LINK_LIFE, LoginLink
from workers.jobs import job
from workers.mail.message import Letter, NotAnAddress, parcel
from workers.mail.replies import Verdict
from workers.mail.writing import written
from workers.work import Done, Ending, Job, Later, Never, Tools

SIGN_IN_PATH = "/sign-in/{token}"


def pause(attempt: int) -> timedelta:
    """How long a letter waits after its n-th attempt: 30 s, 2 min, 4.5 min, 8 min ... at most an hour.

    Shorter than for an issue: somebody sits in front of a page and waits for this mail.
    """
    return min(timedelta(seconds=30 * attempt * attempt), timedelta(hours=1))


async def post(tools: Tools, letter: Letter, attempt: int, good_until: timedelta) -> Ending:
    """Hand one letter to the relay. In doubt it is sent again: it has the same Message-ID, and one is awaited."""
    now = tools.now()
    try:
        ready = parcel(letter, tools.site, now)
    except NotAnAddress:
        return Never("the address cannot stand in an envelope")
    reply = await tools.mailer.send(ready)
    if reply.verdict is Verdict.ACCEPTED:
        return Done()
    if reply.verdict in (Verdict.DEFERRED, Verdict.NOT_BEGUN, Verdict.UNKNOWN):
        wait = pause(max(1, attempt))
        return Later(now + wait, str(reply)) if wait < good_until else Never(f"too late: {reply}")
    return Never(str(reply))


@job("mail.sign_in")
async def sign_in(tools: Tools, job: Job) -> Ending:
    """Mail a sign-in link; a link that was used or has expired meanwhile is not mailed."""
    link = await LoginLink.filter(id=UUID(job.payload["link"])).prefetch_related("person").first()
    now = tools.now()
    if link is None or link.used_at or link.expires_at <= now:
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
    return await post(tools, letter, job.attempts, good_until=link.expires_at - now)
