"""Places in the log: where a reader goes on, and why that may be impossible."""

from tortoise.functions import Max, Min

import models
from models.errors import ValidationProblem


class CursorExpired(ValidationProblem):
    code = "CURSOR_EXPIRED"
    de = "Diese Stelle im Ereignisprotokoll ist älter als 30 Tage. Bitte ladet den Stand neu und beginnt ohne `after`."
    en = "This place in the event log is older than 30 days. Please load the state anew and begin without `after`."


class CursorUnknown(ValidationProblem):
    code = "INVALID_CURSOR"
    de = "Diese Stelle gibt es im Ereignisprotokoll nicht."
    en = "There is no such place in the event log."


async def ends() -> tuple[int, int]:
    """The lowest and the highest number of the log; (1, 0) when it is empty."""
    found = (
        await models.OutboxEvent.filter(seq__isnull=False)
        .annotate(low=Min("seq"), high=Max("seq"))
        .values("low", "high")
    )
    if not found or found[0]["high"] is None:
        return 1, 0
    return int(found[0]["low"]), int(found[0]["high"])


def number(after: str) -> int:
    """The number that a cursor is. Raises `CursorUnknown` for what is none."""
    if not after.isascii() or not after.isdigit() or len(after) > 18:
        raise CursorUnknown("after")
    return int(after)


async def begin(after: str | None) -> int:
    """The number after which to read. Raises `CursorExpired` or `CursorUnknown`; without a cursor: from now on."""
    low, high = await ends()
    if after is None:
        return high
    place = number(after)
    if place > high:
        raise CursorUnknown("after")
    if place < low - 1:
        raise CursorExpired("after")
    return place
