"""How long the event log is kept: whoever was away for less goes on from their cursor and has missed nothing.

What goes, goes from the front: the log is whole from its first event to its last, so that one look at the lowest number
tells which cursors are too old. The last event always stays; a log without any could not tell an old cursor from a
wrong one.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from models.newsletter.compose import reach
from models.newsletter.sources import SOURCES
from models.outbox import OutboxEvent

KEPT = timedelta(days=30)
KEPT_FOR_AN_ISSUE = timedelta(days=366)  # a community that sends no issues any more does not keep its log for them
BATCH = 1000  # rows per statement: on SQLite everybody waits for it


async def forget(zone: ZoneInfo, now: datetime) -> int:
    """Delete what nobody needs any more; gives how many events went."""
    first, gone = await _first_kept(zone, now), 0
    # In the order of their numbers: at every moment the rest has no gap.
    while ids := await _numbered(seq__lt=first).order_by("seq").limit(BATCH).values_list("id", flat=True):
        gone += await OutboxEvent.filter(id__in=list(ids)).delete()
    return gone


async def _first_kept(zone: ZoneInfo, now: datetime) -> int:
    """The lowest number that stays: of the last 30 days, and of whatever the next issue may still tell."""
    told = [source.event for source in SOURCES.values()]
    since = max(await reach(zone=zone, now=now), now - KEPT_FOR_AN_ISSUE)
    kept = [
        *await _ends("seq", at__gte=now - KEPT),
        *await _ends("seq", at__gte=since, type__in=told),
        *await _ends("-seq"),
    ]
    return min(kept, default=0)


async def _ends(order: str, **where: Any) -> Sequence[int]:
    """The number that comes first in this order, if there is one."""
    return list(await _numbered(**where).order_by(order).limit(1).values_list("seq", flat=True))


def _numbered(**where: Any) -> Any:
    return OutboxEvent.filter(seq__isnull=False, **where)
