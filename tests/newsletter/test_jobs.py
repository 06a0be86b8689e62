"""The newsletter's jobs, each as a worker runs it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any
from uuid import uuid4

import pytest

import models
from models.errors import NotAllowed
from models.jobs import JobRun
from models.language import Language
from models.newsletter import Delivery, IssueProof, IssueState, NewsletterIssue, Subscription, SubscriptionLink
from models.newsletter.issues import PROOF, START, TRIAL
from models.newsletter.sections import SectionKey, mask
from models.schedule import Schedule
from models.sql import changed
from tests import people
from tests.newsletter.readers import SITE, ZONE, asked, composed, proofed, reader, sent, story, success, waiting
from workers.jobs import HANDLERS
from workers.mail.message import Parcel
from workers.mail.replies import Reply, Verdict
from workers.newsletter import compose, proof, purge, start, trial  # noqa: F401  # they register their jobs
from workers.schedule import LINES, plant
from workers.work import Done, Ending, Job, Later, Never, Tools

S = IssueState
DAY = timedelta(days=1)


class Postbox:
    """A mailer that keeps what it is given."""

    def __init__(self) -> None:
        self.parcels: list[Parcel] = []

    async def send(self, parcel: Parcel) -> Reply:
        self.parcels.append(parcel)
        return Reply(Verdict.ACCEPTED, 250, "2.0.0 Ok")

    def line(self) -> Any:
        raise NotImplementedError

    async def close(self) -> None:
        """Nothing is open."""


class Worker:
    """Runs single jobs at a moment of our choice."""

    def __init__(self, now: datetime) -> None:
        self.now, self.postbox = now, Postbox()

    async def does(self, work: str, **payload: Any) -> Ending:
        tools = Tools(SITE, self.postbox, now=lambda: self.now)
        return await HANDLERS[work](tools, Job(uuid4(), work, f"{work}:test", payload, 1))

    async def does_what_waits(self, work: str) -> list[Ending]:
        return [await self.does(work, **payload) for payload in await waiting(work)]


@pytest.fixture
async def worker(database: str, now: datetime) -> AsyncIterator[Worker]:
    yield Worker(now)


async def planned(worker: Worker, at: datetime) -> NewsletterIssue:
    """An issue with a story and a figure, approved and scheduled."""
    await story(at=worker.now - DAY)
    await success(at=worker.now - DAY)
    issue = await composed(worker.now)
    await worker.does_what_waits(PROOF)
    ed = await people.editor()
    await NewsletterIssue.approve(issue.id, revision=issue.revision, by=ed, now=worker.now)
    return await NewsletterIssue.schedule(issue.id, by=ed, now=worker.now, at=at, undo=timedelta(0))


async def test_the_weekly_job_composes_the_week_of_its_period(worker: Worker, now: datetime) -> None:
    """E18: the worker was down on Friday and comes back on Monday."""
    await success(at=now - DAY)
    friday = datetime(2020, 4, 17, 7, tzinfo=UTC)
    worker.now = friday + 3 * DAY

    await worker.does("issue.compose", at=friday.isoformat(), period="2020-W16")
    await worker.does("issue.compose", at=friday.isoformat(), period="2020-W16")

    (issue,) = await NewsletterIssue.all()
    assert str(issue.week) == "2020-W16" and issue.state is S.IN_REVIEW


@pytest.mark.parametrize("autumn", [True, False])
async def test_one_issue_a_week_over_the_change_of_the_clocks(worker: Worker, autumn: bool) -> None:
    """E17, through the schedule's own rows: a job for each Friday, an issue for each job."""
    begin = datetime(2026, 10, 19, tzinfo=UTC) if autumn else datetime(2027, 3, 22, tzinfo=UTC)
    await plant([line for line in LINES if line.work == "issue.compose"], "Europe/Berlin")
    await Schedule.all().update(begun_until=begin)

    for hour in range(0, 21 * 24, 5):
        worker.now = begin + timedelta(hours=hour)
        await success(f"Erfolg {hour}", at=worker.now - timedelta(minutes=1))
        await Schedule.begin_due(worker.now)
        for job in await JobRun.filter(work="issue.compose", state="pending"):
            await worker.does("issue.compose", **job.payload)
            await JobRun.filter(id=job.id).update(state="done")

    weeks = [str(issue.week) for issue in await NewsletterIssue.all().order_by("iso_week")]
    assert weeks == (["2026-W43", "2026-W44", "2026-W45"] if autumn else ["2027-W12", "2027-W13", "2027-W14"])


