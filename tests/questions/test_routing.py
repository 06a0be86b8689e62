"""Who is asked about a new question: a few who know, each told why; nobody twice, and nobody who should not be."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import models
from models.access import Viewer
from models.hours import HourMode
from models.language import Language
from models.members import Block, Person, profile
from models.notifications import NotificationState
from models.questions import Question
from models.roles import Role
from tests import people
from tests.hours.hosting import offered
from tests.questions.waiting import knows, skill, told, waiting
from workers import questions
from workers.outbox import relay
from workers.work import Done, Job, Tools

HOUR = timedelta(hours=1)
ZONE = ZoneInfo("Europe/Berlin")


async def follow_up(tools: Tools, at: datetime, *, times: int = 1) -> None:
    """The jobs that follow from events, more often than they need be."""
    while (await relay())[0]:
        pass
    for _ in range(times):
        for row in await models.JobRun.filter(work="questions.route").order_by("id"):
            job = Job(id=row.id, work=row.work, key="1", payload=row.payload, attempts=1)
            assert await questions.route_question(replace(tools, now=lambda: at), job) == Done()


async def lines(who: Viewer, language: Language) -> list[str]:
    person = await Person.get(id=who.person_id)
    rows = models.Notification.filter(person_id=person.id, what="question.routed")
    return [row.line(language, ZONE) for row in await rows]


async def test_a_few_who_know_are_asked_and_read_why_it_is_them(
    database: str,
    tools: Tools,
    now: datetime,
) -> None:
    """E38: by topic, language and consent, never the asker, and nobody who must not meet them; others at half-time."""
    asker, manager = await people.participant(now=now), await people.manager(now=now)
    coding = await skill("Programmieren", "Programming")
    about = await skill(parent_id=coding)
    able = [await knows(await people.person(f"Able {n}", now=now), about, now) for n in range(7)]
    await knows(asker, about, now)
    apart = await knows(await people.person("Apart", now=now), about, now)
    assert apart.person_id is not None
    await Block.put(apart.person_id, by=asker, now=now)
    english = await knows(await people.person("English", now=now), about, now, languages=["en"])
    silent = await people.person("Silent", now=now)
    await models.PersonSkill.create(person_id=silent.person_id, skill_id=about)  # and no word about being found
    also = await knows(await people.person("Also", now=now), about, now)

    question = await waiting(asker, manager, now, skills=[coding], anonymous=True)
    await models.MeToo.create(question_id=question.id, person_id=also.person_id)
    await follow_up(tools, now, times=2)
    first = await told("question.routed")
    await questions.clock.sweep(now=now + 24 * HOUR)
    second = set(await told("question.routed")) - set(first)

    assert len(first) == 5 and len(second) == 2
    assert set(first) | second == {each.person_id for each in able}, "neither Apart, English, Silent nor Also"
    assert english.person_id not in second
    one = next(each for each in able if each.person_id == first[0])
    assert "because you named “Python”" in (await lines(one, Language.EN))[0]
    assert "weil du „Python“ angegeben hast" in (await lines(one, Language.DE))[0]

    await Question.claim(question.id, by=able[0], now=now + 25 * HOUR)
    left = models.Notification.filter(what="question.routed").exclude(state=NotificationState.CANCELLED)
    assert await left.count() == 0, "somebody is at it: nobody is asked any more"


async def test_hosts_are_asked_about_their_topic_and_experts_where_nobody_else_is(
    database: str,
    tools: Tools,
    now: datetime,
) -> None:
    asker, manager = await people.participant(now=now), await people.manager(now=now)
    host = await people.person("Ines Álvarez", Role.EXPERT, now=now)
    expert = await people.person("Tom O'Brien", Role.EXPERT, now=now)
    about = await skill("Datenschutz", "Privacy")
    await offered(host, now, skills=[about], mode=HourMode.PLENARY)

    await waiting(asker, manager, now, skills=[about])
    await follow_up(tools, now)
    assert await told("question.routed") == [host.person_id]
    assert "Sprechstunde" in (await lines(host, Language.DE))[0]
    question = await waiting(asker, manager, now)
    await follow_up(tools, now)
    assert sorted(await told("question.routed")).count(expert.person_id) == 1  # type: ignore[type-var]
    assert "as an expert" in (await lines(expert, Language.EN))[0]

    await Question.claim(question.id, by=manager, now=now)
    await Question.hand_back(question.id, by=manager, now=now)
    await follow_up(tools, now, times=2)
    assert await models.QuestionRoute.filter(question_id=question.id).count() == 2, "nobody is asked twice"


async def test_whoever_is_away_is_not_asked_until_they_are_back(database: str, tools: Tools, now: datetime) -> None:
    """E61: a manager who is away is not told what waits either, unless nobody else is here."""
    asker, manager = await people.participant(now=now), await people.manager(now=now)
    about, tomorrow = await skill(), (now + 24 * HOUR).date()
    here, away = [await knows(await people.person(name, now=now), about, now) for name in ("Here", "Away")]
    ill = await people.manager("Ben Krank", now=now)
    for viewer in (away, ill):
        await profile.update(by=viewer, now=now, away_until=tomorrow)

    await waiting(asker, manager, now, skills=[about])
    await follow_up(tools, now)
    assert await told("question.routed") == [here.person_id]
    await questions.clock.sweep(now=now + 48 * HOUR)
    assert sorted(await told("question.routed")) == sorted([here.person_id, away.person_id]), "back since today"  # type: ignore[type-var]
    await questions.clock.sweep(now=now + 49 * HOUR)
    assert sorted(await told("question.overdue")) == sorted([manager.person_id, ill.person_id])  # type: ignore[type-var]

    for viewer, expected in ((ill, [manager]), (manager, [manager, ill])):
        await profile.update(by=viewer, now=now, away_until=(now + 96 * HOUR).date())
        await waiting(asker, manager, now, title=f"Und wenn {viewer.person_id} nicht da ist?")
        await models.Notification.all().delete()
        await questions.clock.sweep(now=now + 49 * HOUR)
        assert sorted(await told("question.overdue")) == sorted(each.person_id for each in expected)  # type: ignore[type-var]
