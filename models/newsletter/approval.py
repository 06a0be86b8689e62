"""From review to the hour of sending: proof, audience, approval by a second person, schedule."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from tortoise.transactions import in_transaction

from models.access import SYSTEM, Viewer, require
from models.jobs import JobRun
from models.language import Language
from models.newsletter import audience, holidays
from models.newsletter.board import Board
from models.newsletter.issue_row import START, TRIAL
from models.newsletter.proofs import IssueProof
from models.newsletter.refusals import InThePast
from models.newsletter.sections import SECTIONS
from models.newsletter.states import COMPOSERS, forget_copies
from models.newsletter.weeks import is_quiet
from models.outbox import AuditEvent

UNDO = timedelta(minutes=10)
"""After scheduling nothing leaves for so long."""


class Caution(NamedTuple):
    """Something an editor should know before deciding; it forbids nothing."""

    code: str
    de: str
    en: str


class Approval(Board):
    """The verbs of the review."""

    class Meta:
        abstract = True

    async def proof(self) -> IssueProof | None:
        """The proof of the present revision; None while the worker is still at it."""
        return await self.proofs.filter(revision=self.revision).first()

    async def readers(self, *, now: datetime) -> audience.Audience:
        """`issueAudience`: who would get it at its hour, by the expression that later writes the copies."""
        proof = await self.proof()
        filled = proof.filled if proof else await self._filled()
        return await audience.audience(self.id, filled=filled, at=self.scheduled_at or self.planned_at or now)

    async def _filled(self) -> int:
        bits = {section.key: 1 << section.bit for section in SECTIONS}
        return sum({bits[item.section] for item in await self.items.all() if item.is_in})

    @classmethod
    async def approve(cls, id: UUID, *, revision: int, by: Viewer, now: datetime) -> Self:
        """A second person approves the revision that they have read. Its proof becomes the frozen copy, and its readers
        are written down. Raises `Stale` for another revision, `SecondPerson`, `NotProofed`, `LintFindings`.
        """

        async def freeze(issue: Any) -> None:
            proof = await issue.proof()
            assert proof is not None  # the guard has seen it, under the same lock
            issue.frozen, issue.frozen_sha256 = proof.snapshot, proof.sha256
            issue.approved_by_id, issue.approved_at, issue.approved_revision = by.person_id, now, issue.revision

        async with in_transaction():
            issue = await cls._followed(id, "approve", by, now, before=freeze, revision=revision)
            await issue._write_copies(issue.planned_at or now, now)
        return issue

    async def _write_copies(self, at: datetime, now: datetime) -> None:
        proof = await self.proofs.filter(revision=self.approved_revision).first()
        assert proof is not None
        await audience.write_copies(self.id, filled=proof.filled, at=max(at, now), now=now)
        self.audience_total = await self.deliveries.all().count()
        await self.save(update_fields=["audience_total", "updated_at"])

    @classmethod
    async def schedule(
        cls, id: UUID, *, by: Viewer, now: datetime, at: datetime | None = None, undo: timedelta = UNDO
    ) -> Self:
        """Send at a moment (by default when it is planned, or now), but not before the time to undo is over. A second
        call moves it. Ask `warnings(at)` first.
        """
        if at is not None and at < now - timedelta(minutes=1):
            raise InThePast("at")

        async def plan(issue: Any) -> None:
            issue.scheduled_at = max(at or issue.planned_at or now, now + undo)

        async with in_transaction():
            issue = await cls._followed(id, "schedule", by, now, before=plan)
            await JobRun.enqueue(
                START,
                f"{START}:{issue.id}:{issue.version}",
                due_at=issue.scheduled_at,
                payload={"issue": str(issue.id)},
            )
        return issue

    @classmethod
    async def unschedule(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        """Undo, as long as nothing has left. The approval stays."""

        async def forget(issue: Any) -> None:
            issue.scheduled_at = None

        return await cls._followed(id, "unschedule", by, now, before=forget)

    @staticmethod
    def warnings(at: datetime, zone: ZoneInfo) -> list[Caution]:
        """What speaks against this moment: a public holiday (E26), quiet hours (E34)."""
        found = [
            Caution(
                "HOLIDAY",
                f"An diesem Tag ist {each.de}{_where(each, 'in')}.",
                f"{each.en} is on this day{_where(each, 'in')}.",
            )
            for each in holidays.on(at.astimezone(zone).date())
        ]
        if is_quiet(at, zone):
            found.append(
                Caution(
                    "QUIET_HOURS", "Zwischen 21 und 8 Uhr schlafen viele.", "Between 21:00 and 8:00 many are asleep."
                )
            )
        return found

    @classmethod
    async def send_test(cls, id: UUID, *, language: Language, by: Viewer, now: datetime) -> None:
        """Mail the issue as it stands to the editor who asks, marked as a test."""
        require(by, *COMPOSERS)
        async with in_transaction():
            issue = await cls.locked(id)
            key = f"{TRIAL}:{issue.id}:{issue.revision}:{language.value}:{by.person_id}:{now.isoformat()}"
            about = {"issue": str(issue.id), "language": language.value, "person": str(by.person_id)}
            await JobRun.enqueue(TRIAL, key, due_at=now, payload=about)

    async def freeze_again(self, proof: IssueProof, *, now: datetime) -> None:
        """A due issue without what was unpublished since its approval; the row is locked, nobody has got it yet. With
        nothing left, or with findings, people look at it again.
        """
        await forget_copies(self, SYSTEM, now)
        if proof.filled and not proof.errors:
            self.frozen, self.frozen_sha256, self.approved_revision = proof.snapshot, proof.sha256, self.revision
            self.version += 1
            await self.save()
            await AuditEvent.record(self, "freeze_again", by=SYSTEM, now=now, note="something is no longer public")
            return
        self._void()
        await self.follow("withdraw", by=SYSTEM, now=now, note="something is no longer public")


def _where(holiday: holidays.Holiday, word: str) -> str:
    return "" if holiday.nationwide else f" ({word} {', '.join(sorted(holiday.states))})"
