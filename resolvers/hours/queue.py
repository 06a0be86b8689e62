"""The live queue: one's own turns, those of a session that one hosts, and what is done with them."""

from uuid import UUID

import strawberry

import models
from models import hours
from models.access import visible
from models.hours.queue.calling import ORDER, call_next
from models.hours.queue.joining import act, join
from models.hours.queue.states import LIVE
from resolvers.verbs import verb
from schema import hours as h
from schema.binding import reads, shown
from schema.context import Info
from schema.paging import Connection, Page


@strawberry.type
class QueueQuery:
    @reads(Connection[h.QueueEntry])
    def my_queue_entries(self, info: Info) -> Page[models.QueueEntry]:
        """Where you wait or were helped, the latest first; of the last 90 days."""
        return Page(visible(models.QueueEntry.all(), info.context.viewer), order=("-id",))

    @reads(Connection[h.QueueEntry])
    def office_hour_queue(self, info: Info, session_id: UUID) -> Page[models.QueueEntry]:
        """Who waits or is being helped in a session that you host, in the order of calling; elsewhere yourself.

        Whoever came earlier comes first among those who have been helped equally often today.
        """
        rows = hours.queued(info.context.viewer).filter(session_id=session_id, state__in=list(LIVE))
        return Page(rows, order=ORDER)


async def follow(info: Info, id: UUID, action: str) -> models.QueueEntry:
    return await act(id, action, by=info.context.viewer, now=info.context.now)


@strawberry.type
class QueueMutation:
    @verb(h.JoinQueuePayload, limit="60/hour")
    async def join_queue(self, info: Info, input: h.JoinQueueInput) -> h.JoinQueuePayload:
        """Wait for your turn in a session with a queue, from half an hour before it begins.

        You can wait in one queue at a time, and keep your place when you join twice.
        """
        entry = await join(
            input.session_id, topic_id=input.topic_id, note=input.note, needs=input.needs,
            by=info.context.viewer, now=info.context.now,
        )  # fmt: skip
        return h.JoinQueuePayload(entry=shown(entry))

    @verb(h.LeaveQueuePayload)
    async def leave_queue(self, info: Info, input: h.LeaveQueueInput) -> h.LeaveQueuePayload:
        """Wait no longer."""
        return h.LeaveQueuePayload(entry=shown(await follow(info, input.id, "leave")))

    @verb(h.PauseQueueEntryPayload)
    async def pause_queue_entry(self, info: Info, input: h.PauseQueueEntryInput) -> h.PauseQueueEntryPayload:
        """Be away for a moment: you keep your place and are not called. Hosts pause whom they called in vain."""
        return h.PauseQueueEntryPayload(entry=shown(await follow(info, input.id, "pause")))

    @verb(h.ResumeQueueEntryPayload)
    async def resume_queue_entry(self, info: Info, input: h.ResumeQueueEntryInput) -> h.ResumeQueueEntryPayload:
        """You are back, at the place that you had."""
        return h.ResumeQueueEntryPayload(entry=shown(await follow(info, input.id, "resume")))


@strawberry.type
class CallingMutation:
    @verb(h.CallNextPayload)
    async def call_next(self, info: Info, input: h.CallNextInput) -> h.CallNextPayload:
        """Call whoever has been helped least often today, then whoever came first; hosts of the session.

        With a topic, only those who wait because of it.
        """
        entry = await call_next(input.session_id, topic_id=input.topic_id, by=info.context.viewer, now=info.context.now)
        return h.CallNextPayload(entry=shown(entry))

    @verb(h.StartQueueEntryPayload)
    async def start_queue_entry(self, info: Info, input: h.StartQueueEntryInput) -> h.StartQueueEntryPayload:
        """They are there and you talk."""
        return h.StartQueueEntryPayload(entry=shown(await follow(info, input.id, "start")))

    @verb(h.FinishQueueEntryPayload)
    async def finish_queue_entry(self, info: Info, input: h.FinishQueueEntryInput) -> h.FinishQueueEntryPayload:
        """You have talked; either of you says so."""
        return h.FinishQueueEntryPayload(entry=shown(await follow(info, input.id, "finish")))

    @verb(h.ReturnQueueEntryPayload)
    async def return_queue_entry(self, info: Info, input: h.ReturnQueueEntryInput) -> h.ReturnQueueEntryPayload:
        """You cannot help them now after all: they wait again at their place, for any host."""
        return h.ReturnQueueEntryPayload(entry=shown(await follow(info, input.id, "put_back")))

    @verb(h.DismissQueueEntryPayload)
    async def dismiss_queue_entry(self, info: Info, input: h.DismissQueueEntryInput) -> h.DismissQueueEntryPayload:
        """You called and nobody came. It is no mark; they can join again."""
        return h.DismissQueueEntryPayload(entry=shown(await follow(info, input.id, "dismiss")))
