"""Addresses and tokens stay out of logs, jobs, events and the audit log, also when the mail relay talks about them."""

import io
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

import models
from models import sql
from models.language import Language
from models.newsletter import Subscription, SubscriptionLink
from tests import people
from tests.operations.test_telemetry import logged  # noqa: F401  # a fixture
from workers.doing import Jobs
from workers.jobs import HANDLERS
from workers.mail.message import Parcel
from workers.mail.replies import Reply
from workers.outbox import relay
from workers.work import Tools

ADA, BEN = "ada.brinkmann@example.org", "ben.weiss@example.net"


class Gossip:
    """A relay that refuses, and says at length whose mail it was and what stood in it."""

    @asynccontextmanager
    async def line(self) -> AsyncIterator["Gossip"]:
        yield self

    async def send(self, parcel: Parcel) -> Reply:
        raise ConnectionError(f"550 <{parcel.recipient}>: {parcel.content.decode()}")

    async def close(self) -> None:
        """Nothing is open."""


async def everything_kept() -> str:
    """What jobs, events and the audit log hold, as text."""
    rows: list[object] = [
        *[(job.key, job.payload, job.last_error) for job in await models.JobRun.all()],
        *[(event.type, event.payload) for event in await models.OutboxEvent.all()],
        *[(audit.action, audit.before, audit.after, audit.note) for audit in await models.AuditEvent.all()],
    ]
    return json.dumps(rows, ensure_ascii=False)


@pytest.fixture(params=["a relay that takes everything", "a relay that gossips"])
def with_relay(request: pytest.FixtureRequest, tools: Tools) -> Iterator[Tools]:
    yield tools if request.param.endswith("everything") else replace(tools, mailer=Gossip())


async def test_signing_in_and_subscribing_leave_no_address_and_no_token_behind(database, with_relay, logged):  # noqa: F811
    import workers.main  # noqa: F401  # registers the handlers

    now = await sql.clock()
    await people.person("Ada Brinkmann", email=ADA, now=now)
    await models.LoginLink.request(ADA, browser="this browser", now=now)
    await Subscription.subscribe(BEN, language=Language.DE, now=now, form_url="http://test/newsletter")
    tokens = [(await model.all().first()).token for model in (models.LoginLink, SubscriptionLink)]
    _, cookie = await models.LoginLink.redeem(tokens[0], browser="this browser", now=now)
    await models.LoginLink.all().update(used_at=None)

    jobs = Jobs(replace(with_relay, now=lambda: now), owner="a worker", lease=timedelta(seconds=60), handlers=HANDLERS)
    await relay()
    while await jobs.step():
        await jobs.idle()

    assert await models.JobRun.filter(work__startswith="mail.").count() == 2
    stream: io.StringIO = logged
    kept = stream.getvalue() + await everything_kept()
    assert [word for word in (ADA, BEN, *tokens, cookie) if word in kept] == []
