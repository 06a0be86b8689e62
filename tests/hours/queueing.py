"""Sessions with a queue for tests, and what their people do."""

from datetime import datetime
from typing import Any

import models
from models.access import Viewer
from models.hours import HourMode, OfficeHourSession, QueueEntry
from models.hours.queue.calling import call_next
from models.hours.queue.joining import act, join
from tests.hours.hosting import expert, first_of, offered

QUEUE = {"mode": HourMode.QUEUE, "rrule": "FREQ=WEEKLY;COUNT=1", "minutes": 120}


async def with_queue(now: datetime, host: Viewer | None = None, **more: Any) -> tuple[Viewer, OfficeHourSession]:
    """A host and a session with a queue, open at its start: tomorrow at five."""
    host = host or await expert(now=now)
    session = await first_of(await offered(host, now, **{**QUEUE, **more}))
    return host, await OfficeHourSession.act(session.id, "open", by=host, now=session.starts_at)


async def helped(session: OfficeHourSession, who: Viewer, host: Viewer, now: datetime, until: datetime) -> QueueEntry:
    """Join, and be called at once and helped until then."""
    entry = await join(session.id, by=who, now=now)
    await serve(session, host, until)
    return entry


async def serve(session: OfficeHourSession, host: Viewer, now: datetime) -> QueueEntry | None:
    """The next one is called, comes, and is helped, all in a moment."""
    entry = await call_next(session.id, by=host, now=now)
    if entry is not None:
        for action in ("start", "finish"):
            await act(entry.id, action, by=host, now=now)
    return entry


async def names(entries: Any) -> list[str]:
    people = dict(await models.Person.all().values_list("id", "display_name"))
    return [people[entry.person_id] for entry in entries if entry is not None]
