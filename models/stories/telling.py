"""Whom news about a story reach: its author, and who leads the team it is about. In the transaction of the cause."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from models.machine import Actor
from models.notifications import forget, remind, tell_all
from models.teams import MembershipState, TeamMembership, TeamRole

CONSENT_AFTER = timedelta(days=3)  # a team that was asked and is silent: one reminder, then no more


def about(story: Any) -> dict[str, str]:
    """The words that every text about a story needs. No names of people: they would outlive an erasure (E2)."""
    return {"title": story.title, "slug": story.slug}


async def leads(team_id: UUID) -> list[UUID]:
    """Who leads the team now."""
    found = TeamMembership.filter(team_id=team_id, role=TeamRole.LEAD, state=MembershipState.ACTIVE).order_by("id")
    return [UUID(str(person)) for person in await found.values_list("person_id", flat=True)]


async def tell_published(story: Any, by: Actor, now: datetime) -> None:
    """Its author and the team see it the moment it is public."""
    people = [story.author_id, *await leads(story.team_id)]
    await tell_all(people, "story.published", subject=story, now=now, about=about(story))


async def tell_sent_back(story: Any, by: Actor, now: datetime) -> None:
    """Its author hears that something should change; not whoever sends their own back."""
    if story.author_id != by.person_id:
        await tell_all([story.author_id], "story.sent_back", subject=story, now=now, about=about(story))


async def ask_for_consent(consent: Any, story: Any, now: datetime) -> None:
    """The team's leads are asked, and once more when nobody has answered.

    The question is a reminder for now: when one lead answers in the night, the others are not asked in the morning.
    """
    words = about(story)
    for person in await leads(story.team_id):
        await remind(person, "story.consent_wanted", subject=consent, at=now, now=now, about=words)
        await remind(person, "story.consent_waits", subject=consent, at=now + CONSENT_AFTER, now=now, about=words)


async def answered(consent: Any, by: Actor, now: datetime) -> None:
    """Whoever was to be reminded need not be any more (E31)."""
    await forget(consent, now=now)
