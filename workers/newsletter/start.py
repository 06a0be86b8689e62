"""When an approved issue's hour has come: the job that begins to send, and the tick that sees to it all the same."""

from datetime import datetime, timedelta
from uuid import UUID

from tortoise.transactions import in_transaction

from models.access import SYSTEM
from models.errors import Refusal
from models.jobs import JobRun
from models.newsletter.compose import drop_unpublished
from models.newsletter.issues import START, NewsletterIssue
from models.newsletter.states import IssueState
from models.outbox import OutboxEvent
from workers.jobs import job
from workers.newsletter.proof import proof_of
from workers.work import Done, Ending, Job, Later, Tools

REMINDER = timedelta(hours=3)  # Friday noon for an issue of Friday at three
APPROVAL_DUE = "issue.approval_due"
WITHDRAWN = "Something in this issue was withdrawn while it was being sent."


@job(START)
async def start(tools: Tools, job: Job) -> Ending:
    """Begin to send; once more looks at whether everything in the issue is still public (newsletter.md, 10.7)."""
    issue_id = UUID(str(job.payload["issue"]))
    await without_what_is_gone(issue_id, tools)
    again = await NewsletterIssue.start(issue_id, zone=tools.site.zone, now=tools.now())
    if again:
        return Later(again, "not yet", free=True)
    await tools.ring()
    return Done()


@job("issue.tick")
async def tick(tools: Tools, job: Job) -> Ending:
    """Every five minutes: starts what is due although its job was lost, stops what tells something withdrawn, and
    reminds of approvals that are missing. Nothing is ever sent without one.
    """
    now = tools.now()
    due = await NewsletterIssue.filter(state=IssueState.SCHEDULED, scheduled_at__lte=now).order_by("scheduled_at")
    for issue in due:
        key = f"{START}:{issue.id}:{issue.version}:{now:%Y%m%d%H%M}"
        async with in_transaction():
            await JobRun.enqueue(START, key, due_at=now, payload={"issue": str(issue.id)})
    for issue in await NewsletterIssue.filter(state=IssueState.SENDING):
        await stop_if_withdrawn(issue.id, tools)
    soon = NewsletterIssue.filter(state=IssueState.IN_REVIEW, planned_at__lte=now + REMINDER, planned_at__gt=now)
    for issue in await soon:
        await remind(issue.id, now)
    if due:
        await tools.ring()
    return Done()


async def remind(issue_id: UUID, now: datetime) -> None:
    """Tell the desk, once per issue, that nobody has approved it yet."""
    async with in_transaction():
        issue = await NewsletterIssue.locked(issue_id)
        told = await OutboxEvent.filter(type=APPROVAL_DUE, subject_id=issue_id).exists()
        if issue.state is IssueState.IN_REVIEW and not told:
            await OutboxEvent.record(APPROVAL_DUE, subject_kind=NewsletterIssue.kind, subject_id=issue_id, now=now)


async def without_what_is_gone(issue_id: UUID, tools: Tools) -> None:
    """Freeze a due issue again without what was unpublished since its approval; nobody has got it yet."""
    async with in_transaction():
        issue = await NewsletterIssue.locked(issue_id)
        due = issue.state is IssueState.SCHEDULED and issue.scheduled_at and issue.scheduled_at <= tools.now()
        if not due or not await drop_unpublished(issue):
            return
        issue.revision += 1
        proof = await proof_of(issue, tools.site, tools.now())
        await proof.save(force_create=True)
        await issue.freeze_again(proof, now=tools.now())


async def stop_if_withdrawn(issue_id: UUID, tools: Tools) -> None:
    """A team took its consent back in mid-send (C9.4): pause, and let editors decide about the rest."""
    async with in_transaction():
        issue = await NewsletterIssue.locked(issue_id)
        if issue.state is IssueState.SENDING and await drop_unpublished(issue):
            try:
                await NewsletterIssue.pause(issue_id, reason=WITHDRAWN, by=SYSTEM, now=tools.now())
            except Refusal:  # finished in the meantime
                return
