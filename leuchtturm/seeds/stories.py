"""Seven stories: a lead, one in review, one scheduled, two published, one corrected, one retracted with its consent.

They go the way of every story: written by one editor, approved by another, agreed to by the team.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from importlib.resources import files
from typing import Any, NamedTuple

from leuchtturm.seeds import pictures, posts
from leuchtturm.seeds.calendar import Calendar
from leuchtturm.seeds.people import Members
from leuchtturm.seeds.teams import GROUPS, Groups
from models.access import Viewer
from models.language import Language
from models.site import Site
from models.stories import Claim, Story, StoryConsent, Words

LEADS = {group.name: group.lead for group in GROUPS}


class Telling(NamedTuple):
    """A story to tell: on which day of 2020, with which picture, and its alt texts."""

    team: str
    file: str
    day: tuple[int, int]
    tags: tuple[str, ...]
    picture: Callable[[Any], None] | None = None
    alt_de: str = ""
    alt_en: str = ""
    facts: tuple[tuple[str, str], ...] = ()


KREIDEKASTEN = Telling(
    "Kreidekasten", "kreidekasten", (4, 9), ("Bildung", "Schule", "Ehrenamt"), pictures.blackboard,
    "Eine Schultafel mit fünf Spalten bunter Karten, davor ein roter Kasten mit Kreide.",
    "A blackboard with five columns of coloured cards, in front of it a red box of chalk.",
    (("412 geprüfte Wochenpläne", "zahlen"), ("Klassen 1 bis 10", "plaene")),
)  # fmt: skip
TREPPENHAUS = Telling(
    "Treppenhaus", "treppenhaus", (4, 2), ("Nachbarschaft", "Barrierefreiheit"), pictures.staircase,
    "Ein Mietshaus bei Nacht, in dem auf jedem Treppenabsatz Licht brennt; neben der Tür hängt ein Aushang.",
    "A block of flats at night with light on every landing; a notice hangs next to the door.",
    (("96 Hausgemeinschaften", "zahlen"),),
)  # fmt: skip
LADENLICHT = Telling(
    "Ladenlicht", "ladenlicht", (4, 7), ("Wirtschaft", "Nachbarschaft"), pictures.shop_window,
    "Ein kleiner Laden mit rot-weißer Markise, im Schaufenster stehen bunte Gläser.",
    "A small shop with a red and white awning, coloured jars in its window.",
    (("53 Läden", "zahlen"),),
)  # fmt: skip
SIGNPOSTS = Telling(
    "Signposts", "signposts", (4, 8), ("Plain language", "Newcomers"), pictures.signposts,
    "Ein Wegweiser mit vier Pfeilen auf einem Hügel vor der aufgehenden Sonne.",
    "A signpost with four arrows on a hill in front of the rising sun.",
)  # fmt: skip
PULSBRUECKE = Telling(
    "Pulsbrücke", "pulsbruecke", (4, 10), ("Gesundheit",), pictures.heart_line,
    "Eine Brücke über Wasser, über der eine rote Linie wie ein Herzschlag ausschlägt.",
    "A bridge across water, above it a red line that beats like a heart.",
)  # fmt: skip
ABENDLICHT = Telling("Abendlicht", "abendlicht", (4, 6), ("Mentale Gesundheit",))
AMTSFADEN = Telling("Amtsfaden", "amtsfaden", (4, 10), ("Verwaltung",))


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


def words(file: str) -> dict[Language, Words]:
    """The texts of a story, as far as there are translations: `# headline`, `> teaser`, then the body."""
    found = {}
    for language in Language:
        text = files("leuchtturm.seeds") / "texts" / f"{file}.{language.value}.md"
        if text.is_file():
            headline, teaser, body = text.read_text(encoding="utf-8").split("\n\n", 2)
            found[language] = Words(headline.removeprefix("# "), teaser.removeprefix("> "), body)
    return found
