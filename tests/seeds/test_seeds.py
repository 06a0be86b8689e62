"""The demo community moves in once, in believable order, and every screen has something to show."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

import models
from leuchtturm.seeds import people, rehearses, seed
from leuchtturm.seeds.calendar import Calendar
from leuchtturm.seeds.newsletter import SHOWN_TO
from leuchtturm.settings import Settings
from models.language import Language
from models.members import Person
from models.newsletter.weeks import Week
from models.publishing import ChannelKind, PostState
from models.questions import QuestionState
from models.roles import Role
from models.signin import viewer_of
from models.site import Site
from models.stories import StoryState
from tests.living import move_in

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
    await move_in(now)
    before = await models.OutboxEvent.all().count()

    assert not await seed(now + timedelta(days=40))

    assert await models.OutboxEvent.all().count() == before


async def test_the_people_to_sign_in_as_have_their_roles(database: str, now: datetime) -> None:
    await move_in(now)

    for member in people.SIGN_IN:
        person = await Person.by_email(member.email)
        assert person
        viewer = await viewer_of(person.id, now=now)
        assert viewer
        assert member.role in viewer.roles if member.role else viewer.leads
    administrator = await Person.by_email("wanda@example.org")
    assert administrator and Role.ADMINISTRATOR in (await viewer_of(administrator.id, now=now)).roles  # type: ignore[union-attr]


async def test_posts_are_out_and_two_had_trouble(database: str, now: datetime) -> None:
    await seed(now, Site(base_url="https://demo.example.org"))

    states = [post.state for post in await models.ChannelPost.all()]
    (lost,) = await models.ChannelPost.filter(state=PostState.NEEDS_HUMAN).prefetch_related("channel")
    recorded = await models.RecordedPost.all()

    assert states.count(PostState.FAILED_RETRYABLE) == 1
    assert PostState.QUEUED not in states
    assert states.count(PostState.SENT) > len(recorded) - 4 > 4
    assert all(post.created_at <= now for post in recorded)
    assert lost.channel.kind == "twitter"
    assert "https://demo.example.org/s/" in lost.text


async def test_invented_stories_never_reach_real_networks(database: str, now: datetime) -> None:
    """A developer's own credentials are in the settings: the worker would use them."""
    settings = Settings(_env_file=None, mastodon_base_url="https://m.example.org", mastodon_access_token=SecretStr("x"))
    assert rehearses(Settings(_env_file=None))

    await seed(now, networks=rehearses(settings))

    assert {channel.kind for channel in await models.Channel.all()} == {ChannelKind.BLOG, ChannelKind.RECORD}


@pytest.mark.parametrize("now", MOMENTS)
async def test_two_issues_were_sent_one_is_in_review_one_collects(database: str, now: datetime) -> None:
    await move_in(now)

    issues = await models.NewsletterIssue.all().order_by("iso_year", "iso_week")

    assert [issue.state.value for issue in issues] == ["sent", "sent", "in_review", "collecting"]
    assert issues[3].week == Week.of(now, Site().zone)
    assert {copy.state.value for copy in await models.Delivery.all()} == {"sent"}
    assert await models.Delivery.filter(issue_id=issues[0].id).count() >= 14
    assert {mail.recipient for mail in await models.CaughtMail.all()} == set(SHOWN_TO)


async def test_readers_are_in_every_state(database: str, now: datetime) -> None:
    await move_in(now)

    states = Counter(reader.state.value for reader in await models.Subscription.all())

    assert states == {"confirmed": 14, "bounced": 1, "unsubscribed": 1, "pending": 1}


async def test_questions_are_in_every_state(database: str, now: datetime) -> None:
    await move_in(now)

    questions = await models.Question.all().order_by("-me_too")

    assert len(questions) == 25
    assert {question.state for question in questions} == set(QuestionState) - {QuestionState.TRIAGED}
    assert (questions[0].me_too, sum(question.anonymous for question in questions)) == (10, 2)
    assert {question.alias for question in questions} == {"", "Regenschirm"}
    assert 3 <= sum(question.language is Language.EN for question in questions) <= 5


async def test_every_public_figure_has_its_source(database: str, now: datetime) -> None:
    """E63: and none of them from the future."""
    await move_in(now)

    successes = await models.Success.all()

    assert {success.state.value for success in successes} == {"published", "corrected"}
    assert all(success.source_url.startswith("https://") for success in successes)
    assert all(success.as_of <= now.date() for success in successes)


async def test_invented_teams_say_so_and_addresses_reach_nobody(database: str, now: datetime) -> None:
    await move_in(now)

    assert all(team.slug.startswith("demo-") for team in await models.Team.all())
    assert all(person.email.endswith("@example.org") for person in await Person.all())


@pytest.mark.parametrize("now", MOMENTS)
def test_weekdays_and_times_on_the_wall_stay(now: datetime) -> None:
    calendar = Calendar(now, Site().zone)

    moved = calendar.at(4, 9, 10).astimezone(Site().zone)

    assert (moved.isoweekday(), moved.hour) == (4, 10)
    assert moved <= now
    assert calendar.week(16) == now.astimezone(Site().zone).isocalendar()[:2]
