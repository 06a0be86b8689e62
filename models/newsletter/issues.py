"""NewsletterIssue: one week's issue, and the verbs of its life from collecting to sent (newsletter.md, 1.2 and 10).

Every change of what it says raises `revision`. A proof and an approval belong to one revision; any later edit voids
them. Editors pass the revision that they have read: of two at once one is told, and nothing is lost.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, NamedTuple, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from tortoise import fields
from tortoise.transactions import in_transaction

from models import text
from models.access import SYSTEM, Viewer, require
from models.base import Moment, new_id
from models.errors import NotFound, Stale, WrongState
from models.jobs import JobRun
from models.language import Language
from models.machine import Stateful, Table
from models.newsletter import audience, holidays
from models.newsletter.items import NOTE, IssueItem, ItemWords, camel
from models.newsletter.proofs import IssueProof
from models.newsletter.refusals import InThePast, OrderIncomplete
from models.newsletter.sections import SECTIONS, SectionKey
from models.newsletter.states import AT_WORK, COMPOSERS, IssueState, forget_copies, transitions
from models.newsletter.weeks import Week, after_quiet, is_quiet
from models.outbox import AuditEvent

UNDO = timedelta(minutes=10)
"""After scheduling nothing leaves for so long."""
PUNCTUAL = timedelta(minutes=15)
"""A start that is later than this counts as late, and respects quiet hours (E34)."""
SUBJECT_MAX = 120

PROOF = "issue.proof"
START = "issue.start"
TRIAL = "issue.test_send"
"""Kinds of work in `workers/newsletter/`."""

Change = Callable[["NewsletterIssue"], Awaitable[None]]


class Caution(NamedTuple):
    """Something an editor should know before deciding; it forbids nothing."""

    code: str
    de: str
    en: str


class NewsletterIssue(Stateful):
    """What was approved stands in `frozen`, an immutable copy; the items are what editors go on working with."""

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
        table = "newsletter_issue"
        unique_together = (("iso_year", "iso_week"),)

    @property
    def week(self) -> Week:
        return Week(self.iso_year, self.iso_week)

    def subject(self, language: Language) -> str:
        return self.subject_en if language is Language.EN else self.subject_de

    def archive_path(self, language: Language) -> str:
        """The public page of the issue, below the site's address."""
        return f"/newsletter/{self.week.slug}/{language.value}"

    @property
    def changed_at(self) -> datetime | None:
        """When readers of the archive last saw a change."""
        moment: datetime | None = self.corrected_at or self.sent_at
        return moment

    @classmethod
    def archived(cls) -> Any:
        """The issues that everybody may read, newest first: sent ones. The one definition of the archive."""
        return cls.filter(state=IssueState.SENT).order_by("-iso_year", "-iso_week")

    # Beginning

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

    # The editors' board

    @classmethod
    async def reword(
        cls,
        id: UUID,
        *,
        revision: int,
        by: Viewer,
        now: datetime,
        subject_de: str | None = None,
        subject_en: str | None = None,
        intro_de: str | None = None,
        intro_en: str | None = None,
    ) -> Self:
        """Change subjects and greetings; None leaves one as it is. A subject is one line, a greeting is Markdown."""
        subjects = {"subject_de": subject_de, "subject_en": subject_en}
        intros = {"intro_de": intro_de, "intro_en": intro_en}
        read = {name: text.line(said, camel(name), SUBJECT_MAX) for name, said in subjects.items() if said is not None}
        read |= {
            name: text.prose(said, camel(name), 3_000, required=False)
            for name, said in intros.items()
            if said is not None
        }

        async def change(issue: NewsletterIssue) -> None:
            issue.update_from_dict(read)

        return await cls._edited(id, revision, by, now, change)

    @classmethod
    async def edit_item(
        cls,
        id: UUID,
        item_id: UUID,
        *,
        revision: int,
        by: Viewer,
        now: datetime,
        words: ItemWords | None = None,
        pinned: bool | None = None,
        hidden: bool | None = None,
    ) -> Self:
        """Pin, hide (or take back either) or reword an item. A pinned item comes first and survives composing."""

        async def change(issue: NewsletterIssue) -> None:
            item = await issue._item(item_id)
            if words:
                words.into(item)
                item.edited = True
            item.pinned = item.pinned if pinned is None else pinned
            item.hidden = item.hidden if hidden is None else hidden
            if item.pinned:
                item.dropped_de = item.dropped_en = ""  # the override: an editor wants it, also a second time
            await item.save()

        return await cls._edited(id, revision, by, now, change)

    @classmethod
    async def reorder(
        cls, id: UUID, section: SectionKey, item_ids: Sequence[UUID], *, revision: int, by: Viewer, now: datetime
    ) -> Self:
        """Give a section's items in their new order, each once. Raises `OrderIncomplete`."""

        async def change(issue: NewsletterIssue) -> None:
            items = {item.id: item for item in await issue.items.filter(section=section)}
            shown = {id for id, item in items.items() if item.is_in}
            if len(set(item_ids)) != len(item_ids) or not shown <= set(item_ids) <= set(items):
                raise OrderIncomplete("itemIds")
            for position, item_id in enumerate(item_ids):
                items[item_id].position, items[item_id].placed = position, True
                await items[item_id].save()

        return await cls._edited(id, revision, by, now, change)

    @classmethod
    async def add_note(
        cls, id: UUID, section: SectionKey, words: ItemWords, *, revision: int, by: Viewer, now: datetime
    ) -> Self:
        """An item of the editors' own, in any section."""

        async def change(issue: NewsletterIssue) -> None:
            own = new_id()
            item = IssueItem(id=own, issue_id=issue.id, section=section, kind=NOTE, source_id=own, edited=True)
            item.position = await issue.items.filter(section=section).count()
            item.reason_de, item.reason_en = "von der Redaktion ergänzt", "added by the editors"
            words.into(item)
            await item.save(force_create=True)

        return await cls._edited(id, revision, by, now, change)

    @classmethod
    async def remove_note(cls, id: UUID, item_id: UUID, *, revision: int, by: Viewer, now: datetime) -> Self:
        """Delete a note; what came from the event log is hidden instead, so that it is known why it is not there."""

        async def change(issue: NewsletterIssue) -> None:
            item = await issue._item(item_id)
            if not item.is_note:
                raise WrongState("itemId")
            await item.delete()

        return await cls._edited(id, revision, by, now, change)

    async def _item(self, item_id: UUID) -> IssueItem:
        item = await self.items.filter(id=item_id).first()
        if item is None:
            raise NotFound("itemId")
        return item

    # Review, approval, schedule

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

        async def freeze(issue: NewsletterIssue) -> None:
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

        async def plan(issue: NewsletterIssue) -> None:
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

        async def forget(issue: NewsletterIssue) -> None:
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

    # Sending: what jobs do

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

        async def remember(issue: NewsletterIssue) -> None:
            issue.pause_reason = why

        return await cls._followed(id, "pause", by, now, before=remember, note=why)

    @classmethod
    async def resume(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        async def forget(issue: NewsletterIssue) -> None:
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

        async def note(issue: NewsletterIssue) -> None:
            issue.correction_de, issue.correction_en, issue.corrected_at = de, en, now

        return await cls._followed(id, "correct", by, now, before=note)

    # The ways in which the verbs above touch the row

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
        async def apply(issue: NewsletterIssue) -> None:
            await change(issue)
            issue.revision += 1
            issue.last_editor_id = by.person_id
            issue._void()

        async with in_transaction():
            issue = await cls._followed(id, "edit", by, now, before=apply, revision=revision)
            await issue._ask_for_proof(now)
        return issue


def _where(holiday: holidays.Holiday, word: str) -> str:
    return "" if holiday.nationwide else f" ({word} {', '.join(sorted(holiday.states))})"
