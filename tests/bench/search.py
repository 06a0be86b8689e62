"""How long the index takes to make, and a search in it: 1,500 teams, 5,000 listings and 25,000 texts of stories.

Words are drawn as languages have them (few very often, most hardly ever), a fifth of them compounds, so that a query
meets between one and many thousand texts.
"""

import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import models
from models.access import ANONYMOUS, Viewer
from models.base import utcnow
from models.exchange import ListingKind, ListingState
from models.language import Language
from models.search import Question, Search, SearchEntry, rebuild
from models.stories import StoryState
from models.teams import TeamState

TEAMS, LISTINGS, STORIES = 1_500, 5_000, 12_500  # stories in both languages: 5,000 texts and 20,000 more
WORDS = 120  # of a text
BEGINNINGS = """nachbar masken schul kinder lern pflege helfer daten bücher straßen wärme brücken müll küchen garten
    energie frauen jugend vereins gesundheits netz hof stadt land arbeits zeit spenden einkaufs corona heim"""
ENDINGS = """hilfe schaft gruppe plattform karte haus wege börse räume zentrum wochen plan werkzeug spiele kurse
    beratung suche tafel brief kreis"""
SYLLABLES = "ba be du fo ga hi ja ke lo mü na pe quo ra sö ta un vi wo zä ing ter lich eit ion"


@dataclass(frozen=True)
class Times:
    """Milliseconds of one kind of query, and how many rows it met on average."""

    middle: float
    worst: float
    met: float

    def __str__(self) -> str:
        return f"p50 {self.middle:6.1f} ms, p99 {self.worst:6.1f} ms, {self.met:8,.0f} hits"


class Vocabulary:
    """A made-up vocabulary and texts of it; the same in every run."""

    def __init__(self) -> None:
        self.random = random.Random(2020)
        beginnings, endings, syllables = BEGINNINGS.split(), ENDINGS.split(), SYLLABLES.split()
        compounds = [a + b for a in beginnings for b in endings]
        made = {"".join(self.random.choices(syllables, k=self.random.randint(2, 5))) for _ in range(20_000)}
        self.words = sorted({*made, *compounds, *beginnings, *endings})
        self.random.shuffle(self.words)
        self.weights = [1 / (place + 3) for place in range(len(self.words))]

    def text(self, words: int) -> str:
        return " ".join(self.random.choices(self.words, self.weights, k=words)).capitalize() + "."

    def queries(self, count: int) -> dict[str, list[str]]:
        """Queries of several kinds, as people type them."""
        middle, endings = self.words[200:3_000], ENDINGS.split()

        def some(make: Callable[[], str]) -> list[str]:
            return [make() for _ in range(count)]

        return {
            "a word out of the middle": some(lambda: self.random.choice(middle)),
            "two words": some(lambda: " ".join(self.random.choices(middle, k=2))),
            "the end of compounds": some(lambda: self.random.choice(endings)),
            "three letters, the beginning of many": some(lambda: self.random.choice(self.words)[:3]),
            "one of the ten most frequent words": some(lambda: self.random.choice(self.words[:10])),
            "a word that is nowhere": some(lambda: "xylo" + self.random.choice(middle)[::-1]),
        }


async def community(scale: float) -> int:
    """Write the rows without their index; gives how many texts there are to find."""
    said, now = Vocabulary(), utcnow()
    person = await models.Person.join(email="a@example.org", name="Ada", handle="ada", now=now)
    teams = [
        models.Team(slug=f"t{n}", name=said.text(2), pitch=said.text(20), state=TeamState.LISTED)
        for n in range(int(TEAMS * scale))
    ]
    await models.Team.bulk_create(teams, batch_size=500)
    listings = [
        models.Listing(
            purpose=ListingKind.SEEKS_MEMBER, team_id=teams[n % len(teams)].id, person_id=person.id,
            title=said.text(5), public_text=said.text(60), state=ListingState.OPEN, expires_at=now + timedelta(days=9),
        )
        for n in range(int(LISTINGS * scale))
    ]  # fmt: skip
    await models.Listing.bulk_create(listings, batch_size=500)
    stories = [
        models.Story(
            team_id=teams[n % len(teams)].id, author_id=person.id, slug=f"s{n}", title="t", tags=["Bildung"],
            state=StoryState.PUBLISHED, published_at=now,
        )
        for n in range(int(STORIES * scale))
    ]  # fmt: skip
    await models.Story.bulk_create(stories, batch_size=500)
    texts = [
        models.StoryText(
            story_id=story.id, language=language, headline=said.text(6), teaser=said.text(12), body=said.text(WORDS)
        )
        for story in stories
        for language in Language
    ]
    await models.StoryText.bulk_create(texts, batch_size=500)
    return len(teams) + len(listings) + len(texts)


async def indexed() -> tuple[float, float]:
    """Seconds to make the whole index, and to find that nothing is to be done."""
    began = time.perf_counter()
    await rebuild()
    made = time.perf_counter()
    assert not any((await rebuild()).values())
    return made - began, time.perf_counter() - made


async def asked(rounds: int, viewer: Viewer = ANONYMOUS) -> dict[str, tuple[Times, Times]]:
    """Of each kind of query: the first page, and its number of hits."""
    found = {}
    for name, queries in Vocabulary().queries(rounds).items():
        searches = [Search(Question.of(typed), viewer) for typed in queries]
        counts = [await search.count() for search in searches]
        met = sum(counts) / len(counts)
        pages = await _measured([lambda s=s: s.hits(21) for s in searches])  # type: ignore[misc]
        numbers = await _measured([search.count for search in searches])
        found[name] = (Times(*pages, met), Times(*numbers, met))
    return found


async def _measured(calls: Sequence[Callable[[], Awaitable[object]]]) -> tuple[float, float]:
    times = []
    for call in calls:
        began = time.perf_counter()
        await call()
        times.append((time.perf_counter() - began) * 1_000)
    times.sort()
    return times[len(times) // 2], times[int(len(times) * 0.99)]


async def entries() -> int:
    return await SearchEntry.all().count()
