"""People follow what they do not belong to, and hear of it once, in their digest (C12, E35)."""

from datetime import date, datetime

import pytest

import models
from models.access import ANONYMOUS, visible
from models.errors import NotFound, SignInNeeded
from models.following import News, OneTopic, Topic, spread, stop_following
from models.notifications.kinds import KINDS
from models.notifications.states import Way
from models.programme import Figure, Plan
from tests.people import editor, participant, team

pytestmark = pytest.mark.usefixtures("database")


async def told(type: str, now: datetime) -> list[models.Notification]:
    """Spread the event twice, as a job that was interrupted does."""
    event = await models.OutboxEvent.filter(type=type).order_by("-id").first()
    assert event is not None
    await spread(event, now=now)
    assert await spread(event, now=now) == 0
    return await models.Notification.filter(what__startswith="follow.").order_by("id")


async def test_two_ways_to_the_same_news_are_one_notification(now: datetime) -> None:
    zoe, otto = await participant(now=now), await participant("Otto Fern", now=now)
    field = await models.FieldOfAction.create(key="education", title_de="Bildung")
    group = await team(field_of_action_id=field.id)
    for topic in (Topic(team_id=group.id), Topic(field_of_action_id=field.id), Topic(news=News.SUCCESSES)):
        await models.Follow.begin(topic, by=zoe)
        await models.Follow.begin(topic, by=zoe)
    await models.Follow.begin(Topic(news=News.STORIES), by=otto)
    edda, emil = await editor(now=now), await editor("Emil Sommer", now=now)
    figure = Figure("300 Pläne", "Pläne", "300", date(2020, 4, 12), "https://example.org/")
    success = await models.Success.record(figure, team_id=group.id, by=edda, now=now)
    await models.Success.verify(success.id, by=emil, now=now)
    await models.Success.publish(success.id, by=emil, now=now)

    (news,) = await told("success.published", now)

    assert (news.person_id, news.what, news.about["title_en"]) == (zoe.person_id, "follow.success", "300 Pläne")
    assert await visible(models.Follow.all(), zoe).count() == 3
    assert not await visible(models.Follow.all(), edda)


async def test_a_reached_milestone_reaches_those_who_follow_its_block(now: datetime) -> None:
    edda, zoe = await editor(now=now), await participant(now=now)
    block = await models.ProgrammeBlock.create(key="matching-fonds", title_de="Matching Fonds")
    follow = await models.Follow.begin(Topic(block_id=block.id), by=zoe)
    row = await models.Milestone.plan(block.id, Plan("Start", date(2020, 4, 7)), by=edda, now=now)
    await models.Milestone.reach(row.id, date(2020, 4, 7), by=edda, now=now)

    assert [each.what for each in await told("milestone.reached", now)] == ["follow.milestone"]
    assert all(kind.way is Way.DIGEST for kind in KINDS.values() if kind.name.startswith("follow."))

    await stop_following(follow.id, by=edda, now=now)  # somebody else's stays
    assert await models.Follow.all().count() == 1
    await stop_following(follow.id, by=zoe, now=now)
    await models.Milestone.act(row.id, "reopen", by=edda, now=now)
    await models.Milestone.reach(row.id, date(2020, 4, 8), by=edda, now=now)
    assert len(await told("milestone.reached", now)) == 1


async def test_a_topic_is_one_and_visible(now: datetime) -> None:
    zoe, hidden = await participant(now=now), await team()
    await models.Team.filter(id=hidden.id).update(state="draft")

    for topic in (Topic(), Topic(team_id=hidden.id, news=News.ROLES)):
        with pytest.raises(OneTopic):
            await models.Follow.begin(topic, by=zoe)
    with pytest.raises(NotFound):
        await models.Follow.begin(Topic(team_id=hidden.id), by=zoe)
    with pytest.raises(SignInNeeded):
        await models.Follow.begin(Topic(news=News.ROLES), by=ANONYMOUS)
