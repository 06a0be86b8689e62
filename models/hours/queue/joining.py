"""What people do who want to be helped: join, pause, come back, leave. Each locks the session first."""

from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from tortoise.transactions import in_transaction

from models import text
from models.access import Viewer, require
from models.errors import NotAllowed, NotFound, SignInNeeded
from models.hours.queue.entry import NOTE_MAX, QueueEntry
from models.hours.queue.refusals import NoQueue, NotYourTopic, QueueNotOpen, WaitsElsewhere
from models.hours.queue.states import LIVE, QueueState
from models.hours.refusals import TooLateForThat
from models.hours.session import OfficeHourSession
from models.hours.slots import NEEDS_MAX
from models.hours.states import OPENS_BEFORE
from models.hours.topics import OfficeHourTopic
from models.hours.words import AHEAD, HourMode, SessionState
from models.members import Person, alone_with
from models.outbox import AuditEvent, OutboxEvent
from models.roles import Role

MOVED = "queue_moved"
"""The event by which everybody hears that something changed in the queue of a session; it says nothing of whom."""


async def join(
    session_id: UUID, *, by: Viewer, now: datetime, topic_id: UUID | None = None, note: str = "", needs: str = ""
) -> QueueEntry:
    """Wait for one's turn; whoever waits there already keeps their place. Raises `WaitsElsewhere` (C1.6)."""
    if by.person_id is None:
        raise SignInNeeded()
    require(by, Role.PARTICIPANT)
    about = text.prose(note, "note", NOTE_MAX, required=False)
    said = text.prose(needs, "needs", NEEDS_MAX, required=False)
    async with in_transaction():
        session = await OfficeHourSession.locked(session_id, "sessionId")
        await _may_join(session, by.person_id, now)
        # One queue at a time: whoever joins two at once is served one after the other here. `no_key`, as rows that
        # only point to the person need not wait.
        await Person.filter(id=by.person_id).select_for_update(no_key=True).only("id").first()
        if mine := await _waits(session, by.person_id):
            return mine
        if topic_id and not await OfficeHourTopic.filter(id=topic_id, series_id=session.series_id).exists():
            raise NotYourTopic("topicId")
        last = await QueueEntry.filter(session_id=session.id).order_by("-place").only("place").first()
        entry = await QueueEntry.create(
            session_id=session.id, person_id=by.person_id, topic_id=topic_id, note=about, needs=said, arrived_at=now,
            place=last.place + 1 if last else 1, helped_today=await helped_today(session, by.person_id, now),
        )  # fmt: skip
        await AuditEvent.record(entry, "join", by=by, now=now, after=entry.state.value)
        await OutboxEvent.record("queue_entry.waiting", subject_kind=entry.kind, subject_id=entry.id, now=now)
        await session.tell_log(MOVED, now)
    return entry


async def _may_join(session: OfficeHourSession, person_id: UUID, now: datetime) -> None:
    if session.mode is not HourMode.QUEUE:
        raise NoQueue("sessionId")
    if session.state not in AHEAD or session.ends_at <= now:
        raise TooLateForThat("sessionId")
    if session.state is SessionState.PLANNED and now < session.starts_at - OPENS_BEFORE:
        raise QueueNotOpen("sessionId")
    hosts = await session.host_ids()
    if person_id in hosts:
        raise NotAllowed("sessionId")
    for host in hosts:
        if refusal := await alone_with(person_id, host, now=now):
            raise refusal


async def _waits(session: OfficeHourSession, person_id: UUID) -> QueueEntry | None:
    """Their entry here, if they have one; raises `WaitsElsewhere` when they have one at the same time."""
    entries = QueueEntry.filter(person_id=person_id, state__in=list(LIVE))
    overlapping = entries.filter(session__starts_at__lt=session.ends_at, session__ends_at__gt=session.starts_at)
    for entry in await overlapping.order_by("id"):
        if entry.session_id != session.id:
            raise WaitsElsewhere("sessionId")
        return entry
    return None


async def helped_today(session: OfficeHourSession, person_id: UUID, now: datetime) -> int:
    """How often somebody has taken time for them on this local day, in whichever session."""
    zone = ZoneInfo((await session.series).zone)
    today = datetime.combine(now.astimezone(zone).date(), time(), zone)
    helped = QueueEntry.filter(person_id=person_id, state__in=[QueueState.IN_PROGRESS, QueueState.DONE])
    return await helped.filter(started_at__gte=today, started_at__lt=today + timedelta(days=1)).count()


async def both_locked(entry_id: UUID, by: Viewer) -> tuple[OfficeHourSession, QueueEntry]:
    """For the person and the hosts; for everybody else there is no such entry."""
    seen = await QueueEntry.filter(id=entry_id).first()
    if seen is None or by.person_id is None:
        raise NotFound("id")
    session = await OfficeHourSession.locked(seen.session_id)
    if seen.person_id != by.person_id and not await session.is_hosted_by(by.person_id):
        raise NotFound("id")
    return session, await QueueEntry.locked(entry_id)


async def act(entry_id: UUID, action: str, *, by: Viewer, now: datetime) -> QueueEntry:
    """Follow an edge that needs no more than its name: `pause`, `resume`, `leave`, `start`, `finish`, `put_back`,
    `dismiss`.
    """
    async with in_transaction():
        session, entry = await both_locked(entry_id, by)
        await entry.follow(action, by=by, now=now)
        await session.tell_log(MOVED, now)
    return entry
