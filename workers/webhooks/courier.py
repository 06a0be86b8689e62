"""The courier: turns events into deliveries, and brings them to their endpoints, each on a lane of its own."""

import asyncio
import contextlib
import logging
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from models import sql
from models.outbox import Claim
from models.redaction import redacted, told
from models.webhooks import UnsafeTarget, WebhookDelivery, WebhookDeliveryState
from models.webhooks.claiming import claim, hungry
from models.webhooks.outcome import Outcome
from models.webhooks.settling import give_back, let_go, settle, settle_well, withhold
from models.webhooks.spreading import spread
from models.webhooks.withholding import withhold_unseen
from workers.crew import Loop
from workers.lease import Lost, under_lease
from workers.webhooks.bag import Bag, Gone, Unseen
from workers.webhooks.letter import Letter, read
from workers.webhooks.reply import NoAnswer
from workers.webhooks.safe import SafeClient
from workers.webhooks.watching import watched
from workers.work import Tools

log = logging.getLogger(__name__)

LANES = 400  # endpoints at a time; a lane whose endpoint hangs has one request in the air and costs next to nothing
OUR_FAULT = timedelta(minutes=5)


class Courier:
    """For every worker. A lane lives while its endpoint has something due; the slow hold up nobody but themselves."""

    def __init__(self, tools: Tools, client: SafeClient, *, owner: str, lease: timedelta) -> None:
        self._tools, self._client, self._owner, self._lease = tools, client, owner, lease
        self._lanes: dict[UUID, asyncio.Task[None]] = {}
        self._held: dict[UUID, Claim] = {}
        """Claims that are not settled yet."""
        self._draining = asyncio.Event()

    def loop(self) -> Loop:
        return Loop("webhooks", self.step, self.drain)

    async def step(self) -> bool:
        """Write what is to be delivered, drop what may not be any more, and open a lane for each endpoint that has
        something due and none yet.
        """
        now = self._tools.now()
        more = await spread(now)
        await withhold_unseen(now)
        if self._draining.is_set():
            return False
        for endpoint in await hungry():
            if endpoint not in self._lanes and len(self._lanes) < LANES:
                self._lanes[endpoint] = asyncio.create_task(self._lane(endpoint), name=f"webhook {endpoint}")
        return more

    async def idle(self) -> None:
        """Wait until no lane is open; for tests."""
        while self._lanes:
            await asyncio.wait(self._lanes.values())

    async def drain(self, seconds: float) -> None:
        """Let what is in the air arrive, then give the rest back: a stop costs nobody a try."""
        self._draining.set()
        lanes = list(self._lanes.values())
        if lanes:
            await asyncio.wait(lanes, timeout=seconds)
        for lane in lanes:
            lane.cancel()
        await asyncio.gather(*lanes, return_exceptions=True)
        for held in list(self._held.values()):
            with contextlib.suppress(Exception):  # the lease lapses by itself
                await give_back(held)

    async def _lane(self, endpoint_id: UUID) -> None:
        try:
            while not self._draining.is_set():
                claims = await claim(endpoint_id, self._owner, self._lease)
                if not claims:
                    return
                self._held.update({each.id: each for each in claims})
                bag = await Bag.packed(endpoint_id, claims, self._tools.now())
                await asyncio.gather(*(self._deliver(each, bag) for each in claims))
        except Exception as problem:  # the database is away: the next look opens the lane again
            log.warning("A lane of webhooks ends: %s", told(problem))
        finally:
            self._lanes.pop(endpoint_id, None)

    async def _deliver(self, claimed: Claim, bag: Bag) -> None:
        """Send one and settle it. When it is cancelled the claim stays held."""

        async def renew() -> bool:
            return await WebhookDelivery.renew(claimed, self._lease)

        try:
            await under_lease(renew, self._lease, self._sent(claimed, bag))
        except Lost:
            log.warning("A webhook's lease was lost, the result is discarded")
        except Exception as problem:
            # Ours, not theirs: it costs the endpoint no try and does not count against it.
            log.warning("A webhook could not be sent: %s", told(problem), exc_info=True)
            self._held.pop(claimed.id, None)
            later = await sql.clock() + OUR_FAULT
            why = redacted(told(problem))
            await WebhookDelivery.settle(claimed, WebhookDeliveryState.PENDING, due_at=later, error=why, refund=True)
        self._held.pop(claimed.id, None)

    async def _sent(self, claimed: Claim, bag: Bag) -> None:
        delivery = bag.deliveries[claimed.id]
        with watched(delivery) as watch:
            try:
                letter = bag.letter(delivery, self._tools.now())
            except Gone:
                watch.dropped()
                await let_go(claimed)
                return
            except Unseen:
                watch.dropped()
                await withhold(claimed)
                return
            self._tools.fault("webhook.before_send")
            outcome = replace(await self._post(letter), request=letter.noted)
            self._tools.fault("webhook.after_answer")
            watch.ended(outcome)
        now = self._tools.now()
        if outcome.ok and not bag.endpoint.failures and not delivery.trial:
            await settle_well(claimed, bag.endpoint.id, outcome, now=now)
        else:
            await settle(claimed, outcome, now=now)
        self._tools.fault("webhook.after_settle")

    async def _post(self, letter: Letter) -> Outcome:
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            reply = await self._client.post(letter.url, letter.body, letter.headers)
        except UnsafeTarget as refused:
            return Outcome(False, error=f"{refused.code}: {refused.en}", took_ms=_since(began, clock()))
        except NoAnswer as silence:
            return Outcome(False, error=str(silence), took_ms=_since(began, clock()))
        return read(reply, _since(began, clock()), self._tools.now())


def _since(began: float, ended: float) -> int:
    return round((ended - began) * 1000)
