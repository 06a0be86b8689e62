"""Telling the editors that something waits for them: an issue to review, a post about which a person must decide."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from tortoise.transactions import in_transaction

from models.jobs import JobRun
from models.language import Language
from models.members import Person, PersonState, RoleGrant
from models.newsletter.issues import NewsletterIssue
from models.newsletter.states import IssueState
from models.notifications.hours import awake, quiet, zone_of
from models.outbox import OutboxEvent
from models.publishing.posts import ChannelPost
from models.publishing.states import PostState
from models.roles import Role
from workers.jobs import job
from workers.mail.letters import NO_ADDRESS, post
from workers.mail.message import NotAnAddress, parcel
from workers.mail.writing import written
from workers.work import Done, Ending, Job, Later, Never, Tools

GOOD_FOR = timedelta(days=1)  # an older request for attention only adds to the noise
ASKS = {("issue.in_review", "review"), ("issue.in_review", "lapse"), ("channel_post.needs_human", "ask")}
"""Types of events and the actions that led there: an issue that is edited in review is no news."""


@dataclass(frozen=True)
class Matter:
    """What waits, in one language."""

    subject_line: str
    what: str
    todo: str


@job("desk.tell")
async def tell(tools: Tools, job: Job) -> Ending:
    """One letter per editor, each a job of its own, so that a refused address holds up nobody else's."""
    event = await OutboxEvent.filter(id=UUID(job.payload["event"])).first()
    now = tools.now()
    if event is None or (event.type, event.payload.get("action")) not in ASKS:
        return Done()
    async with in_transaction():
        for person_id in await RoleGrant.holders(Role.EDITOR, now=now):
            about = {"event": str(event.id), "person": str(person_id)}
            await JobRun.enqueue("mail.desk", f"mail.desk:{event.id}:{person_id}", due_at=now, payload=about)
    await tools.ring()
    return Done()


@job("mail.desk")
async def letter(tools: Tools, job: Job) -> Ending:
    """Mail one editor, unless what waited has been seen to meanwhile."""
    event = await OutboxEvent.filter(id=UUID(job.payload["event"])).first()
    person = await Person.filter(id=UUID(job.payload["person"])).first()
    if event is None or person is None or person.state is not PersonState.ACTIVE:
        return Done()
    now, zone = tools.now(), zone_of(person.time_zone)
    matter = await _matter(event, person.locale)
    if matter is None or now - event.at > GOOD_FOR:
        return Done()
    if quiet(now, zone):  # by the morning somebody else may have seen to it
        return Later(awake(now, zone), "people sleep there", free=True)
    draft = written(
        "desk",
        person.locale,
        tools.site,
        to=person.email,
        to_name=person.display_name,
        key=("desk", str(event.id), str(person.id)),
        name=person.display_name,
        subject_id=str(event.subject_id),
        **vars(matter),
    )
    try:
        ready = parcel(draft, tools.site, tools.now())
    except NotAnAddress:
        return Never(NO_ADDRESS)
    return await post(tools, ready, job.attempts, GOOD_FOR)


async def _matter(event: OutboxEvent, language: Language) -> Matter | None:
    """What the letter says; None when nobody is waited for any more."""
    if event.subject_kind == NewsletterIssue.kind:
        issue = await NewsletterIssue.filter(id=event.subject_id).first()
        return _issue(issue, language) if issue and issue.state is IssueState.IN_REVIEW else None
    channel_post = await ChannelPost.filter(id=event.subject_id).prefetch_related("channel").first()
    waits = channel_post is not None and channel_post.state is PostState.NEEDS_HUMAN
    return _post(channel_post, language) if channel_post and waits else None


def _issue(issue: NewsletterIssue, language: Language) -> Matter:
    if language is Language.DE:
        return Matter(
            f"Der Newsletter {issue.week} wartet auf euren Blick",
            f"die Ausgabe der Woche {issue.week} ist zusammengestellt.",
            "Bitte prüft sie; freigeben muss sie eine zweite Person. Ohne Freigabe geht nichts hinaus.",
        )
    return Matter(
        f"The newsletter {issue.week} is waiting for you",
        f"the issue of week {issue.week} is composed.",
        "Please review it; a second person has to approve it. Nothing is sent without approval.",
    )


def _post(channel_post: ChannelPost, language: Language) -> Matter:
    network = channel_post.channel.name
    if language is Language.DE:
        return Matter(
            f"Ein Beitrag auf {network} braucht eure Entscheidung",
            f"es ließ sich nicht feststellen, ob ein Beitrag auf {network} erschienen ist.",
            "Bitte seht dort nach und entscheidet: erschienen, noch einmal senden oder aufgeben.",
        )
    return Matter(
        f"A post on {network} needs your decision",
        f"it could not be found out whether a post on {network} has appeared.",
        "Please look there and decide: it has appeared, send it again, or give up.",
    )
