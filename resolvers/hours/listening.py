"""What is told while one waits: one's own place in a queue, and what happens to a session."""

from collections.abc import AsyncIterator
from uuid import UUID

import strawberry

import models
from models import hours
from models.access import Viewer, visible
from models.errors import NotFound
from models.hours.queue.standing import Queue, Standing, minutes
from models.hours.queue.states import ENDED
from resolvers.events import about, follow
from resolvers.hours.standing import standings
from schema import hours as h
from schema.binding import shown
from schema.context import Info
from schema.described import broadcasts, streams
from schema.scalars import EventCursor


async def _end_of_log() -> int:
    last = await models.OutboxEvent.filter(seq__isnull=False).order_by("-seq").only("id", "seq").first()
    return last.seq if last and last.seq else 0


async def _still(entry: models.QueueEntry, viewer: Viewer) -> None:
    """One's own turn is one's own; a host may have ceased to be one. Raises `NotFound`."""
    if viewer.person_id != entry.person_id and not await hours.queued(viewer).filter(id=entry.id).exists():
        raise NotFound("entryId")


async def _standing(entry_id: UUID, viewer: Viewer, queue: Queue) -> Standing:
    """Where they stand, or how it ended. Raises `NotFound` when the viewer may not see it any more."""
    if standing := queue.standings.get(entry_id):
        return standing
    entry = await hours.queued(viewer).filter(id=entry_id).first()
    if entry is None:
        raise NotFound("entryId")
    return Standing(entry.state, None, 0, entry.called_by_id)


async def _told(entry_id: UUID, seq: int, standing: Standing, queue: Queue, viewer: Viewer) -> h.QueuePosition:
    helper = None
    if standing.called_by_id is not None:
        helper = await visible(models.Person.filter(id=standing.called_by_id), viewer).first()
    return h.QueuePosition(
        cursor=EventCursor(str(seq)), entry_id=entry_id, state=standing.state, position=standing.position,
        newcomers_first=standing.newcomers_first, wait_minutes=minutes(queue.wait_seconds), helper=shown(helper),
    )  # fmt: skip


@strawberry.type
class HourSubscription:
    @streams
    async def queue_position(self, info: Info, entry_id: UUID) -> AsyncIterator[h.QueuePosition]:
        """Where you stand in a queue; for you and the hosts of the session.

        Begins with how it is now, so there is nothing to resume: whoever was away asks again. Told is what differs for
        this entry. Ends when the entry does.
        """
        entry = await hours.queued(info.context.viewer).filter(id=entry_id).first()
        if entry is None:
            raise NotFound("entryId")
        last, seq = None, await _end_of_log()
        events = follow(info.context, after=str(seq), which=about(models.OfficeHourSession.kind, entry.session_id))
        while True:
            queue = await standings().at(entry.session_id, seq)
            standing = await _standing(entry_id, info.context.viewer, queue)
            if last != (standing, queue.wait_seconds):
                last = (standing, queue.wait_seconds)
                yield await _told(entry_id, seq, standing, queue, info.context.viewer)
            if standing.state in ENDED:
                return
            event = await anext(events)
            await _still(entry, info.context.viewer)
            seq = event.seq or seq

    @broadcasts
    async def session_updated(
        self, info: Info, id: UUID, after: EventCursor | None = None
    ) -> AsyncIterator[h.SessionUpdate]:
        """What happens to a Sprechstunde: delays, its beginning and end, its queue.

        Pass the `cursor` of the last update you saw as `after` to go on behind it.
        """
        sessions = models.OfficeHourSession.filter(id=id)
        if not await visible(sessions, info.context.viewer).exists():
            raise NotFound("id")
        async for event in follow(info.context, after=after, which=about(models.OfficeHourSession.kind, id)):
            session = await visible(models.OfficeHourSession.filter(id=id), info.context.viewer).first()
            if session is None:
                return
            yield h.SessionUpdate(
                cursor=EventCursor(str(event.seq)), type=event.type, at=event.at, session=shown(session)
            )
