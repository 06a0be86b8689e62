"""Who follows a skill or a field of action hears of open questions about it, in a digest, while they are open (C2)."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import models
from models.access import Viewer
from models.following import News, Topic, stop_following
from models.members import Block, Person
from models.notifications import NotificationState
from models.notifications.sorting import arrive, sort
from models.questions import Asked, Question, QuestionKind
from tests import people
from tests.graph.frontend import Frontend
from tests.questions.test_routing import follow_up
from tests.questions.waiting import asked, knows, skill, told, waiting
from workers.work import Tools

HOUR = timedelta(hours=1)


async def follower(name: str, now: datetime, languages: tuple[str, ...] = ("de",), **topic: Any) -> Viewer:
    viewer = await people.person(name, now=now)
    await Person.filter(id=viewer.person_id).update(languages=list(languages))
    await models.Follow.begin(Topic(**topic), by=viewer)
    return viewer


async def hear(tools: Tools, at: datetime) -> list[UUID]:
    """Who reads of an open question, after the jobs and the digest's collecting have run more often than they need."""
    await follow_up(tools, at, times=2)
    for _ in range(2):
        await arrive(at)
        await sort(at)
    return sorted(await told("follow.question"))


def ids(*viewers: Viewer) -> list[UUID | None]:
    return sorted(viewer.person_id for viewer in viewers)  # type: ignore[type-var]


async def test_whoever_follows_a_topic_hears_of_a_question_once_and_while_it_is_open(
    database: str, tools: Tools, now: datetime
) -> None:
    """E31: by skill, wider skill, field of action or all questions, in the language; not whoever knows of it anyway."""
    asker, manager = await people.participant(now=now), await people.manager(now=now)
    coding = await skill("Programmieren", "Programming")
    about = await skill(parent_id=coding)
    area = await models.FieldOfAction.create(key="education", title_de="Bildung")
    able = [
        await follower("Narrow", now, skill_id=about),
        await follower("Wide", now, skill_id=coding),
        await follower("Area", now, field_of_action_id=area.id),
        await follower("All", now, news=News.QUESTIONS),
    ]
    await models.Follow.begin(Topic(skill_id=coding), by=able[0])  # a second way to the same question
    await models.Follow.begin(Topic(skill_id=about), by=asker)
    await follower("English", now, ("en",), skill_id=about)
    await follower("Elsewhere", now, skill_id=await skill("Recht", "Law"))
    routed = await knows(await follower("Routed", now, skill_id=about), about, now)
    also, apart = await follower("Also", now, skill_id=about), await follower("Apart", now, skill_id=about)
    assert apart.person_id is not None
    await Block.put(apart.person_id, by=asker, now=now)

    question = await asked(asker, now, skills=[about])
    await models.MeToo.create(question_id=question.id, person_id=also.person_id)
    assert await hear(tools, now) == [], "nobody has looked at it yet"
    said = Asked(fields_of_action=[area.id])
    await Question.triage(question.id, QuestionKind.CONTENT, asked=said, by=manager, now=now)
    assert await hear(tools, now) == ids(*able)
    assert await told("question.routed") == [routed.person_id]
    rows = models.Notification.filter(what="follow.question", state=NotificationState.DIGEST)
    assert await rows.count() == len(able), "no mail of its own"

    await Question.claim(question.id, by=able[0], now=now)
    assert await hear(tools, now) == [], "somebody is at it: it is in nobody's digest"
    await Question.hand_back(question.id, by=able[0], now=now + HOUR)
    assert await hear(tools, now + HOUR) == ids(*able)
    await stop_following((await models.Follow.get(news=News.QUESTIONS)).id, by=able[3], now=now)
    twice = await models.Follow.get(person_id=able[0].person_id, skill_id=coding)
    await stop_following(twice.id, by=able[0], now=now)
    assert await hear(tools, now + HOUR) == ids(*able[:3]), "whoever follows it no more, but for another way"
    await Question.answer(question.id, "So geht es.", by=routed, now=now + HOUR)
    assert await hear(tools, now + 2 * HOUR) == []


async def test_a_digest_that_went_out_is_not_repeated_when_the_question_waits_again(
    database: str, tools: Tools, now: datetime
) -> None:
    asker, manager = await people.participant(now=now), await people.manager(now=now)
    zoe = await follower("Zoë", now, news=News.QUESTIONS)
    question = await waiting(asker, manager, now)
    await hear(tools, now)
    morning = now + 24 * HOUR
    await hear(tools, morning)
    assert await models.NotificationMail.filter(person_id=zoe.person_id, digest=True).count() == 1
    await models.NotificationMail.all().update(state="sent")

    await Question.claim(question.id, by=zoe, now=morning)
    await Question.hand_back(question.id, by=zoe, now=morning)
    assert await hear(tools, morning + HOUR) == ids(zoe)


async def test_nobody_learns_from_a_digest_who_asked(database: str, tools: Tools, now: datetime) -> None:
    """C2.3: everybody who follows it is told, also those who must not meet the asker; what is a team's stays there."""
    asker, manager = await people.participant(now=now), await people.manager(now=now)
    apart = await follower("Apart", now, news=News.QUESTIONS)
    await models.Follow.begin(Topic(news=News.QUESTIONS), by=asker)
    assert apart.person_id is not None
    await Block.put(apart.person_id, by=asker, now=now)
    group = await people.team()
    lead = await people.lead_of(group.id, now=now)

    question = await waiting(asker, manager, now, anonymous=True)
    await waiting(lead, manager, now, team_id=group.id, within_team=True)
    assert await hear(tools, now) == ids(apart)
    row = await models.Notification.get(what="follow.question")
    assert (row.about, row.subject_id) == ({"title": question.title, "question": str(question.id)}, question.id)


async def test_a_follow_goes_along_when_skills_are_merged(database: str, now: datetime) -> None:
    manager, zoe = await people.manager(now=now), await people.participant(now=now)
    old, new = await skill("Coding", "Coding"), await skill("Programmieren", "Programming")
    for topic in (old, new):
        await models.Follow.begin(Topic(skill_id=topic), by=zoe)
    otto = await follower("Otto", now, skill_id=old)

    await models.Skill.merge(old, new, by=manager, now=now)

    await models.Follow.begin(Topic(skill_id=new), by=otto)
    await models.Follow.begin(Topic(skill_id=old), by=manager)  # who still sees it
    follows = await models.Follow.all().order_by("id")
    assert [each.person_id for each in follows] == [zoe.person_id, otto.person_id, manager.person_id]
    assert {each.skill_id for each in follows} == {new}


async def test_a_member_follows_a_skill(database: str, frontend: Frontend, now: datetime) -> None:
    zoe, about = await people.participant(now=now), await skill()

    followed = await frontend.do(zoe, "FollowTopic", skillId=str(about))
    (listed,) = [each["node"] for each in (await frontend.ask(zoe, "MyFollows"))["edges"]]

    assert followed["follow"]["skill"] == listed["skill"] == {"key": "python"}
