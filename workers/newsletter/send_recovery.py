"""What becomes of the copies of a sender that died, or whose connection was cut before the relay's answer."""

import asyncio
import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from tortoise.transactions import in_transaction

from models.newsletter import deliveries
from models.newsletter.deliveries import Ended
from workers.newsletter.send_liveness import Liveness

log = logging.getLogger(__name__)

SETTLE = 2.0  # seconds until a relay's own log has caught up with a crash

Policy = Literal["hold", "resend"]
"""`hold`: a person decides; at most one copy each. `resend`: again, same Message-ID; nobody is left out."""


class Reconciler(Protocol):
    """The seat for asking a relay what it took: Postfix's log, an ESP's events."""

    async def accepted(self, message_ids: Collection[str]) -> set[str]:
        """Those it surely took. It answers for all of them: what is missing was surely not taken."""
        ...


@dataclass(frozen=True)
class Doubt:
    """How to decide about copies that may or may not have been accepted."""

    policy: Policy = "hold"
    reconciler: Reconciler | None = None

    async def decide(self, begun: dict[UUID, str], now: datetime) -> list[Ended]:
        """What becomes of copies that were begun, given with their Message-IDs."""
        if not begun:
            return []
        if self.reconciler:
            await asyncio.sleep(SETTLE)
            taken = await self.reconciler.accepted(begun.values())
            return [
                Ended(copy, "deliver", "the relay says it has it")
                if own in taken
                else Ended(copy, "release", next_at=now)
                for copy, own in begun.items()
            ]
        action = "release" if self.policy == "resend" else "doubt"
        return [Ended(copy, action, "the sender ended before the relay had answered") for copy in begun]


async def recover(
    issue_id: UUID, liveness: Liveness, doubt: Doubt, message_id: deliveries.Naming, now: datetime
) -> int:
    """Take up the copies of every dead claimant of the issue. Returns how many are in doubt or go out again."""
    uncertain = 0
    for name in await deliveries.claimants(issue_id):
        async with liveness.burying(name) as dead:
            if dead:
                uncertain += await _bury(issue_id, name, doubt, message_id, now)
    return uncertain


async def _bury(issue_id: UUID, name: str, doubt: Doubt, message_id: deliveries.Naming, now: datetime) -> int:
    waiting, begun = await deliveries.held(issue_id, name)
    decided = await doubt.decide({copy: message_id(issue_id, subscription) for copy, subscription in begun}, now)
    async with in_transaction():
        await deliveries.settle([Ended(copy, "release", free=True) for copy in waiting], name, now)
        await deliveries.settle(decided, name, now)
    log.warning(
        "A sender died: %d copies go on waiting, %d had begun and are settled as %s",
        len(waiting),
        len(begun),
        doubt.policy,
    )
    return len(begun)
