"""A question from being asked to being answered: who reads it, who has it in hand, and what becomes of it."""

import asyncio
from datetime import datetime, timedelta

import pytest

import models
from models.access import ANONYMOUS, Viewer, visible
from models.errors import NotAllowed, NotFound, Refusal
from models.members import Block
from models.questions import Asked, MeToo, Question, QuestionState, Sought, questions
from models.questions.refusals import (
    ClaimedAlready,
    NoTeamHere,
    StillHeld,
    TeamForThat,
    TooManyClaims,
    TooManyQuestions,
    YourOwnQuestion,
)
from models.search import Question as Search
from models.search import Search as Finder
from models.signin import viewer_of
from models.teams import TeamMembership
from tests import people
from tests.graph.frontend import Frontend, heard
from tests.questions.waiting import asked, waiting
from workers.outbox import relay

HOUR = timedelta(hours=1)
S = QuestionState


async def again(viewer: Viewer, now: datetime) -> Viewer:
    """With what they are by now."""
    assert viewer.person_id is not None
    found = await viewer_of(viewer.person_id, now=now)
    assert found is not None
    return found


async def reads(viewer: Viewer, question: Question) -> bool:
    return await visible(Question.filter(id=question.id), viewer).exists()


async def test_members_read_it_once_somebody_has_looked_at_it(database: str, now: datetime) -> None:
    """Before that whoever asked and staff; of a team alone the team; strangers never (domain.md, 8)."""
    team = await people.team()
    lead, asker = await people.lead_of(team.id, now=now), await people.participant("Ada", now=now)
    await TeamMembership.create(team_id=team.id, person_id=asker.person_id)
    asker = await again(asker, now)
    other, manager = await people.participant("Otto", now=now), await people.manager(now=now)
    everybody = {"asker": asker, "lead": lead, "other": other, "manager": manager, "nobody": ANONYMOUS}

    fresh = await asked(asker, now)
    queued = await waiting(asker, manager, now)
    of_team = await waiting(asker, manager, now, team_id=team.id, within_team=True)
    parked = await Question.park((await waiting(asker, manager, now)).id, by=manager, now=now)

    readers = {name: [await reads(who, q) for q in (fresh, queued, of_team, parked)] for name, who in everybody.items()}
    assert readers == {
        "asker": [True, True, True, True],
        "lead": [False, True, True, False],
        "other": [False, True, False, False],
        "manager": [True, True, True, True],
        "nobody": [False, False, False, False],
    }


async def test_a_question_goes_its_way(database: str, now: datetime) -> None:
    asker, helper = await people.participant("Ada", now=now), await people.participant("Hanna", now=now)
    manager = await people.manager(now=now)
    question = await waiting(asker, manager, now)
    id, due = question.id, question.sla_due_at

    await Question.claim(id, by=helper, now=now)
    await Question.request_info(id, "Welches System?", by=helper, now=now + HOUR)
    question = await Question.add_info(id, "Linux.", by=asker, now=now + 5 * HOUR)
    assert (question.state, question.claimed_by_id) == (S.QUEUED, None)
    assert question.sla_due_at == due + 4 * HOUR, "the time in which we waited for the asker is not ours"
    question, answer = await Question.answer(id, "So geht es.", by=helper, now=now + 6 * HOUR)
    with pytest.raises(NotAllowed):
        await Question.accept(id, answer.id, by=helper, now=now)
    question = await Question.accept(id, answer.id, by=asker, now=now + 7 * HOUR)
    assert (question.state, question.accepted_answer_id) == (S.ACCEPTED, answer.id)

    question = await Question.reopen(id, by=asker, now=now + 8 * HOUR)
    assert (question.state, question.accepted_answer_id, question.sla_due_at) == (S.QUEUED, None, now + 56 * HOUR)
    await Question.close(id, by=manager, now=now, reason="Doppelt")
    with pytest.raises(NotAllowed):  # what a manager has closed stays closed
        await Question.reopen(id, by=asker, now=now)
    assert (await Question.reopen(id, by=manager, now=now)).state is S.QUEUED


