"""When mail may arrive: the quiet hours, the local day, and the moment of a person's digest. Pure functions of time.

Local times are walked on the person's calendar. One that a change of clocks skips is shifted past the gap; of one that
comes twice the first counts.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EVENING, MORNING = time(21), time(8)  # nothing arrives in between (E34)
HOME = "Europe/Berlin"


def zone_of(name: str) -> ZoneInfo:
    """The zone of that name; the community's own for a name that the tables of this machine do not know."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo(HOME)


def quiet(moment: datetime, zone: ZoneInfo) -> bool:
    """Whether people sleep there at that moment."""
    return not MORNING <= moment.astimezone(zone).time() < EVENING


def awake(moment: datetime, zone: ZoneInfo) -> datetime:
    """The moment itself, or 8 o'clock in the morning after when it lies in the night."""
    if not quiet(moment, zone):
        return moment
    local = moment.astimezone(zone)
    morning = local.date() if local.time() < MORNING else local.date() + timedelta(days=1)
    return datetime.combine(morning, MORNING, zone).astimezone(moment.tzinfo)


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """The day of one mail (E35)."""
    return moment.astimezone(zone).date()


def digest_after(moment: datetime, zone: ZoneInfo, at: time) -> datetime:
    """The next moment of somebody's digest, strictly later."""
    today = local_day(moment, zone)
    for day in (today, today + timedelta(days=1)):
        found = datetime.combine(day, at, zone).astimezone(moment.tzinfo)
        if found > moment:
            return found
    return datetime.combine(today + timedelta(days=2), at, zone).astimezone(moment.tzinfo)
