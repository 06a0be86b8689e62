"""What happens to accounts while nobody waits: invitations, notices to those who are gone, what time alone decides."""

from uuid import UUID

from models.identities import OidcAttempt
from models.members import Consent, Invitation, Person, PersonState
from models.members.dormancy import let_go, purge_unproved, rest, send_notices
from models.members.hiding import release_links
from models.members.invitations import GOOD_FOR
from models.members.looking import reshuffle
from models.newsletter.subscriptions import Subscription, SubscriptionState
from workers.jobs import job
from workers.mail.letters import NO_ADDRESS, post
from workers.mail.message import NotAnAddress, parcel
from workers.mail.writing import written
from workers.work import Done, Ending, Job, Never, Tools

INVITATION_PATH = "/invitation/{token}"
BATCH = 500


@job("members.invite")
async def invite(tools: Tools, job: Job) -> Ending:
    """Mail an invitation, unless there is nothing to send: a member already, invited lately, taken back."""
    now = tools.now()
    invitation = await Invitation.prepare(UUID(job.payload["invitation"]), now=now)
    if invitation is None or invitation.expires_at <= now:
        return Done()
    host = await Person.get(id=invitation.person_id)
    letter = written(
        "invitation",
        invitation.locale,
        tools.site,
        to=invitation.email,
        key=("invitation", str(invitation.id)),
        host=host.display_name,
        message=invitation.message,
        link=tools.site.url(INVITATION_PATH.format(token=invitation.token)),
        days=GOOD_FOR.days,
    )
    try:
        ready = parcel(letter, tools.site, now)
    except NotAnAddress:
        return Never(NO_ADDRESS)
    return await post(tools, ready, job.attempts, invitation.expires_at - now)


@job("mail.dormancy")
async def notice(tools: Tools, job: Job) -> Ending:
    """Ask somebody who was not here for long; whoever came back meanwhile is not asked (E10)."""
    person = await Person.filter(id=UUID(job.payload["person"])).first()
    if person is None or person.state is not PersonState.ACTIVE or person.dormancy_notice_at is None:
        return Done()
    days = tools.dormancy.rest_after.days
    letter = written(
        "dormancy",
        person.locale,
        tools.site,
        to=person.email,
        to_name=person.display_name,
        key=("dormancy", str(person.id), str(person.dormancy_notice_at.date())),
        name=person.display_name,
        link=tools.site.url("/sign-in"),
        days=days,
    )
    try:
        ready = parcel(letter, tools.site, tools.now())
    except NotAnAddress:
        return Never(NO_ADDRESS)
    return await post(tools, ready, job.attempts, tools.dormancy.rest_after)


@job("members.daily")
async def daily(tools: Tools, job: Job) -> Ending:
    """Notices, rests and goodbyes; links of accounts that are new no longer; what was begun and never finished."""
    now, terms = tools.now(), tools.dormancy
    while await rest(terms, now=now, limit=BATCH) == BATCH:
        pass
    while await send_notices(terms, now=now, limit=BATCH) == BATCH:
        pass
    while await let_go(terms, now=now, limit=BATCH) == BATCH:
        pass
    while await Invitation.lapse(now=now, limit=BATCH) == BATCH:
        pass
    while await Consent.lapse(now=now, limit=BATCH) == BATCH:
        pass
    while await purge_unproved(now=now, limit=BATCH):
        pass
    await release_links(now=now)
    await reshuffle(now.astimezone(tools.site.zone).date())
    await OidcAttempt.tidy(now=now)
    await tools.ring()
    return Done()


@job("members.left_newsletter")
async def left_newsletter(tools: Tools, job: Job) -> Ending:
    """Whoever left the newsletter by a mail's link has taken the consent of the account back as well (E9)."""
    reader = await Subscription.filter(id=UUID(job.payload["subject"])).first()
    if reader and reader.state is SubscriptionState.UNSUBSCRIBED:
        await Consent.withdrawn_elsewhere(reader.email_hash, now=tools.now())
    return Done()


REACTIONS = {"subscription.unsubscribed": ("members.left_newsletter",)}
