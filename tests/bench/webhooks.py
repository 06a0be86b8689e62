"""Deliveries to endpoints of a partner on loopback, some of them slow or failing: how fast, and who waits for whom.

The receiving server shares the process, as the worker of a community on one machine would share the processor with it.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from models.access import SYSTEM
from models.base import new_id, utcnow
from models.outbox import OutboxEvent
from models.partners import Extent, Partner, PartnerGrant
from models.roles import Visibility
from models.site import Site
from models.webhooks import Policy, WebhookDelivery, WebhookEndpoint, signing
from tests.webhooks.partner import Partner as Server
from workers import outbox
from workers.mail.caught import CaughtMailbox
from workers.webhooks import safe
from workers.webhooks.courier import Courier
from workers.work import Tools

ENDPOINTS = 20
BAD = {"/slow": None, "/failing": 500, "/gone-soon": 503}
"""One never answers, two refuse everything."""
DEADLINE = 5.0  # seconds for one that does not answer
AT_A_TIME = 8  # of the plain posts; the courier's own measure for one endpoint


@dataclass(frozen=True)
class Run:
    """How long the endpoints that are well had to wait for everything."""

    deliveries: int
    seconds: float

    @property
    def rate(self) -> float:
        return self.deliveries / self.seconds


@asynccontextmanager
async def served() -> AsyncIterator[Server]:
    server = await Server().start()
    server.always.update({path: status for path, status in BAD.items() if status})
    try:
        yield server
    finally:
        await server.stop()


def well(bad: int) -> list[str]:
    return [f"/{number}" for number in range(ENDPOINTS - bad)]


async def posted(server: Server, paths: Sequence[str], each: int) -> Run:
    """The peer: the same requests, signed and sent by the same client, with nothing written down."""
    secret, body = signing.fresh_secret(), b'{"type": "story.published", "data": {"payload": {}}}' + b" " * 300
    async with safe.opened(_policy(server), deadline=DEADLINE) as client:

        async def lane(path: str) -> None:
            for begin in range(0, each, AT_A_TIME):
                sends = [_send(client, server.url(path), secret, body) for _ in range(min(AT_A_TIME, each - begin))]
                await asyncio.gather(*sends)

        began = time.perf_counter()
        await asyncio.gather(*map(lane, paths))
        return Run(len(paths) * each, time.perf_counter() - began)


async def _send(client: safe.SafeClient, url: str, secret: str, body: bytes) -> None:
    await client.post(url, body, dict(signing.headers([secret], new_id(), utcnow(), body)))


async def delivered(server: Server, bad: Sequence[str], events: int) -> Run:
    """So many events to every endpoint; the clock stops when those that are well have all of them."""
    paths = well(len(bad))
    policy = _policy(server)
    partner = await Partner.create(name="Bench", purpose="implementation")
    await PartnerGrant.give(partner.id, Extent(["story."]), by=SYSTEM, now=utcnow() - timedelta(hours=1))
    for path in [*paths, *bad]:
        url = server.url(path)
        await WebhookEndpoint.add(url, path, [], partner_id=partner.id, by=SYSTEM, now=utcnow(), policy=policy)
    await _happen(events)
    tools = Tools(site=Site(), mailer=CaughtMailbox(), now=utcnow)
    async with safe.opened(policy, deadline=DEADLINE) as client:
        courier = Courier(tools, client, owner="bench", lease=timedelta(seconds=60))
        server.received.clear()
        began, wanted = time.perf_counter(), len(paths) * events
        while _got(server, paths) < wanted:
            if not await courier.step():
                await asyncio.sleep(0.01)
        taken = time.perf_counter() - began
        server.hanging.set()
        await courier.drain(DEADLINE)
        server.hanging.clear()
    await forgotten()
    return Run(wanted, taken)


def _got(server: Server, paths: Sequence[str]) -> int:
    known = set(paths)
    return sum(1 for each in server.received if each.path in known)


def _policy(server: Server) -> Policy:
    return Policy(trusted=frozenset({server.place}))


async def _happen(events: int) -> None:
    """Numbered events about rows of their own: nothing waits for the order of another."""
    about: dict[str, Any] = {"subject_kind": "story", "visible_to": Visibility.PUBLIC, "at": utcnow()}
    rows = [
        OutboxEvent(type="story.published", subject_id=new_id(), payload={"action": "publish"}, **about)
        for _ in range(events)
    ]
    await OutboxEvent.bulk_create(rows, batch_size=200)
    while (await outbox.relay({}))[0]:
        pass


async def forgotten() -> None:
    """Nothing of one run is left for the next."""
    for model in (WebhookDelivery, WebhookEndpoint, PartnerGrant, Partner, OutboxEvent):
        await model.all().delete()
