"""From an answer to the frequent questions in one mutation: with thanks to who knew, and nobody learns who asked."""

import json
from datetime import datetime, timedelta
from typing import Any

import models
from models.access import Viewer
from models.members import Person
from models.questions import Question
from tests import people
from tests.graph.frontend import ANONYMOUS, Frontend
from tests.questions.waiting import skill, waiting

READY = {"licence": "CC BY 4.0", "level": "BEGINNER", "publish": True}


async def answered(by: Viewer, asker: Viewer, now: datetime, **more: Any) -> Question:
    question = await waiting(asker, await people.manager(now=now), now, title="Brauchen wir einen Verein?", **more)
    _, answer = await Question.answer(question.id, "Nein, **noch nicht**.", by=by, now=now)
    return await Question.accept(question.id, answer.id, by=asker, now=now)


async def test_an_answered_question_is_one_mutation_away_from_the_faq(
    frontend: Frontend,
    now: datetime,
) -> None:
    """C7.4, C15.4: author credit stays; without what a published resource needs nothing is written at all."""
    editor, asker = await people.editor(now=now), await people.participant(now=now)
    expert = await people.person("Ines Álvarez", now=now)
    await Person.filter(id=expert.person_id).update(name_for="public")
    about = await skill("Recht", "Law")
    question = await answered(expert, asker, now, skills=[about])
    due = (now + timedelta(days=180)).isoformat()
    said = {"questionId": str(question.id), **READY, "reviewDueAt": due}

    assert await frontend.code(asker, "PromoteToLearning", **said) == "NOT_ALLOWED"
    assert await frontend.code(editor, "PromoteToLearning", **{**said, "licence": ""}) == "NOT_DESCRIBED"
    assert await models.LearningResource.all().count() == 0
    made = (await frontend.do(editor, "PromoteToLearning", **said, titleEn="Do we need an association?"))["resource"]

    assert (made["state"], made["origin"], made["question"]["id"]) == ("PUBLISHED", "QUESTION", str(question.id))
    (edge,) = (await frontend.ask(ANONYMOUS, "Faq", skill=str(about)))["edges"]
    row = edge["node"]
    assert row["title"] == {"de": "Brauchen wir einen Verein?", "en": "Do we need an association?"}
    assert row["body"] == {"de": "Nein, **noch nicht**.", "en": ""}, "a gap is an empty text, and shown as one"
    assert row["author"]["displayName"] == "Ines Álvarez"
    assert await frontend.code(editor, "PromoteToLearning", **said) == "PROMOTED_ALREADY"
    told = await models.Notification.filter(what="learning.published")
    assert [each.person_id for each in told] == [expert.person_id]


async def test_who_asked_unnamed_is_not_in_what_becomes_of_it(frontend: Frontend, now: datetime) -> None:
    """C7.4: no credit for an anonymous asker who found out, and nothing that tells who it was."""
    editor, asker = await people.editor(now=now), await people.participant("Zoë Müller", now=now)
    question = await answered(asker, asker, now, anonymous=True)
    draft = (await frontend.do(editor, "PromoteToLearning", questionId=str(question.id)))["resource"]

    assert draft["state"] == "SUGGESTED" and draft["author"] is None
    for who in (editor, await people.manager(now=now), await people.administrator(now=now)):
        seen = await frontend.ask(who, "LearningResourcePage", id=draft["id"])
        assert seen is not None and str(asker.person_id) not in json.dumps(seen) and "Zoë" not in json.dumps(seen)
    events = await models.OutboxEvent.filter(subject_id=draft["id"])
    assert all(str(asker.person_id) not in str(event.payload) for event in events)
    trail = await models.AuditEvent.filter(subject_id=draft["id"])
    assert {row.actor_id for row in trail} == {editor.person_id}


async def test_nobody_publishes_their_own_answer_and_teams_keep_theirs(
    frontend: Frontend,
    now: datetime,
) -> None:
    editor, team = await people.editor(now=now), await people.team()
    lead = await people.lead_of(team.id, now=now)
    own = await answered(editor, lead, now)
    inside = await answered(lead, lead, now, team_id=team.id, within_team=True)
    unanswered = await waiting(lead, await people.manager(now=now), now)
    said = {**READY, "reviewDueAt": (now + timedelta(days=9)).isoformat(), "credit": False}

    async def code(question: Question) -> str | None:
        return await frontend.code(editor, "PromoteToLearning", questionId=str(question.id), **said)

    assert await code(own) == "FOUR_EYES"
    assert await code(inside) == "TEAMS_OWN"
    assert await code(unanswered) == "NOT_ANSWERED"
