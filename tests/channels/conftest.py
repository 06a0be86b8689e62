"""The networks, their drivers, a story that is public, and a clock that a test can move."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from models.access import Viewer
from models.jobs import JobRun, JobState
from models.language import Language
from models.publishing import Channel, ChannelKind, ChannelPost
from models.site import Site
from models.stories import Story, StoryConsent, Words
from tests import people
from tests.standins.certificate import issue
from tests.standins.mastodon import MastodonStandin
from tests.standins.twitter import TwitterStandin
from workers import publishing  # noqa: F401  # registers the jobs
from workers.channels import Token
from workers.channels.opening import MastodonAccount, TwitterAccount, opened
from workers.jobs import HANDLERS
from workers.mail.caught import CaughtMailbox
from workers.work import Done, Ending, Job, Later, Tools

SITE = Site(base_url="https://leuchtturm.example.org")
X_TOKEN = Token(consumer_key="a-consumer-key", consumer_secret="a-consumer-secret", access_token="an-access-token",
                access_token_secret="an-access-token-secret", user_id=TwitterStandin.user_id)  # fmt: skip
PATIENCE = timedelta(seconds=1)


@dataclass
class Clock:
    """The time as the jobs see it."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at

    def to(self, moment: datetime) -> None:
        self.at = max(self.at, moment)


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


@pytest.fixture(scope="session")
def certificate() -> Iterator[Any]:
    with tempfile.TemporaryDirectory() as folder:
        yield issue(Path(folder))


@pytest.fixture
def twitter(certificate: Any) -> Iterator[TwitterStandin]:
    standin = TwitterStandin()
    standin.start(certificate[1])
    yield standin
    standin.stop()
    assert standin.mistakes == []


@pytest.fixture
def mastodon() -> Iterator[MastodonStandin]:
    standin = MastodonStandin()
    standin.start()
    yield standin
    standin.stop()
    assert standin.mistakes == []


@pytest.fixture
async def tools(
    clock: Clock, twitter: TwitterStandin, mastodon: MastodonStandin, certificate: Any
) -> AsyncIterator[Tools]:
    """What jobs use, with real drivers that lead to the stand-ins."""
    x = TwitterAccount(X_TOKEN, 500_000_000, connect_to=f"127.0.0.1:{twitter.port}", ca_file=str(certificate[0]))
    fediverse = MastodonAccount(mastodon.url, Token(access_token=mastodon.token))
    async with AsyncExitStack() as stack:
        channels = await stack.enter_async_context(opened(x, fediverse, PATIENCE))
        for driver in channels.values():
            if hasattr(driver, "_now"):
                driver._now = clock
        yield Tools(site=SITE, mailer=CaughtMailbox(), channels=channels, now=clock)


@dataclass
class Newsroom:
    """People around one story that is public and planned for no channel yet."""

    story: Story
    author: Viewer
    editor: Viewer
    lead: Viewer
    consent_id: UUID

    async def post_on(self, kind: ChannelKind, now: datetime, language: Language = Language.DE) -> ChannelPost:
        """An approved post on a channel, on its way because the story is public."""
        channel = await Channel.open(kind, kind.value, [language], account_ref=uuid4().hex)
        planned = await ChannelPost.plan(self.story.id, site=SITE, by=self.author, now=now, channel_ids=[channel.id])
        return await ChannelPost.approve(planned[0].id, planned[0].snapshot_hash, by=self.editor, now=now)


WORDS = {
    Language.DE: Words("Wärme aus Servern", "Ein Rechenzentrum heizt ein Freibad.", "Ein **Rechenzentrum** heizt."),
    Language.EN: Words("Heat from servers", "A data centre heats a pool.", "A **data centre** heats."),
}


async def ready_story(now: datetime, picture: bytes | None = None) -> Newsroom:
    """A story that has everything it needs: reviewed, consented, approved."""
    team = await people.team()
    author, editor = await people.manager(), await people.editor()
    lead = replace(await people.participant(), leads=frozenset({team.id}), teams=frozenset({team.id}))
    story = await Story.begin(team.id, WORDS, by=author, now=now, tags=["open data", "Wärme"])
    if picture:
        alts = {"alt_de": "Ein Becken im Nebel", "alt_en": "A pool in the mist"}
        story = await Story.add_image(story.id, picture, by=author, now=now, rights="CC0", **alts)
    await Story.submit(story.id, by=author, now=now)
    consent = await Story.request_consent(story.id, by=author, now=now)
    await StoryConsent.grant(consent.id, by=lead, now=now)
    story = await Story.approve(story.id, by=editor, now=now)
    return Newsroom(story, author, editor, lead, consent.id)


@pytest.fixture
async def newsroom(database: str, now: datetime) -> Newsroom:
    room = await ready_story(now)
    await Story.publish(room.story.id, by=room.editor, now=now)
    room.story = await Story.go_public(room.story.id, now=now)
    return room


async def do(tools: Tools, row: JobRun) -> Ending:
    """Run a job as the crew would, once."""
    return await HANDLERS[row.work](tools, Job(row.id, row.work, row.key, row.payload, 1))


async def once(tools: Tools, work: str) -> datetime:
    """Run the only job of this kind once; it says when to come again."""
    ending = await do(tools, await JobRun.get(work=work))
    assert isinstance(ending, Later)
    return ending.at


async def work_off(tools: Tools, clock: Clock, *works: str, steps: int = 100) -> None:
    """Do all waiting jobs of these kinds; when a job says "later", it is later."""
    for row in await JobRun.filter(work__in=works, state=JobState.PENDING).order_by("due_at"):
        for _ in range(steps):
            ending = await do(tools, row)
            if not isinstance(ending, Later):
                assert isinstance(ending, Done)
                break
            clock.to(ending.at)
        else:
            raise AssertionError(f"{row.work} never ends")
        await JobRun.filter(id=row.id).update(state=JobState.DONE)
