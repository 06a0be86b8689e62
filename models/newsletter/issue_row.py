"""The columns of an issue, and the ways in which its verbs touch the row."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from tortoise import fields
from tortoise.transactions import in_transaction

from models.access import Viewer, require
from models.base import Moment
from models.errors import Stale
from models.jobs import JobRun
from models.language import Language
from models.machine import Stateful, Table
from models.newsletter.items import IssueItem
from models.newsletter.proofs import IssueProof
from models.newsletter.states import AT_WORK, COMPOSERS, IssueState, transitions
from models.newsletter.weeks import Week

PROOF, START, TRIAL = "issue.proof", "issue.start", "issue.test_send"
"""The work of `workers/newsletter/`."""

Change = Callable[[Any], Awaitable[None]]


class IssueRow(Stateful):
    """The columns of an issue, and the ways in which its verbs touch the row."""

    kind = "issue"
    transitions: ClassVar[Table] = transitions

    iso_year = fields.IntField()
    iso_week = fields.IntField()
    state = fields.CharEnumField(IssueState, max_length=24, default=IssueState.COLLECTING)
    revision = fields.IntField(default=1, db_default=1)
    subject_de = fields.CharField(max_length=200, default="")
    subject_en = fields.CharField(max_length=200, default="")
    intro_de = fields.TextField(default="")
    intro_en = fields.TextField(default="")
    cutoff_from = Moment(null=True)
    cutoff_until = Moment(null=True)
    """What was published from the one (inclusive) to the other (exclusive) is new in this issue."""
    carried_over = fields.IntField(default=0)
    """How many items are older than that and were never sent."""
    composed_by_id = fields.UUIDField(null=True)
    last_editor_id = fields.UUIDField(null=True)
    approved_by_id = fields.UUIDField(null=True)
    approved_at = Moment(null=True)
    approved_revision = fields.IntField(null=True)
    frozen: Any = fields.JSONField(null=True)
    frozen_sha256 = fields.CharField(max_length=64, default="")
    audience_total = fields.IntField(null=True)
    planned_at = Moment(null=True)
    """When it goes out unless an editor says otherwise."""
    scheduled_at = Moment(null=True, db_index=True)
    sending_since = Moment(null=True)
    sent_at = Moment(null=True, db_index=True)
    pause_reason = fields.CharField(max_length=300, default="")
    correction_de = fields.CharField(max_length=500, default="")
    correction_en = fields.CharField(max_length=500, default="")
    corrected_at = Moment(null=True)

    items: fields.ReverseRelation[IssueItem]
    proofs: fields.ReverseRelation[IssueProof]
    deliveries: fields.ReverseRelation[Any]

    class Meta:
        abstract = True

    @property
    def week(self) -> Week:
        return Week(self.iso_year, self.iso_week)

    def subject(self, language: Language) -> str:
        return self.subject_en if language is Language.EN else self.subject_de

    def archive_path(self, language: Language) -> str:
        """The public page of the issue, below the site's address."""
        return self.week.archive_path(language)

    @property
    def changed_at(self) -> datetime | None:
        """When readers of the archive last saw a change."""
        moment: datetime | None = self.corrected_at or self.sent_at
        return moment

    @classmethod
    def archived(cls) -> Any:
        """The issues that everybody may read, newest first: those that were sent. The one definition of the archive."""
        return cls.filter(state__in=list(AT_WORK), sent_at__isnull=False).order_by("-iso_year", "-iso_week")

    @classmethod
    async def collect(cls, week: Week, *, zone: ZoneInfo, by: Viewer, now: datetime) -> Self:
        """The issue of a week; made if there is none yet. Two at once make one."""
        require(by, *COMPOSERS)
        async with in_transaction():
            row = await cls.filter(iso_year=week.year, iso_week=week.number).select_for_update().first()
            if row is None:
                fresh = cls(iso_year=week.year, iso_week=week.number, planned_at=week.sending_time(zone))
                await cls.bulk_create([fresh], ignore_conflicts=True)
                row = await cls.filter(iso_year=week.year, iso_week=week.number).select_for_update().get()
        return row

    @classmethod
    async def last_at_work(cls, before: Week) -> Self | None:
        """The latest earlier issue that reached readers: its cut-off is where the next one begins."""
        rows = await cls.filter(state__in=list(AT_WORK), cutoff_until__isnull=False).order_by("-cutoff_until")
        return next((row for row in rows if row.week < before), None)

    def _void(self) -> None:
        self.approved_by_id = self.approved_at = self.approved_revision = self.scheduled_at = None
        self.frozen, self.frozen_sha256, self.audience_total = None, "", None

    async def _ask_for_proof(self, now: datetime) -> None:
        if self.state is IssueState.IN_REVIEW:
            key = f"{PROOF}:{self.id}:{self.revision}"
            await JobRun.enqueue(PROOF, key, due_at=now, payload={"issue": str(self.id), "revision": self.revision})

    @classmethod
    async def _followed(
        cls,
        id: UUID,
        action: str,
        by: Viewer,
        now: datetime,
        *,
        before: Change | None = None,
        revision: int | None = None,
        note: str = "",
    ) -> Self:
        async with in_transaction():
            issue = await cls.locked(id)
            if revision is not None and issue.revision != revision:
                raise Stale("revision")
            if refusal := (await issue.decide(action, by=by, now=now)).refusal:
                raise refusal
            if before:
                await before(issue)
            await issue.follow(action, by=by, now=now, note=note)
        return issue

    @classmethod
    async def _edited(cls, id: UUID, revision: int, by: Viewer, now: datetime, change: Change) -> Self:
        async def apply(issue: Any) -> None:
            await change(issue)
            issue.revision += 1
            issue.last_editor_id = by.person_id
            issue._void()

        async with in_transaction():
            issue = await cls._followed(id, "edit", by, now, before=apply, revision=revision)
            await issue._ask_for_proof(now)
        return issue
