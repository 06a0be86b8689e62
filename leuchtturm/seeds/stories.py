"""Eight stories: a hint, one in review, one scheduled, three public, one corrected, one retracted with its consent.

They go the way of every story: written by one editor, approved by another, agreed to by the team.
"""

from datetime import date, datetime, timedelta

from leuchtturm.seeds import pictures, posts
from leuchtturm.seeds.calendar import Calendar
from leuchtturm.seeds.people import Members
from leuchtturm.seeds.teams import GROUPS, Groups
from leuchtturm.seeds.tellings import (
    ABENDLICHT,
    AMTSFADEN,
    KREIDEKASTEN,
    LADENLICHT,
    PULSBRUECKE,
    SIGNPOSTS,
    TREPPENHAUS,
    Telling,
    words,
)
from models.access import Viewer
from models.language import Language
from models.site import Site
from models.stories import Claim, Story, StoryConsent

LEADS = {group.name: group.lead for group in GROUPS}


async def tell(calendar: Calendar, members: Members, groups: Groups, site: Site) -> None:
    """All of them, in the order in which they were told."""
    teller = Teller(calendar, members, groups, site)
    await teller.published(TREPPENHAUS)
    await teller.withdrawn(ABENDLICHT)
    await teller.corrected(LADENLICHT)
    await teller.published(SIGNPOSTS)
    await teller.published(KREIDEKASTEN, trouble=True)
    await teller.in_review(AMTSFADEN)
    await teller.scheduled(PULSBRUECKE)
    await teller.hinted()


class Teller:
    """Takes a story to where it stands today."""

    def __init__(self, calendar: Calendar, members: Members, groups: Groups, site: Site) -> None:
        self.calendar, self.members, self.groups, self.site = calendar, members, groups, site
        self.writer, self.approver = members["Edda Lorenz"], members["Ben Weiß"]

    def at(self, telling: Telling, hour: int, minute: int = 0) -> datetime:
        return self.calendar.at(*telling.day, hour, minute)

    def lead_of(self, team: str) -> Viewer:
        return self.members[LEADS[team]]

    async def drafted(self, telling: Telling) -> Story:
        """Written, with picture and sources."""
        now, team = self.at(telling, 8, 30), self.groups[telling.team]
        story = await Story.begin(team.id, words(telling.file), by=self.writer, now=now, tags=telling.tags)
        if telling.picture:
            await Story.add_image(
                story.id, pictures.drawn(telling.picture), by=self.writer, now=now, rights="Leuchtturm, CC0",
                alt_de=telling.alt_de, alt_en=telling.alt_en,
            )  # fmt: skip
        if telling.facts:
            await Story.state_facts(story.id, self._claims(telling, team.slug), by=self.writer, now=now)
        return story

    def _claims(self, telling: Telling, slug: str) -> list[Claim]:
        as_of: date = self.calendar.day(*telling.day)
        return [Claim(claim, f"https://{slug}.example.org/{path}", as_of) for claim, path in telling.facts]

    async def in_review(self, telling: Telling) -> Story:
        story = await self.drafted(telling)
        return await Story.submit(story.id, by=self.writer, now=self.at(telling, 9))

    async def agreed(self, telling: Telling) -> tuple[Story, StoryConsent]:
        """Approved by a second editor and by the team."""
        story = await self.in_review(telling)
        story = await Story.approve(story.id, by=self.approver, now=self.at(telling, 9, 20))
        asked = await Story.request_consent(story.id, by=self.writer, now=self.at(telling, 9, 25))
        consent = await StoryConsent.grant(asked.id, by=self.lead_of(telling.team), now=self.at(telling, 9, 40))
        return story, consent

    async def scheduled(self, telling: Telling) -> Story:
        """Due next Friday at ten."""
        story, _ = await self.agreed(telling)
        await posts.approve(story, self.site, self.approver, self.at(telling, 9, 50))
        due = self.calendar.at(4, 17, 10)
        due = due if due > self.calendar.now else self.calendar.at(4, 24, 10)
        return await Story.schedule(story.id, at=due, by=self.approver, now=self.at(telling, 9, 55))

    async def published(self, telling: Telling, *, trouble: bool = False) -> Story:
        """Public and on its channels: what the worker does at the due moment is done here."""
        story, _ = await self.agreed(telling)
        await posts.approve(story, self.site, self.approver, self.at(telling, 9, 50))
        now = self.at(telling, 10)
        await Story.publish(story.id, by=self.approver, now=now)
        story = await Story.go_public(story.id, now=now)
        if trouble:
            await posts.trouble(story, now, self.calendar.now + timedelta(hours=2))
        await posts.deliver(story, now)
        return story

    async def corrected(self, telling: Telling) -> Story:
        story = await self.published(telling)
        german = words(telling.file)[Language.DE]
        better = german._replace(body=german.body + "\n\nHeute sind es 53 Läden, und die Liste steht allen offen.")
        return await Story.correct(
            story.id, {Language.DE: better},
            note_de="In der ersten Fassung standen 58 Läden; fünf hatten sich doppelt eingetragen.",
            note_en="The first version said 58 shops; five had registered twice.",
            by=self.approver, now=self.calendar.at(4, 9, 16),
        )  # fmt: skip

    async def withdrawn(self, telling: Telling) -> None:
        """The team took its consent back: the page says so kindly, the posts are gone."""
        story, consent = await self.agreed(telling)
        await posts.approve(story, self.site, self.approver, self.at(telling, 9, 50))
        await Story.publish(story.id, by=self.approver, now=self.at(telling, 10))
        await posts.deliver(await Story.go_public(story.id, now=self.at(telling, 10)), self.at(telling, 10))
        await StoryConsent.revoke(consent.id, by=self.lead_of(telling.team), now=self.calendar.at(4, 7, 8))

    async def hinted(self) -> Story:
        """Somebody of the community says: there is something to tell."""
        hint = words("mietlotse")[Language.DE]
        return await Story.lead(
            self.groups["Mietlotse"].id, hint, by=self.members["Zoë Schröder"],
            now=self.calendar.at(4, 10, 18), language=Language.DE,
        )  # fmt: skip
