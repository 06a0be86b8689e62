"""The demo community moves in once, in believable order, and every screen has something to show."""

from datetime import UTC, datetime, timedelta

import pytest

import models
from leuchtturm.seeds import people, seed
from leuchtturm.seeds.calendar import Calendar
from models.members import Person
from models.publishing import PostState
from models.roles import Role
from models.signin import viewer_of
from models.site import Site
from models.stories import StoryState

MOMENTS = [
    datetime(2020, 4, 14, 8, 0, tzinfo=UTC),
    datetime(2026, 11, 24, 19, 0, tzinfo=UTC),
    datetime(2026, 3, 30, 6, 0, tzinfo=UTC),  # a Monday, the day after a change of clocks
    datetime(2027, 1, 1, 0, 30, tzinfo=UTC),  # ISO week 53
]


@pytest.mark.parametrize("now", MOMENTS)
async def test_the_community_moves_in_whenever_it_is(database: str, now: datetime) -> None:
    assert await seed(now)

    assert 55 <= await Person.all().count() <= 65
    assert await models.Team.filter(state="listed").count() == 8
    assert await models.ProgrammeBlock.all().count() == 4
    states = {story.state for story in await models.Story.all()}
    assert states == {
        StoryState.LEAD, StoryState.IN_REVIEW, StoryState.SCHEDULED, StoryState.PUBLISHED,
        StoryState.CORRECTED, StoryState.RETRACTED,
    }  # fmt: skip
    assert not await models.OutboxEvent.filter(at__gt=now).count()
    assert not [s for s in await models.Story.filter(state="scheduled") if not s.publish_at or s.publish_at <= now]


async def test_a_second_time_changes_nothing(database: str, now: datetime) -> None:
    await seed(now)
    before = await models.OutboxEvent.all().count()

    assert not await seed(now + timedelta(days=40))

    assert await models.OutboxEvent.all().count() == before


async def test_the_people_to_sign_in_as_have_their_roles(database: str, now: datetime) -> None:
    await seed(now)

    for member in people.SIGN_IN:
        person = await Person.by_email(member.email)
        assert person
        viewer = await viewer_of(person.id, now=now)
        assert viewer
        assert member.role in viewer.roles if member.role else viewer.leads
    administrator = await Person.by_email("wanda@example.org")
    assert administrator and Role.ADMINISTRATOR in (await viewer_of(administrator.id, now=now)).roles  # type: ignore[union-attr]


async def test_posts_wait_for_the_worker_and_for_a_human(database: str, now: datetime) -> None:
    await seed(now, Site(base_url="https://demo.example.org"))

    states = [post.state for post in await models.ChannelPost.all()]
    (lost,) = await models.ChannelPost.filter(state=PostState.NEEDS_HUMAN).prefetch_related("channel")

    assert states.count(PostState.FAILED_RETRYABLE) == 1
    assert PostState.QUEUED in states
    assert lost.channel.kind == "twitter"
    assert "https://demo.example.org/s/" in lost.text


async def test_every_public_figure_has_its_source(database: str, now: datetime) -> None:
    """E63: and none of them from the future."""
    await seed(now)

    successes = await models.Success.all()

    assert {success.state.value for success in successes} == {"published", "corrected"}
    assert all(success.source_url.startswith("https://") for success in successes)
    assert all(success.as_of <= now.date() for success in successes)


async def test_invented_teams_say_so_and_addresses_reach_nobody(database: str, now: datetime) -> None:
    await seed(now)

    assert all(team.slug.startswith("demo-") for team in await models.Team.all())
    assert all(person.email.endswith("@example.org") for person in await Person.all())


@pytest.mark.parametrize("now", MOMENTS)
def test_weekdays_and_times_on_the_wall_stay(now: datetime) -> None:
    calendar = Calendar(now, Site().zone)

    moved = calendar.at(4, 9, 10).astimezone(Site().zone)

    assert (moved.isoweekday(), moved.hour) == (4, 10)
    assert moved <= now
    assert calendar.week(16) == now.astimezone(Site().zone).isocalendar()[:2]