async def test_a_proof_compiles_every_variant_that_somebody_gets(worker: Worker, now: datetime) -> None:
    for name, sections in (("ada", mask([SectionKey.BLOCKS])), ("ben", mask([SectionKey.LEARNING]))):
        row = await reader(f"{name}@example.org", now=now)
        await Subscription.filter(id=row.id).update(sections=sections)
    await success(at=now - DAY)
    issue = await composed(now)

    await worker.does_what_waits(PROOF)

    made = await IssueProof.get(issue_id=issue.id)
    assert sorted(made.variants) == ["de", "de-4", "en"]  # nothing is there for whoever wants learning alone
    assert made.errors == [] and made.filled == 4
    assert "1.200 Kisten gepackt" in made.html_de and "slot-" not in made.html_de + made.text_en
    assert made.subject_de.startswith("KW 16")


async def test_a_proof_of_an_older_revision_is_not_made(worker: Worker, now: datetime) -> None:
    await success(at=now - DAY)
    issue = await composed(now)
    await NewsletterIssue.reword(issue.id, subject_de="Neu", revision=issue.revision, by=await people.editor(), now=now)

    await worker.does_what_waits(PROOF)
    await worker.does_what_waits(PROOF)

    (made,) = await IssueProof.all()
    assert made.revision == issue.revision + 1


async def test_the_start_job_waits_for_the_hour_and_then_begins(worker: Worker, now: datetime) -> None:
    await reader(now=now)
    issue = await planned(worker, now + timedelta(hours=1))

    (early,) = await worker.does_what_waits(START)
    assert isinstance(early, Later) and early.at == now + timedelta(hours=1) and early.free

    worker.now = now + timedelta(hours=1)
    assert await worker.does_what_waits(START) == [Done()]
    assert (await NewsletterIssue.get(id=issue.id)).state is S.SENDING


async def test_the_tick_starts_an_issue_whose_job_was_lost(worker: Worker, now: datetime) -> None:
    issue = await planned(worker, now)
    await JobRun.filter(work=START).delete()

    await worker.does("issue.tick")
    await worker.does("issue.tick")
    assert len(await waiting(START)) == 1
    await worker.does_what_waits(START)

    assert (await NewsletterIssue.get(id=issue.id)).state is S.SENDING


async def test_the_tick_leaves_alone_what_is_not_approved(worker: Worker, now: datetime) -> None:
    """Nothing is ever sent unapproved."""
    await success(at=now - DAY)
    issue = await composed(now)
    worker.now = now + 30 * DAY

    await worker.does("issue.tick")
    await worker.does(START, issue=str(issue.id))

    assert (await NewsletterIssue.get(id=issue.id)).state is S.IN_REVIEW


async def test_a_story_retracted_before_the_start_is_not_sent(worker: Worker, now: datetime) -> None:
    """newsletter.md, 10.7."""
    await reader(now=now)
    issue = await planned(worker, now + timedelta(hours=1))
    await models.Story.all().update(state="retracted")
    worker.now = now + timedelta(hours=1)

    await worker.does(START, issue=str(issue.id))

    fresh = await NewsletterIssue.get(id=issue.id)
    assert fresh.state is S.SENDING
    assert "Was gelang." not in str(fresh.frozen) and "1.200 Kisten" in str(fresh.frozen)
    assert fresh.approved_revision == fresh.revision
    assert await Delivery.filter(issue_id=issue.id).count() == 1
    assert await models.AuditEvent.filter(action="freeze_again").count() == 1


async def test_with_everything_retracted_people_look_at_it_again(worker: Worker, now: datetime) -> None:
    await reader(now=now)
    issue = await planned(worker, now)
    await models.Story.all().update(state="retracted")
    await models.Success.all().update(state="draft")

    await worker.does(START, issue=str(issue.id))

    assert (await NewsletterIssue.get(id=issue.id)).state is S.IN_REVIEW
    assert not await Delivery.all().exists()


