"""The desk: what was given up is seen, retried or let go; who did what is seen too."""

from datetime import datetime

import pytest

import models
from models.access import ANONYMOUS, SYSTEM, Viewer
from models.jobs import JobState
from tests import people
from tests.graph.frontend import Frontend
from tests.graph.told import drafted, room


async def given_up(now: datetime) -> models.JobRun:
    """A job that failed until nobody tried any more."""
    await models.JobRun.enqueue("mail.sign_in", f"a key of {now}", due_at=now, payload={"link": "no id"})
    job = await models.JobRun.get()
    await job.follow("claim", by=SYSTEM, now=now)
    job.last_error = "550 no such user ada@example.org, password=hunter2"
    job.attempts = 12
    await job.follow("give_up", by=SYSTEM, now=now)
    return job


@pytest.fixture
async def manager(database: str, now: datetime) -> Viewer:
    return await people.manager(now=now)


async def test_a_dead_letter_is_seen_without_addresses_and_secrets(
    frontend: Frontend, manager: Viewer, now: datetime
) -> None:
    await given_up(now)

    (edge,) = (await frontend.ask(manager, "DeadLetters"))["edges"]

    assert (edge["node"]["work"], edge["node"]["attempts"]) == ("mail.sign_in", 12)
    assert "ada@" not in edge["node"]["lastError"]
    assert "hunter2" not in edge["node"]["lastError"]
    assert (edge["node"]["retry"]["allowed"], edge["node"]["discard"]["allowed"]) == (True, True)


async def test_a_dead_letter_goes_back_to_work(frontend: Frontend, manager: Viewer, now: datetime) -> None:
    job = await given_up(now)

    retried = await frontend.do(manager, "RetryDeadLetter", id=str(job.id))

    assert (retried["job"]["state"], retried["job"]["attempts"]) == ("PENDING", 0)
    assert (await frontend.ask(manager, "DeadLetters"))["edges"] == []
    assert frontend.rung
    assert await frontend.code(manager, "RetryDeadLetter", id=str(job.id)) == "WRONG_STATE"


async def test_a_dead_letter_is_let_go_with_a_reason(frontend: Frontend, manager: Viewer, now: datetime) -> None:
    job = await given_up(now)

    assert await frontend.code(manager, "DiscardDeadLetter", id=str(job.id), reason=" ") == "TEXT_MISSING"
    gone = await frontend.do(manager, "DiscardDeadLetter", id=str(job.id), reason="Die Person hat sich gemeldet.")

    assert gone["job"]["state"] == "DISCARDED"
    log = await frontend.ask(manager, "AuditOf", subjectId=str(job.id))
    last = log["edges"][-1]["node"]
    assert (last["action"], last["before"], last["after"]) == ("discard", "dead", "discarded")
    assert (last["note"], last["actor"]["displayName"]) == ("Die Person hat sich gemeldet.", "Çiğdem Öztürk")


async def test_the_audit_log_tells_who_did_what(frontend: Frontend, now: datetime) -> None:
    here = await room(now)
    story = await drafted(frontend, here)
    await frontend.do(here.writer, "SubmitForReview", id=story["id"])

    log = await frontend.ask(here.manager, "AuditOf", subjectId=story["id"])

    assert [edge["node"]["action"] for edge in log["edges"]] == ["lead", "draft", "submit"]
    assert {edge["node"]["actor"]["displayName"] for edge in log["edges"]} == {"Edda Lorenz"}


async def test_the_desk_is_for_staff(frontend: Frontend, now: datetime) -> None:
    job = await given_up(now)
    zoe = await people.participant(now=now)

    for viewer in (ANONYMOUS, zoe):
        assert (await frontend.ask(viewer, "DeadLetters"))["totalCount"] == 0
        assert (await frontend.ask(viewer, "AuditOf", subjectId=str(job.id)))["edges"] == []
        assert await frontend.code(viewer, "RetryDeadLetter", id=str(job.id)) == "NOT_FOUND"
        assert await frontend.code(viewer, "DiscardDeadLetter", id=str(job.id), reason="weg") == "NOT_FOUND"
    assert (await models.JobRun.get(id=job.id)).state is JobState.DEAD
