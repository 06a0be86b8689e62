"""One slice of sending one issue: some lines to the relay, one ledger, one breaker, one pace."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from models.newsletter.deliveries import Copy, Ended
from workers.mail.message import NotAnAddress
from workers.mail.replies import Reply, Verdict
from workers.mail.smtp import Line, Mailer
from workers.newsletter.send_breaker import Breaker
from workers.newsletter.send_ladder import next_attempt
from workers.newsletter.send_ledger import Ledger
from workers.newsletter.send_pace import Pace
from workers.newsletter.send_press import Press
from workers.newsletter.send_recovery import Doubt

log = logging.getLogger(__name__)

GIVE_UP_LINE = 3  # mails in a row for which the relay could not be reached
FINAL = {
    Verdict.ACCEPTED: "deliver",
    Verdict.REFUSED_ADDRESS: "refuse",
    Verdict.REFUSED_UNCLEAR: "refuse",
    Verdict.REFUSED_POLICY: "give_up",
}
LAST_WORDS = 10.0  # seconds for the replies in flight when a worker is cancelled


@dataclass
class Slice:
    """Run it once. Afterwards `settled`, `tripped` and `away` tell how it went."""

    press: Press
    mailer: Mailer
    ledger: Ledger
    pace: Pace
    breaker: Breaker
    zone: ZoneInfo
    doubt: Doubt
    since: datetime
    now: Callable[[], datetime]
    no_mailbox: Callable[[UUID, str], Awaitable[None]]
    """Told the subscription of an address that does not exist."""
    fault: Callable[[str], None] = lambda point: None
    tripped: str = field(default="", init=False)
    away: str = field(default="", init=False)

    async def run(self, connections: int, budget: float) -> int:
        """Send for at most `budget` seconds; returns how many copies were settled.

        When it is cancelled it takes no more copies, waits for the replies in flight, commits, and raises again.
        """
        writing = asyncio.create_task(self.ledger.run(), name="ledger")
        timer = asyncio.get_running_loop().call_later(budget, self.ledger.stop)
        lines = [asyncio.create_task(self._line(), name=f"line {n}") for n in range(connections)]
        try:
            await asyncio.shield(asyncio.wait(lines))  # one line that fails never cancels the others
            await self.ledger.give_back()
            for line in lines:
                line.result()
            if self.ledger.failure:
                raise self.ledger.failure
        except asyncio.CancelledError:
            self.ledger.stop()
            await asyncio.wait(lines, timeout=LAST_WORDS)
            await self.ledger.give_back()
            raise
        finally:
            timer.cancel()
            for task in (*lines, writing):
                task.cancel()
            await asyncio.gather(*lines, writing, return_exceptions=True)
        return self.ledger.settled

    async def _line(self) -> None:
        """One connection. It ends when there is no more to send, or when the relay stays away."""
        async with self.mailer.line() as line:
            missed = 0
            copy = await self._next(None)
            while copy:
                reply = await self._sent(line, copy)
                missed = missed + 1 if reply and reply.verdict is Verdict.NOT_BEGUN else 0
                if reply and missed >= GIVE_UP_LINE:
                    self.away = str(reply)
                    await self.ledger.turn(await self._ended(copy, reply), wants=False)
                    return
                copy = await self._next(await self._ended(copy, reply))

    async def _next(self, ended: Ended | None) -> Copy | None:
        """Settle and get the next. When the pace makes us wait, settle first: nothing stays uncommitted meanwhile."""
        wait = self.pace.wait(asyncio.get_running_loop().time())
        if wait > 0:
            if ended:
                await self.ledger.turn(ended, wants=False)
            await self.ledger.rest(wait)
            ended = None
        return await self.ledger.turn(ended)

    async def _sent(self, line: Line, copy: Copy) -> Reply | None:
        """Hand one copy to the relay; None when there is nothing to hand over."""
        try:
            parcel = self.press.print(copy, self.now())
        except NotAnAddress:
            return Reply(Verdict.REFUSED_UNCLEAR, 0, "the address cannot stand in an envelope")
        if parcel is None:
            return None
        self.fault("issue.before_write")
        reply = await line.send(parcel)
        self.fault("issue.after_accept")
        self._learn(reply)
        if reply.verdict is Verdict.REFUSED_ADDRESS:
            await self.no_mailbox(copy.subscription_id, str(reply))
        return reply

    def _learn(self, reply: Reply) -> None:
        if reply.throttles:
            self.pace.slower()
        elif reply.verdict is Verdict.ACCEPTED:
            self.pace.accepted()
        if reason := self.breaker.trips(reply):
            self.tripped = self.tripped or reason
            self.ledger.stop()

    async def _ended(self, copy: Copy, reply: Reply | None) -> Ended:
        """What the reply means for the copy (newsletter.md, 8.1)."""
        if reply is None:
            return Ended(copy.id, "skip", free=True)
        if reply.verdict is Verdict.NOT_BEGUN:
            return Ended(copy.id, "release", str(reply), free=True)
        if reply.verdict is Verdict.DEFERRED:
            return self._later(copy, reply, "defer", "give_up")
        if reply.verdict is Verdict.UNKNOWN:
            return await self._unknown(copy, reply)
        return Ended(copy.id, FINAL[reply.verdict], str(reply))

    async def _unknown(self, copy: Copy, reply: Reply) -> Ended:
        """The connection was cut before the answer: the same question as after a crash."""
        if self.doubt.reconciler:
            return (await self.doubt.decide({copy.id: self.press.message_id(copy)}, self.now()))[0]
        if self.doubt.policy == "resend":
            # On the ladder: a relay that never answers must not get the same copy every second.
            return self._later(copy, reply, "release", "doubt")
        return Ended(copy.id, "doubt", str(reply))

    def _later(self, copy: Copy, reply: Reply, action: str, at_last: str) -> Ended:
        again = next_attempt(copy.attempts, self.since, self.now(), self.zone)
        return Ended(copy.id, action if again else at_last, str(reply), next_at=again)