async def test_a_story_retracted_in_mid_send_pauses_the_issue_once(worker: Worker, now: datetime) -> None:
    issue = await planned(worker, now)
    await worker.does(START, issue=str(issue.id))
    await models.Story.all().update(state="retracted")

    await worker.does("issue.tick")
    fresh = await NewsletterIssue.get(id=issue.id)
    assert fresh.state is S.PAUSED and "withdrawn" in fresh.pause_reason

    await NewsletterIssue.resume(issue.id, by=await people.editor(), now=now)
    await worker.does("issue.tick")
    assert (await NewsletterIssue.get(id=issue.id)).state is S.SENDING


async def test_a_test_mail_goes_to_the_editor_alone_and_says_so(worker: Worker, now: datetime) -> None:
    await reader(now=now)
    await success(at=now - DAY)
    issue, ed = await composed(now), await people.editor("Edda", email="edda@example.org")

    await NewsletterIssue.send_test(issue.id, language=Language.DE, by=ed, now=now)
    await worker.does_what_waits(TRIAL)

    (parcel,) = worker.postbox.parcels
    mail = message_from_bytes(parcel.content, policy=default)
    assert parcel.recipient == "edda@example.org"
    assert str(mail["Subject"]).startswith("[TEST] KW 16")
    assert "/newsletter/unsubscribe/test" in str(mail["List-Unsubscribe"])
    assert not await Delivery.all().exists()


async def test_a_test_mail_is_for_editors(worker: Worker, now: datetime) -> None:
    await success(at=now - DAY)
    issue = await composed(now)

    with pytest.raises(NotAllowed):
        await NewsletterIssue.send_test(issue.id, language=Language.DE, by=await people.participant(), now=now)


async def test_the_nightly_purge_forgets_and_anchors(worker: Worker, now: datetime, caplog: Any) -> None:
    await asked("ada@example.org", now)
    await reader("bea@example.org", now=now)
    worker.now = now + timedelta(days=8)

    with caplog.at_level("INFO"):
        assert await worker.does("subscription.purge") == Done()

    assert [row.email for row in await Subscription.all()] == ["bea@example.org"]
    assert not await SubscriptionLink.filter(subscription__email_hash="").exists()
    assert "has 3 links" in caplog.text
    assert "@example.org" not in caplog.text


async def test_the_nightly_purge_reports_a_broken_chain(worker: Worker, now: datetime) -> None:
    await reader(now=now)
    await changed("UPDATE consent_event SET kind = 'withdrawn' WHERE seq = 1")

    ending = await worker.does("subscription.purge")

    assert isinstance(ending, Never) and "number 1" in ending.why


async def test_readers_of_the_next_week_hear_what_the_last_one_left_out(worker: Worker, now: datetime) -> None:
    """The whole line over two weeks, with the jobs alone."""
    await reader(now=now)
    await success("Woche 16", at=now - DAY)
    await sent(now)
    worker.now = now + 7 * DAY
    await success("Woche 17", at=worker.now - DAY)

    await worker.does("issue.compose", at=worker.now.isoformat())

    issue = await NewsletterIssue.get(iso_week=17)
    made = await proofed(issue, worker.now)
    assert "Woche 17" in made.text_de and "Woche 16" not in made.text_de
    assert ZONE.key == "Europe/Berlin"


async def test_editors_are_reminded_once_of_an_approval_that_is_missing(worker: Worker, now: datetime) -> None:
    await success(at=now - DAY)
    await composed(now)
    friday_noon = datetime(2020, 4, 17, 10, tzinfo=UTC)

    for worker.now in (now, friday_noon, friday_noon + timedelta(minutes=5)):
        await worker.does("issue.tick")

    (event,) = await models.OutboxEvent.filter(type="issue.approval_due")
    assert event.at == friday_noon and event.visible_to == "staff"


async def test_an_issue_in_review_is_not_composed_over_by_the_schedule(worker: Worker, now: datetime) -> None:
    await success(at=now - DAY)
    issue = await composed(now)
    await success("Neu", at=now)
    worker.now = now + DAY

    await worker.does("issue.compose", at=worker.now.isoformat())

    assert (await NewsletterIssue.get(id=issue.id)).revision == issue.revision
