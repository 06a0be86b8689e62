"""Traces: what belongs together is connected, from the click to the network and the mail; nothing personal in them."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import httpx2
import pytest

from leuchtturm.telemetry import Telemetry
from leuchtturm.tracing import traced
from models import spans
from models.base import utcnow
from models.jobs import JobRun, JobState
from models.members import Person
from models.publishing import ChannelKind
from models.stories import PUBLISH
from schema.context import Services
from tests.channels.conftest import SITE, Clock, ready_story
from tests.graph.api import Api, app_of
from tests.standins.mastodon import MastodonStandin
from tests.standins.smtp import Relay
from workers import stories  # noqa: F401  # registers its job
from workers.doing import Jobs
from workers.mail import letters  # noqa: F401
from workers.mail.smtp import Server, SmtpMailer
from workers.work import Tools

otel = pytest.importorskip("leuchtturm.otel", reason="the extra `otel` is not installed: traces were not tried")

ADDRESS = "ada.brinkmann@example.org"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


class Told(list[Any]):
    """The spans that an exporter gets, as they end."""

    def one(self, name: str) -> Any:
        (found,) = [span for span in self if span.name == name]
        return found

    def around(self, span: Any) -> list[str]:
        """The names of what a span happened in, the nearest first."""
        by_id = {other.context.span_id: other for other in self}
        names = []
        while span.parent and span.parent.span_id in by_id:
            span = by_id[span.parent.span_id]
            names.append(span.name)
        return names

    def cause(self, span: Any) -> Any:
        """The span that a link leads to."""
        (link,) = span.links
        return next(other for other in self if other.context.span_id == link.context.span_id)


@pytest.fixture
def told() -> Iterator[Told]:
    """The spans of this process, from now on."""
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult

    told = Told()

    class Exporter(SpanExporter):
        def export(self, spans: Any) -> SpanExportResult:
            told.extend(spans)
            return SpanExportResult.SUCCESS

    spans.watch(otel.Tracing(SimpleSpanProcessor(Exporter())))
    yield told
    spans.watch(None)


async def all_done(tools: Tools) -> None:
    """Do what is due, as a worker does, until nothing is."""

    jobs = Jobs(tools, owner="a worker", lease=timedelta(seconds=60))
    while await jobs.step():
        await jobs.idle()


async def test_a_story_goes_out_in_connected_spans_that_hold_nothing_personal(
    told: Told, database: str, tools: Tools, mastodon: MastodonStandin, clock: Clock
) -> None:
    """From the editor's click over the job that publishes to the network; and a sign-in link to its mail."""
    now = utcnow()
    room = await ready_story(now)
    await Person.join(email=ADDRESS, name="Ada Brinkmann", handle="ada-b", now=now)
    await room.post_on(ChannelKind.MASTODON, now)
    app = app_of(Services(site=SITE))
    transport = httpx2.ASGITransport(app=Telemetry(app))
    async with Relay() as relay, httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        api = Api(client, app, [])
        mailer = SmtpMailer(Server("127.0.0.1", relay.port, security="none"))
        told.clear()

        await api.ask("PublishStory", by=room.editor, input={"id": room.story.id})
        await api.post(
            "mutation Ask($email: String!) { requestLoginLink(input: {email: $email}) { __typename } }",
            {"email": ADDRESS},
            traceparent=f"00-{TRACE}-00f067aa0ba902b7-01",
        )
        await all_done(replace(tools, now=utcnow, mailer=mailer))
        await mailer.close()

    click = told.one("graphql PublishStory")
    assert told.around(click) == ["POST /graphql"]
    assert (click.attributes["leuchtturm.statements"] > 5, click.attributes["leuchtturm.errors"]) == (True, 0)
    assert told.around(next(s for s in told if s.name == "INSERT job_run" and "POST /graphql" in told.around(s)))

    published = told.one(f"job {PUBLISH}")
    assert told.cause(published).name == "POST /graphql"
    assert told.cause(published).context.trace_id == click.context.trace_id
    posted = told.one("send mastodon")
    (delivered,) = told.around(posted)
    assert posted.attributes["leuchtturm.outcome"] == "posted"
    assert len(mastodon.posts) == 1
    assert told.cause(told.one(delivered)) is published

    mailed = told.one("send mail")
    assert told.around(mailed) == ["job mail.sign_in"]
    assert mailed.attributes["leuchtturm.verdict"] == "accepted"
    asked = told.cause(told.one("job mail.sign_in"))
    assert f"{asked.links[0].context.trace_id:032x}" == TRACE, "a stranger's trace is linked, not continued"
    assert f"{asked.context.trace_id:032x}" == asked.attributes["leuchtturm.request_id"]

    said = " ".join(str((span.name, dict(span.attributes), span.status.description, span.events)) for span in told)
    personal = [ADDRESS, "ada-b", "Brinkmann", str(room.story.id), tools.channels["mastodon"].token["access_token"]]
    assert [word for word in [*personal, "lt_", "Bearer", "SELECT *"] if word in said] == []
    assert await JobRun.filter(state=JobState.PENDING).count() == await JobRun.filter(due_at__gt=utcnow()).count()


async def test_nobody_pays_for_spans_that_nobody_watches() -> None:
    """Without a collector's address every span is the same object, and OpenTelemetry is not asked."""
    with spans.span("a part", {"a": 1}, "client") as part, spans.begun("a job", kind="consumer") as job:
        part.note({"b": 2})
    assert part is job is spans.UNWATCHED


async def test_the_collector_gets_the_last_spans_when_the_process_ends() -> None:
    """Over the network, as an operator has it; and nobody watches afterwards."""
    got: list[tuple[str, bytes]] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append((self.path, self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Not into the test's output."""

    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        serving = asyncio.create_task(asyncio.to_thread(server.serve_forever, 0.01))
        async with traced(f"http://127.0.0.1:{server.server_port}/v1/traces", 1.0):
            with spans.begun("job lamp.light", {"leuchtturm.work": "lamp.light"}, kind="consumer"):
                pass
        server.shutdown()
        await serving

    assert [path for path, _ in got] == ["/v1/traces"]
    assert not spans.watched()