async def test_of_many_who_take_it_over_at_once_one_has_it(database: str, now: datetime) -> None:
    """E30, on both databases: the others are told that somebody is at it."""
    asker, manager = await people.participant("Ada", now=now), await people.manager(now=now)
    question = await waiting(asker, manager, now)
    many = [await people.person(f"Hand {n}", now=now) for n in range(5)]

    tried = [Question.claim(question.id, by=each, now=now) for each in many]
    outcomes = await asyncio.gather(*tried, return_exceptions=True)

    (won,) = [each for each in outcomes if isinstance(each, Question)]
    lost = [each for each in outcomes if isinstance(each, ClaimedAlready)]
    assert len(lost) == 4
    assert (await Question.get(id=question.id)).claimed_by_id == won.claimed_by_id
    assert await models.AuditEvent.filter(subject_id=question.id, action="claim").count() == 1


async def test_whoever_has_it_may_give_it_back_and_a_day_is_theirs(database: str, now: datetime) -> None:
    """E61: a manager hands it over; without an answer it is free after a day (C2.2)."""
    asker, helper = await people.participant("Ada", now=now), await people.participant("Hanna", now=now)
    other, manager = await people.participant("Otto", now=now), await people.manager(now=now)
    question = await waiting(asker, manager, now)

    for who in (helper, manager):
        await Question.claim(question.id, by=helper, now=now)
        with pytest.raises(NotAllowed):
            await Question.hand_back(question.id, by=other, now=now)
        assert (await Question.hand_back(question.id, by=who, now=now)).claimed_by_id is None
    await Question.claim(question.id, by=helper, now=now)
    with pytest.raises(StillHeld):
        await Question.release(question.id, now=now + 23 * HOUR)
    assert (await Question.release(question.id, now=now + 24 * HOUR)).state is S.QUEUED
    with pytest.raises(YourOwnQuestion):
        await Question.claim(question.id, by=asker, now=now)


async def test_those_who_must_not_meet_do_not_find_each_others_questions(database: str, now: datetime) -> None:
    """E38: absent without a word, for both; staff read it and are told that somebody else is at it."""
    asker, other = await people.participant("Ada", now=now), await people.participant("Otto", now=now)
    manager = await people.manager(now=now)
    named = await waiting(asker, manager, now)
    unnamed = await waiting(asker, manager, now, anonymous=True)
    assert asker.person_id is not None
    for who in (other, manager):
        await Block.put(asker.person_id, by=who, now=now)
    other, manager = await again(other, now), await again(manager, now)

    assert [await reads(other, each) for each in (named, unnamed)] == [False, True]
    with pytest.raises(NotFound):
        await Question.claim(named.id, by=other, now=now)
    with pytest.raises(ClaimedAlready):
        await Question.claim(named.id, by=manager, now=now)
    assert (await Question.claim(unnamed.id, by=other, now=now)).state is S.CLAIMED


async def test_me_too_counts_once_and_follows_a_merge_there_and_back(database: str, now: datetime) -> None:
    asker, manager = await people.participant("Ada", now=now), await people.manager(now=now)
    one, two = await people.participant("Eins", now=now), await people.participant("Zwei", now=now)
    known, twin = await waiting(asker, manager, now), await waiting(one, manager, now)

    for yes in (True, True, False, True):
        known = await Question.say_me_too(known.id, yes, by=two, now=now)
    await Question.say_me_too(twin.id, by=two, now=now)
    assert (known.me_too, (await Question.say_me_too(known.id, by=asker, now=now)).me_too) == (1, 1)
    await Question.mark_duplicate(twin.id, known.id, by=manager, now=now)
    assert (await Question.get(id=known.id)).me_too == 2, "Eins has come along, Zwei was there"
    later = await Question.say_me_too(twin.id, by=await people.participant("Drei", now=now), now=now)
    assert (later.id, later.me_too) == (known.id, 3)

    twin = await Question.reopen(twin.id, by=manager, now=now)
    assert (twin.state, twin.canonical_id, (await Question.get(id=known.id)).me_too) == (S.QUEUED, None, 2)
    assert await MeToo.filter(question_id=known.id, person_id=one.person_id).count() == 0


