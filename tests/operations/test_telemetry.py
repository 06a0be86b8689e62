"""Logs, request ids, health and metrics: what an operator sees, and what nobody may see."""

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import httpx2
import pytest
import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from leuchtturm.telemetry import Telemetry, configure_logging, private_pages
from models import sql
from models.base import request_id
from models.jobs import JobRun, JobState
from models.outbox import OutboxEvent
from models.redaction import redacted
from resolvers.http import health
from workers.doing import Jobs
from workers.outbox import relay
from workers.work import Ending, Job, Tools

SECRETS = [
    "ada.brinkmann@example.org",
    "redaktion@leuchtturm.example.org",
    "ykLsuGyjpHZkrp0zbL93bVDs4o2XU8lmSWdIg8Dk_5w",  # as `vault.random_token` makes them; fixed, as test names hold them
    "lt_hL_ia0DiS9QgXMvF40WYWl2bklyJfgYlOpKUaXW3EDM",
    "hunter2-and-more",
]


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """What the process writes while the test runs, as JSON lines."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logging("json", "INFO", stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize(
    "text, rest",
    [
        (f"no answer for {SECRETS[0]}: 550", "no answer for [redacted]: 550"),
        (f"<{SECRETS[0]}>,<{SECRETS[1]}>", "<[redacted]>,<[redacted]>"),
        (f"GET /letters/{SECRETS[2]}/unsubscribe", "GET /letters/[redacted]/unsubscribe"),
        (f"Authorization: Bearer {SECRETS[3]}", "Authorization: Bearer [redacted]"),
        ("postgres://leuchtturm:hunter2-and-more@db:5432/x", "postgres://[redacted]@db:5432/x"),
        ('{"password": "hunter2-and-more"}', '{"password": "[redacted]"}'),
        (
            "story 0192f0e0-0000-7000-8000-000000000000 of team 7",
            "story 0192f0e0-0000-7000-8000-000000000000 of team 7",
        ),
        ("in models.stories.story.pictures_described_by_their_author", None),
    ],
)
def test_addresses_and_secrets_are_taken_out_and_the_rest_stays(text, rest):
    assert redacted(text) == (rest or text)


async def test_no_address_and_no_token_reaches_the_log_whoever_wrote_it(logged):
    structlog.get_logger("x").info("sign-in", email=SECRETS[0], nested={"cookie": [SECRETS[2]]})
    logging.getLogger("aiosmtplib").warning("550 5.1.1 <%s>: user unknown", SECRETS[0])
    try:
        raise ConnectionError(f"login with {SECRETS[3]} refused for {SECRETS[1]}, password={SECRETS[4]}")
    except ConnectionError:
        logging.getLogger("y").exception("It did not work")

    text = logged.getvalue()
    assert [secret for secret in SECRETS if secret in text] == []
    assert [line["level"] for line in lines(logged)] == ["info", "warning", "error"]
    assert "ConnectionError" in lines(logged)[2]["exception"]


async def test_a_job_that_fails_leaves_no_address_in_the_log_and_can_be_found_by_its_id(database, tools, logged):
    async def light(tools: Tools, job: Job) -> Ending:
        raise ConnectionError(f"no answer for {SECRETS[0]}")

    await JobRun.enqueue("lamp.light", "1", due_at=await sql.clock())
    jobs = Jobs(tools, owner="a worker", lease=timedelta(seconds=60), handlers={"lamp.light": light})
    await jobs.step()
    await jobs.idle()

    (line,) = lines(logged)
    assert line["request_id"] == f"job-{(await JobRun.get(key='1')).id}"
    assert SECRETS[0] not in logged.getvalue()


async def hello(request: Request) -> Response:
    logging.getLogger("z").info("greeting")
    return PlainTextResponse(request_id.get())


def client() -> httpx2.AsyncClient:
    app = Starlette(routes=[Route("/letters/{token}/hello", hello), *health.routes])
    app.state.database_url = "sqlite://:memory:"
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=Telemetry(app)), base_url="http://leuchtturm.test")


async def test_a_request_has_one_id_in_its_answer_and_in_every_line_and_its_path_is_not_logged(logged):
    async with client() as browser:
        answer = await browser.get(f"/letters/{SECRETS[2]}/hello")
        given = await browser.get("/letters/x/hello", headers={"X-Request-ID": "from-the-proxy-1"})
        forged = await browser.get("/letters/x/hello", headers={"X-Request-ID": "a b\tc"})

    assert answer.headers["x-request-id"] == answer.text
    assert given.text == "from-the-proxy-1"
    assert forged.text not in ("a b\tc", "")
    first = [line for line in lines(logged) if line["request_id"] == answer.text]
    assert [line["event"] for line in first] == ["greeting", "answered"]
    assert (first[1]["route"], first[1]["status"]) == ("/letters/{token}/hello", 200)


async def test_a_stream_is_answered_when_it_begins_however_long_it_lasts(logged):
    async def lasting(request: Request) -> StreamingResponse:
        async def events():
            yield b": begins\n\n"
            await asyncio.sleep(0.3)

        return StreamingResponse(events(), media_type="text/event-stream")

    app = Telemetry(Starlette(routes=[Route("/events", lasting)]))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test") as browser:
        await browser.get("/events")

    assert lines(logged)[-1]["ms"] < 300


async def test_a_path_that_nobody_serves_is_counted_but_not_repeated(logged):
    async with client() as browser:
        assert (await browser.get("/wp-admin/ada@example.org")).status_code == 404
    assert [line["route"] for line in lines(logged)] == ["unknown"]


async def test_alive_is_one_thing_and_ready_another(database, database_url):
    async with client() as browser:
        browser._transport.app.app.state.database_url = database_url
        assert (await browser.get("/live")).status_code == 200
        ready = await browser.get("/ready")
    # Test databases on PostgreSQL are generated, not migrated: they say so.
    assert (ready.status_code, "problem" in ready.json()) in [(200, False), (503, True)]


async def test_without_a_database_the_process_is_alive_but_not_ready():
    async with client() as browser:
        assert (await browser.get("/live")).status_code == 200
        assert (await browser.get("/ready")).status_code == 503
        assert "leuchtturm_database_up 0.0" in (await browser.get("/metrics")).text


async def test_metrics_tell_how_late_work_is_and_what_was_given_up(database):
    now = await sql.clock()
    await JobRun.create(work="lamp.light", key="late", due_at=now - timedelta(seconds=90))
    await JobRun.create(work="lamp.light", key="future", due_at=now + timedelta(seconds=90))
    await JobRun.create(work="lamp.clean", key="dead", due_at=now, state=JobState.DEAD)
    await JobRun.create(
        work="lamp.light", key="lost", due_at=now, state=JobState.CLAIMED, lease_until=now - timedelta(seconds=1)
    )
    for _ in range(2):
        await OutboxEvent.record("lamp.lit", subject_kind="lamp", subject_id=uuid4(), now=now)
    await relay({})
    await OutboxEvent.record("lamp.lit", subject_kind="lamp", subject_id=uuid4(), now=now)

    async with client() as browser:
        text = (await browser.get("/metrics")).text

    told = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert 90 <= float(told['leuchtturm_oldest_due_age_seconds{kind="lamp.light"}']) < 120
    assert told['leuchtturm_due{kind="lamp.light"}'] == "1.0"
    assert told['leuchtturm_dead_jobs{kind="lamp.clean"}'] == "1.0"
    assert told['leuchtturm_leases_lapsed{kind="job_run"}'] == "1.0"
    assert (told["leuchtturm_events_unnumbered"], told["leuchtturm_last_event"]) == ("1.0", "2.0")
    assert told["leuchtturm_database_up"] == "1.0"


async def test_a_worker_can_be_asked_how_it_is_on_a_port_of_its_own(database, unused_tcp_port):
    async with private_pages(database, "127.0.0.1", unused_tcp_port), httpx2.AsyncClient() as operator:
        async with asyncio.timeout(10):
            while True:
                try:
                    answer = await operator.get(f"http://127.0.0.1:{unused_tcp_port}/live")
                    break
                except httpx2.ConnectError:
                    await asyncio.sleep(0.02)
    assert answer.json() == {"live": True}
