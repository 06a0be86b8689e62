"""What time does to questions (C2.2): others are asked, managers hear of it, claims end; each once."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import models
from models.members import Person
from models.questions import Priority, Question, QuestionState
from tests import people
from tests.graph.frontend import Frontend
from tests.questions.waiting import asked, knows, skill, told, waiting
from workers import questions
from workers.outbox import REACTIONS, relay
from workers.work import Done, Job, Tools

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def sweep(tools: Tools, at: datetime, *, times: int = 2) -> None:
    """Everything that is done on the schedule, more often than it need be."""
    for _ in range(times):
        for work in (questions.sla_sweep, questions.release_stale_claims):
            job = Job(id=uuid4(), work="questions", key="1", payload={}, attempts=1)
            assert await work(replace(tools, now=lambda: at), job) == Done()


async def test_half_of_the_time_asks_others_and_all_of_it_is_on_the_desk(
    frontend: Frontend,
    tools: Tools,
    now: datetime,
) -> None:
    """C2.2: unanswered at half of the time it is routed again, at the end on the desk; both once."""
    asker, manager = await people.participant(now=now), await people.manager(now=now)
    about = await skill()
    expert = await knows(await people.person("Ines Álvarez", now=now), about, now)
    question = await waiting(asker, manager, now, skills=[about])
    urgent = await waiting(asker, manager, now, priority=Priority.URGENT)
    unseen = await asked(asker, now)

    await sweep(tools, now + 23 * HOUR)
    assert await told("question.routed") == []
    assert set(await told("question.overdue")) == {manager.person_id}, "the urgent one, after eight hours"
    assert (await Question.get(id=urgent.id)).rerouted_at and not (await Question.get(id=question.id)).rerouted_at
    await sweep(tools, now + 24 * HOUR)
    assert await told("question.routed") == [expert.person_id]

    frontend.at(now + 49 * HOUR)
    await sweep(tools, now + 49 * HOUR, times=3)
    desk = [edge["node"]["id"] for edge in (await frontend.ask(manager, "OverdueQuestions"))["edges"]]
    assert desk == [str(urgent.id), str(question.id), str(unseen.id)]
    assert len(await told("question.overdue")) == 3 and len(await told("question.routed")) == 1
    assert (await frontend.ask(asker, "OverdueQuestions"))["edges"] == []

    await Question.answer(question.id, "So.", by=expert, now=now + 50 * HOUR)
    assert len((await frontend.ask(manager, "OverdueQuestions"))["edges"]) == 2


async def test_a_clock_that_stands_still_runs_out_for_nobody(
    database: str,
    tools: Tools,
    now: datetime,
) -> None:
    asker, manager = await people.participant(now=now), await people.manager(now=now)
    question = await waiting(asker, manager, now)
    await Question.request_info(question.id, "Welche?", by=manager, now=now + HOUR)

    await sweep(tools, now + 9 * DAY)
    assert await told("question.overdue") == []
    assert await told("question.needs_info") == [asker.person_id]
    await Question.add_info(question.id, "Diese.", by=asker, now=now + 9 * DAY)
    assert await told("question.info_given") == [manager.person_id]
    await sweep(tools, now + 9 * DAY + 46 * HOUR)
    assert await told("question.overdue") == []
    await sweep(tools, now + 9 * DAY + 47 * HOUR)
    assert await told("question.overdue") == [manager.person_id]


async def test_a_claim_ends_after_a_day_and_at_once_when_somebody_is_away(
    database: str,
    tools: Tools,
    now: datetime,
) -> None:
    """C2.2, E3, E61: nobody's question freezes because a mentor left."""
    asker, manager = await people.participant(now=now), await people.manager(now=now)
    slow, gone = await people.person("Slow", now=now), await people.person("Gone", now=now)
    one, two = [await waiting(asker, manager, now) for _ in "ab"]
    await Question.claim(one.id, by=slow, now=now)
    await Question.claim(two.id, by=gone, now=now)
    assert gone.person_id is not None
    await Person.request_erasure(gone.person_id, by=gone, now=now)
    while (await relay())[0]:
        pass
    for row in await models.JobRun.filter(work="questions.hand_over"):
        assert await questions.hand_over_claims(
            replace(tools, now=lambda: now), Job(id=row.id, work=row.work, key="1", payload=row.payload, attempts=1)
        )

    assert (await Question.get(id=two.id)).state is QuestionState.QUEUED
    await sweep(tools, now + 23 * HOUR)
    assert (await Question.get(id=one.id)).state is QuestionState.CLAIMED
    await sweep(tools, now + DAY)
    assert (await Question.get(id=one.id)).state is QuestionState.QUEUED
    assert await told("question.released") == [slow.person_id]
    await Question.claim(one.id, by=slow, now=now + DAY)
    await sweep(tools, now + DAY + HOUR)
    assert (await Question.get(id=one.id)).claimed_by_id == slow.person_id, "taken again, the day begins anew"
    assert "questions.hand_over" in REACTIONS["person.suspended"]
