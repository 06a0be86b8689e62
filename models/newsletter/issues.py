"""NewsletterIssue: one week's issue, and the verbs of its life from collecting to sent (newsletter.md, 1.2 and 10).

Every change of what it says raises `revision`. A proof and an approval belong to one revision; any later edit voids
them. The columns stand in `issue_row.py`, what editors change in `board.py`, the way to the hour in `approval.py`.
"""

from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from tortoise.transactions import in_transaction

from models import text
from models.access import SYSTEM, Viewer
from models.newsletter.approval import UNDO, Approval, Caution
from models.newsletter.issue_row import PROOF, START, TRIAL
from models.newsletter.states import IssueState
from models.newsletter.weeks import after_quiet, is_quiet

__all__ = ["PROOF", "START", "TRIAL", "UNDO", "Caution", "NewsletterIssue"]

PUNCTUAL = timedelta(minutes=15)
"""A start that is later than this counts as late, and respects quiet hours (E34)."""


class NewsletterIssue(Approval):
    """What was approved stands in `frozen`, an immutable copy; the items are what editors go on working with."""

    class Meta:
        table = "newsletter_issue"
        unique_together = (("iso_year", "iso_week"),)

    @classmethod
    async def start(cls, id: UUID, *, zone: ZoneInfo, now: datetime) -> datetime | None:
        """Begin to send an issue that is due; too late it goes back to review (C11.2). An issue that is not scheduled
        (any more) stays as it is. Returns when to ask again, or None when there is nothing more to do here.
        """
        async with in_transaction():
            issue = await cls.locked(id)
            if issue.state is not IssueState.SCHEDULED or issue.scheduled_at is None:
                return None
            due_at: datetime = issue.scheduled_at
            if due_at > now:
                return due_at
            if (await issue.decide("lapse", by=SYSTEM, now=now)).allowed:
                await issue.follow("lapse", by=SYSTEM, now=now, note="more than twelve hours late")
                issue._void()
                await issue.save()
                await issue._ask_for_proof(now)
                return None
            if now - due_at > PUNCTUAL and is_quiet(now, zone):
                return after_quiet(now, zone)
            issue.sending_since = now
            await issue.follow("start", by=SYSTEM, now=now)
            # Once more, for whoever has confirmed since the approval; it adds nobody twice.
            await issue._write_copies(due_at, now)
        return None

    @classmethod
    async def pause(cls, id: UUID, *, reason: str, by: Viewer, now: datetime) -> Self:
        """Stop; at most one more copy per connection leaves."""
        why = text.line(reason, "reason", 300)

        async def remember(issue: Any) -> None:
            issue.pause_reason = why

        return await cls._followed(id, "pause", by, now, before=remember, note=why)

    @classmethod
    async def resume(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        async def forget(issue: Any) -> None:
            issue.pause_reason = ""

        return await cls._followed(id, "resume", by, now, before=forget)

    @classmethod
    async def finish(cls, id: UUID, *, now: datetime) -> Self:
        """Every copy has come to an end."""
        return await cls._followed(id, "finish", SYSTEM, now)

    @classmethod
    async def cancel(cls, id: UUID, *, reason: str, by: Viewer, now: datetime) -> Self:
        """For good: copies that have not left are skipped."""
        why = text.line(reason, "reason", 300)
        return await cls._followed(id, "cancel", by, now, note=why)

    @classmethod
    async def skip(cls, id: UUID, *, by: Viewer, now: datetime, note: str = "") -> Self:
        """Leave a week out."""
        return await cls._followed(id, "skip", by, now, note=note)

    @classmethod
    async def reopen(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        """A week that was left out has something to say after all."""
        async with in_transaction():
            issue = await cls._followed(id, "reopen", by, now)
            await issue._ask_for_proof(now)
        return issue

    @classmethod
    async def correct(cls, id: UUID, *, note_de: str, note_en: str, by: Viewer, now: datetime) -> Self:
        """A visible note on the archive page and in the feed; the mails that went out stay as they are."""
        de, en = text.line(note_de, "noteDe", 500), text.line(note_en, "noteEn", 500)

        async def note(issue: Any) -> None:
            issue.correction_de, issue.correction_en, issue.corrected_at = de, en, now

        return await cls._followed(id, "correct", by, now, before=note)
