"""Readers and issues for tests: made by the verbs that the product uses, never by writing states."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import models
from models.access import SYSTEM
from models.jobs import JobRun
from models.language import Language
from models.newsletter import IssueProof, LinkKind, NewsletterIssue, Subscription, SubscriptionLink
from models.newsletter.compose import compose
from models.newsletter.weeks import Week
from models.outbox import OutboxEvent
from models.roles import Visibility
from models.site import Site
from models.stories import Story, StoryState, StoryText
from tests import people
from workers.newsletter.proof import proof_of

SITE = Site(base_url="http://test", imprint_url="http://test/imprint", privacy_url="http://test/privacy")
ZONE = SITE.zone
WEEK = Week(2020, 16)


async def asked(email: str, now: datetime, language: Language = Language.DE) -> str:
    """Sign up; gives the token of the mailed link ("" when none was mailed)."""
    await Subscription.subscribe(email, language=language, now=now, form_url="http://test/newsletter")
    link = await SubscriptionLink.filter(kind=LinkKind.CONFIRM).order_by("-id").first()
    return link.token if link else ""


async def reader(email: str = "ada@example.org", *, now: datetime, language: Language = Language.DE) -> Subscription:
    """Somebody who has confirmed."""
    return await Subscription.confirm(await asked(email, now, language), now=now)


async def success(
    title: str = "1.200 Kisten gepackt", *, at: datetime, team_id: UUID | None = None, block: str = "", **more: Any
) -> models.Success:
    """A figure that the community heard of at that moment."""
    block_id = None
    if team_id is None:
        known, _ = await models.ProgrammeBlock.get_or_create(key=block or "enabler", defaults={"title_de": "Enabler"})
        block_id = known.id
    made = await models.Success.create(
        title_de=title,
        metric="Kisten",
        value="1.200",
        as_of=date(2020, 4, 10),
        source_url="https://example.org/zahlen",
        state="published",
        team_id=team_id,
        block_id=block_id,
        **more,
    )
    await told("success.published", "success", made.id, at)
    return made


async def story(title: str = "Kreide in drei Schulen", *, at: datetime, team_id: UUID | None = None) -> Story:
    """A published story, German only."""
    author = await people.editor()
    team = team_id or (await people.team()).id
    made = await Story.create(
        team_id=team,
        author_id=author.person_id,
        title=title,
        slug=f"story-{at:%d%H%M%S}-{title[:3].lower()}",
        state=StoryState.PUBLISHED,
        published_at=at,
    )
    await StoryText.create(story_id=made.id, language=Language.DE, headline=title, teaser="Was gelang.", body="Text.")
    await told("story.published", "story", made.id, at)
    return made


async def told(event: str, kind: str, id: UUID, at: datetime) -> None:
    await OutboxEvent.record(event, subject_kind=kind, subject_id=id, now=at, visible_to=Visibility.PUBLIC)


async def composed(now: datetime, week: Week = WEEK) -> NewsletterIssue:
    return await compose(week, zone=ZONE, by=SYSTEM, now=now)


async def proofed(issue: NewsletterIssue, now: datetime) -> IssueProof:
    """What the worker does after each edit."""
    fresh = await NewsletterIssue.get(id=issue.id)
    proof = await proof_of(fresh, SITE, now)
    await proof.save(force_create=True)
    return proof


async def sent(now: datetime, week: Week = WEEK) -> NewsletterIssue:
    """An issue from composing to sent, with every copy delivered."""
    issue = await composed(now, week)
    await proofed(issue, now)
    second = await people.editor("Selma Yildiz")
    await NewsletterIssue.approve(issue.id, revision=issue.revision, by=second, now=now)
    await NewsletterIssue.schedule(issue.id, by=second, now=now, at=now, undo=timedelta(0))
    await NewsletterIssue.start(issue.id, zone=ZONE, now=now)
    await models.Delivery.filter(issue_id=issue.id).update(state="sent")
    return await NewsletterIssue.finish(issue.id, now=now)


async def waiting(work: str) -> list[dict[str, Any]]:
    """The payloads of jobs of one kind."""
    return [job.payload for job in await JobRun.filter(work=work).order_by("id")]