async def test_what_is_asked_must_be_whole(database: str, now: datetime) -> None:
    team = await people.team()
    lead, manager = await people.lead_of(team.id, now=now), await people.manager(now=now)
    for refusal, how in (
        (NoTeamHere, {"anonymous": True, "team_id": team.id}),
        (TeamForThat, {"within_team": True}),
        (NotFound, {"under_alias": True}),
    ):
        with pytest.raises(refusal):
            await asked(lead, now, **how)
    for _ in range(10):
        question = await waiting(lead, manager, now)
    with pytest.raises(TooManyQuestions):
        await asked(lead, now)
    for number, row in enumerate(await Question.all().order_by("id")[:6]):
        claim = Question.claim(row.id, by=manager, now=now)
        if number < 5:
            await claim
            continue
        with pytest.raises(TooManyClaims):
            await claim
    with pytest.raises(Refusal) as stale:
        await Question.update(question.id, Asked(title="Neu"), by=lead, now=now, version=1)
    assert stale.value.code == "STALE"


async def test_the_list_knows_what_is_mine_and_what_waits_for_me(database: str, now: datetime) -> None:
    asker, helper = await people.participant("Ada", now=now), await people.participant("Hanna", now=now)
    manager = await people.manager(now=now)
    mine = await waiting(asker, manager, now, anonymous=True)
    taken, other = await waiting(asker, manager, now + HOUR), await waiting(helper, manager, now)
    await Question.claim(taken.id, by=helper, now=now)
    await Question.request_info(mine.id, "Wie viele?", by=manager, now=now)
    await models.search.rebuild()

    async def listed(who: Viewer, **sought: bool) -> set[object]:
        return {row.id for row in await visible(questions(Sought(**sought), who), who)}  # type: ignore[arg-type]

    assert await listed(asker, mine=True) == {mine.id, taken.id}
    assert await listed(asker, waiting_for_me=True) == {mine.id}
    assert await listed(helper, waiting_for_me=True) == {taken.id}
    assert await listed(manager, mine=True) == set()
    for who, found in ((helper, {taken.id, other.id}), (ANONYMOUS, set())):
        hits = await Finder(Search.of("Umgebung", None), who).hits(100)
        assert {hit.subject_id for hit in hits} == found


async def test_the_asker_hears_of_everything_members_of_what_they_read(frontend: Frontend, now: datetime) -> None:
    asker, member = await people.participant("Ada", now=now), await people.participant("Otto", now=now)
    manager = await people.manager(now=now)
    question = await waiting(asker, manager, now, anonymous=True)
    await Question.request_info(question.id, "Wie viele?", by=manager, now=now)
    await Question.add_info(question.id, "Acht.", by=asker, now=now)
    await Question.park(question.id, by=manager, now=now)
    await Question.reopen(question.id, by=manager, now=now)
    while (await relay())[0]:
        pass

    async def told(who: Viewer, events: int) -> list[tuple[bool, object]]:
        stream = heard(frontend, who, "QuestionUpdated", id=str(question.id), after="0")
        found = [await anext(stream) for _ in range(events)]
        await stream.aclose()
        return [(each["question"]["isYours"], each["question"]["asker"]) for each in found]

    # Members hear three times that it waits; the asker also of being looked at, asked, parked and taken up again.
    assert await told(member, 3) == [(False, None)] * 3
    assert await told(asker, 8) == [(True, None)] * 8
