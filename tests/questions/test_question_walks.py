"""The table is the truth: whoever does whatever, a question moves along declared edges only.

And whatever they do: it is in the hands of somebody exactly while it is claimed, and "me too" is counted rightly.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import models
from models.access import SYSTEM, Viewer
from models.errors import Refusal
from models.outbox import AuditEvent
from models.questions import Answer, Asked, MeToo, Question, QuestionKind, QuestionState
from models.questions.leaving import hand_over
from tests import people

VERBS = [
    "triage", "claim", "hand back", "answer", "accept", "request info", "add info", "update", "close", "reopen",
    "park", "duplicate", "me too", "not me", "reroute", "release", "hand over",
]  # fmt: skip
WHO = ["asker", "manager", "expert", "other"]
S = QuestionState


async def act(verb: str, id: UUID, other: UUID, by: Viewer, now: datetime) -> None:
    """Do something to a question, whether it is allowed or not."""
    match verb:
        case "triage":
            await Question.triage(id, QuestionKind.CONTENT, by=by, now=now)
        case "claim":
            await Question.claim(id, by=by, now=now)
        case "hand back":
            await Question.hand_back(id, by=by, now=now)
        case "answer":
            await Question.answer(id, "So geht es.", by=by, now=now)
        case "accept":
            answer = await Answer.filter(question_id=id).first()
            await Question.accept(id, answer.id if answer else id, by=by, now=now)
        case "request info":
            await Question.request_info(id, "Welches Formular?", by=by, now=now)
        case "add info":
            await Question.add_info(id, "Das lange.", by=by, now=now)
        case "update":
            await Question.update(id, Asked(title="Anders gefragt"), by=by, now=now)
        case "close":
            await Question.close(id, by=by, now=now)
        case "reopen":
            await Question.reopen(id, by=by, now=now)
        case "park":
            await Question.park(id, by=by, now=now)
        case "duplicate":
            await Question.mark_duplicate(id, other, by=by, now=now)
        case "me too" | "not me":
            await Question.say_me_too(id, verb == "me too", by=by, now=now)
        case "reroute":
            await Question.reroute(id, now=now)
        case "release":
            await Question.release(id, now=now + timedelta(days=1))
        case "hand over":
            assert by.person_id is not None
            await hand_over(by.person_id, now=now)


async def all_is_right() -> None:
    for question in await Question.all():
        claimed = question.state is S.CLAIMED
        assert (question.claimed_by_id is not None) is claimed is (question.claimed_at is not None)
        assert (question.canonical_id is not None) is (question.state is S.DUPLICATE)
        assert question.me_too == await MeToo.filter(question_id=question.id).count()
        assert (question.accepted_answer_id is not None) is (question.state is S.ACCEPTED)
        last = await AuditEvent.filter(subject_id=question.id).order_by("-id").first()
        assert last is not None
        assert question.state.value == last.after, "nobody but the table moves the state"


STEPS = st.lists(st.tuples(st.sampled_from(VERBS), st.sampled_from(WHO), st.booleans()), min_size=4, max_size=24)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, anonymous=st.booleans())
async def test_no_undeclared_edge_can_be_taken(
    database: str, now: datetime, steps: list[tuple[str, str, bool]], anonymous: bool
) -> None:
    cast = {name: await people.person(name.title(), now=now) for name in ("asker", "expert", "other")}
    cast["manager"] = await people.manager(now=now)
    said = Asked(title="Welche Rechtsform brauchen wir, um Spenden anzunehmen?")
    pair = [(await Question.ask(said, by=cast["asker"], now=now, anonymous=anonymous)).id for _ in "ab"]
    for id in pair:
        with suppress(Refusal):
            await act("triage", id, id, cast["manager"], now)

    for minute, (verb, who, first) in enumerate(steps):
        id, other = pair if first else reversed(pair)
        with suppress(Refusal):
            await act(verb, id, other, cast[who], now + timedelta(minutes=minute))
        await all_is_right()

    rows = await models.AuditEvent.filter(subject_id__in=pair).exclude(action="ask")
    walked = {(row.before, row.action, row.after) for row in rows}
    assert walked <= {(edge.source.value, edge.action, edge.target.value) for edge in Question.transitions}
    if anonymous:
        assert not await AuditEvent.filter(actor_id=cast["asker"].person_id, subject_id__in=pair).exclude(
            action__in=["claim", "answer"]
        )


async def test_every_declared_edge_is_open_to_somebody(database: str, now: datetime) -> None:
    asker, helper = await people.participant("Ada", now=now), await people.participant("Hanna", now=now)
    manager = await people.manager(now=now)
    row = await Question.ask(Asked(title="Wer hilft?"), by=asker, now=now)
    row.triaged_at, row.claimed_by_id, row.claimed_at, row.withdrawn = now, helper.person_id, now, True

    later = now + timedelta(days=1)
    for edge in Question.transitions:
        row.state = edge.source
        allowed = [(await row.decide(edge.action, by=by, now=later)).allowed for by in (asker, helper, manager, SYSTEM)]
        assert any(allowed), (edge.source, edge.action)
