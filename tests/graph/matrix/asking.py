"""The room of open questions: of the person concerned, of the team alone, and of somebody whom nobody may learn."""

import models
from models.base import new_id
from models.questions import Question, QuestionState
from tests import people
from tests.graph.matrix.house import House

S = QuestionState
KNOWN = (S.ANSWERED, S.ACCEPTED)
FEW = [S.NEW, S.QUEUED, S.NEEDS_INFO, S.ANSWERED]
"""Enough to tell what members read from what they do not; all states are those of the question by name."""


async def of_the_questions(house: House) -> None:
    """In each state: by name, for the team alone, and anonymously. The last asker does nothing else in the house."""
    now, oneself, member = house.now, house.person_id, house.viewers["member"].person_id
    sealed = await people.participant("Sascha Siegel", handle="sascha-siegel", now=now)
    house.rows["sealed"] = await models.Person.get(id=sealed.person_id)
    asked = {
        "title": "Wer hilft?",
        "body": "Wobei?",
        "asked_at": now,
        "sla_due_at": now,
        "overdue_at": now,
        "triaged_at": now,
        "state": S.QUEUED,
    }
    by_name = await Question.create(person_id=oneself, shown_id=oneself, **asked)
    of_team = await Question.create(person_id=member, shown_id=member, team_id=house.team_id, within_team=True, **asked)
    unnamed = await Question.create(person_id=sealed.person_id, anonymous=True, **asked)
    named = {"by name": by_name, "within the team": of_team, "anonymous": unnamed}
    for name, question in named.items():
        house.rows[f"question {name}"] = question
        for like in await _in_each_state(house, question, name):
            if like.state in KNOWN:
                await _answered(house, like, name)
    await _answered(house, by_name, "by name")
    house.rows["answer"] = await models.Answer.filter(question_id=by_name.id, person_id=member).get()
    for question in (by_name, unnamed):
        for person_id in (oneself, sealed.person_id, member):
            await models.MeToo.create(question_id=question.id, person_id=person_id)
        topic = await models.QuestionTopic.create(question_id=question.id, skill_id=house.rows["skill"].id)
        house.concerns(topic)
    said = await models.Clarification.create(
        question_id=unnamed.id, wanted="Was denn?", info="Das.", asked_at=now, given_at=now, person_id=member,
        given_by_id=sealed.person_id,
    )  # fmt: skip
    house.concerns(said)


async def _in_each_state(house: House, question: Question, name: str) -> list[Question]:
    """With what goes along with a state, as the verbs write it."""
    made = await house.in_each_state(question, None if name == "by name" else FEW)
    for like in made:
        house.concerns(like, f"{name}: {like.state.value}")
        if like.state is S.NEW:
            like.triaged_at = None
        if like.state is S.CLAIMED:
            like.claimed_by_id, like.claimed_at = house.viewers["member"].person_id, house.now
        if like.state is S.DUPLICATE:
            like.canonical_id = question.id
        await like.save()
    house.concerns(question, f"{name}: {question.state.value}")
    return [question, *made]


async def _answered(house: House, question: Question, name: str) -> None:
    """By a member, and by whoever asked: unnamed, where the question is."""
    shown = None if question.is_sealed else question.person_id
    for person_id, by_asker, seen in (
        (house.viewers["member"].person_id, False, house.viewers["member"].person_id),
        (question.person_id, True, shown),
    ):
        answer = await models.Answer.create(
            id=new_id(), question_id=question.id, person_id=person_id, by_asker=by_asker, shown_id=seen,
            body="So geht das.", written_at=house.now,
        )  # fmt: skip
        house.concerns(answer, f"{name}: {question.state.value}")
