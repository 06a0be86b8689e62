"""Sending issues: the loop of the worker that finds what is being sent, and does a slice of it.

The rows are the truth; a ring only makes the next look come sooner. Any number of workers may send one issue: each
slice is a claimant of its own with a lock of its own, and takes up the copies of claimants that died. How many copies
may be in doubt after a crash, and why none is lost, stands in `docs/subsystems/newsletter.md`.
"""

import asyncio
import contextlib
import logging
from datetime import timedelta
from functools import partial
from uuid import UUID

from models import spans
from models.newsletter import deliveries
from models.newsletter.deliveries import DeliveryState
from workers.crew import Loop
from workers.newsletter import send_desk as desk
from workers.newsletter.send_breaker import Breaker
from workers.newsletter.send_ledger import Ledger
from workers.newsletter.send_liveness import Claimant, Liveness
from workers.newsletter.send_pace import Pace
from workers.newsletter.send_press import NotWhatWasApproved, Press, copy_id
from workers.newsletter.send_recovery import Doubt, Policy, Reconciler, recover
from workers.newsletter.send_slice import Slice
from workers.work import Tools

log = logging.getLogger(__name__)

BUDGET = 30.0  # seconds of one slice: so often dead claimants are looked for while a long issue is sent
BATCH_SECONDS = 2  # a claim holds so many seconds of work: little to give back, little to recover
BATCH_MOST = 200
RELAY_PAUSE = timedelta(seconds=15)  # between attempts while the relay cannot be reached


class Sender:
    """One per worker process. `reconciler` can tell what a relay took; without one the policy of the tools decides."""

    def __init__(
        self, tools: Tools, liveness: Liveness, *, reconciler: Reconciler | None = None, budget: float = BUDGET
    ) -> None:
        policy: Policy = "resend" if tools.uncertain_copies == "resend" else "hold"
        self._tools, self._liveness, self._budget = tools, liveness, budget
        self._doubt = Doubt(policy, reconciler)
        self._pace = Pace(tools.mail_per_minute)
        self._not_before = tools.now()
        self._ledger: Ledger | None = None
        self._draining = False
        self._idle = asyncio.Event()
        self._idle.set()

    def loop(self) -> Loop:
        """For the worker's crew."""
        return Loop("newsletter", self.step, self.drain)

    async def drain(self, seconds: float) -> None:
        """Take no more copies; the replies in flight are awaited and settled."""
        self._draining = True
        if self._ledger:
            self._ledger.stop()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), seconds)

    async def step(self) -> bool:
        """One slice of every issue at work; True when there may be more to do at once."""
        if self._draining or self._tools.now() < self._not_before:
            return False
        self._idle.clear()
        try:
            return await self._work_on_all(await deliveries.issues_at_work())
        finally:
            self._idle.set()

    async def _work_on_all(self, issues: list[UUID]) -> bool:
        """One issue that cannot be sent does not hold up another; the first trouble is told at the end."""
        troubles: list[Exception] = []
        more = False
        for issue_id in issues:
            try:
                more |= await self._work_on(issue_id)
            except Exception as trouble:
                troubles.append(trouble)
        if troubles:
            raise troubles[0]
        return more

    async def _work_on(self, issue_id: UUID) -> bool:
        now = self._tools.now()
        await recover(issue_id, self._liveness, self._doubt, partial(copy_id, self._tools.site), now)
        settled = await self._slice(issue_id) if await deliveries.is_sending(issue_id) else 0
        if await deliveries.is_sending(issue_id):
            await self._finish(issue_id)
        else:
            await desk.after_a_stop(issue_id)
        return settled > 0 and not self._draining

    async def _slice(self, issue_id: UUID) -> int:
        due = await deliveries.next_due(issue_id)
        if due is None or due > self._tools.now():
            return 0
        try:
            return await self._claimed_slice(issue_id)
        except NotWhatWasApproved as why:
            await desk.pause(issue_id, f"variant {why} is not what was approved", self._tools.now())
            return 0
        finally:
            self._ledger = None

    async def _claimed_slice(self, issue_id: UUID) -> int:
        about = {"leuchtturm.issue": str(issue_id)}
        async with self._liveness.claimant() as claimant:
            with spans.begun("send newsletter", about, kind="consumer") as span:
                work = await self._prepared(issue_id, claimant)
                settled = await work.run(self._tools.smtp_connections, self._budget)
                span.note({"leuchtturm.settled": settled})
        if work.tripped:
            await desk.pause(issue_id, work.tripped, self._tools.now())
        if work.away:
            log.warning("The relay cannot be reached: %s", work.away)
            self._not_before = self._tools.now() + RELAY_PAUSE
        return settled

    async def _prepared(self, issue_id: UUID, claimant: Claimant) -> Slice:
        tools = self._tools
        issue = await desk.frozen(issue_id)
        press = Press(issue_id, issue.view, tools.site, desk.readers(tools.site, tools.now), issue.approved)
        self._ledger = Ledger(issue_id, claimant, batch=self._batch(), prepare=press.load, now=tools.now)
        return Slice(
            press=press,
            mailer=tools.mailer,
            ledger=self._ledger,
            pace=self._pace,
            breaker=Breaker(),
            zone=tools.site.zone,
            doubt=self._doubt,
            since=issue.since,
            now=tools.now,
            no_mailbox=partial(desk.no_mailbox, tools.now),
            fault=tools.fault,
        )

    def _batch(self) -> int:
        rate = self._tools.mail_per_minute
        wanted = BATCH_MOST if rate <= 0 else rate * BATCH_SECONDS // 60
        return min(BATCH_MOST, max(self._tools.smtp_connections, wanted))

    async def _finish(self, issue_id: UUID) -> None:
        """An issue is sent when no copy waits or is on its way; those in doubt stay listed for the editors."""
        open_copies = {DeliveryState.QUEUED, DeliveryState.SENDING}
        if not any(count.state in open_copies for count in await deliveries.progress(issue_id)):
            await desk.finish(issue_id, self._tools.now())
