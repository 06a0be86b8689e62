"""An issue on its way: four eyes, revisions, the hour, and who gets it."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import models
from models.access import SYSTEM, Viewer
from models.errors import NotAllowed, NotFound, Refusal, SignInNeeded, Stale, WrongState
from models.language import Language
from models.newsletter import (
    Delivery,
    Frequency,
    IssueState,
    NewsletterIssue,
    Subscription,
    Suppression,
    SuppressionReason,
    deliveries,
    tokens,
)
from models.newsletter.audience import REASONS
from models.newsletter.compose import compose
from models.newsletter.issues import PROOF
from models.newsletter.items import ItemWords
from models.newsletter.refusals import InThePast, LintFindings, NotProofed, OrderIncomplete, SecondPerson
from models.newsletter.sections import SectionKey, mask
from models.newsletter.weeks import Week
from models.roles import Role
from models.text import LineBroken, TextMissing, TextTooLong
from tests import people
from tests.newsletter.readers import ZONE, asked, composed, proofed, reader, sent, story, success, waiting

S = IssueState
DAY = timedelta(days=1)
NONE = timedelta(0)


async def in_review(now: datetime) -> NewsletterIssue:
    """An issue with something in it, proofed."""
    await success(at=now - DAY)
    issue = await composed(now)
    await proofed(issue, now)
    return issue


async def scheduled(now: datetime, at: datetime | None = None) -> NewsletterIssue:
    issue, ed = await in_review(now), await people.editor()
    await NewsletterIssue.approve(issue.id, revision=issue.revision, by=ed, now=now)
    return await NewsletterIssue.schedule(issue.id, by=ed, now=now, at=at or now, undo=NONE)


async def state_of(issue: NewsletterIssue) -> IssueState:
    return (await NewsletterIssue.get(id=issue.id)).state


# Four eyes


async def test_a_second_person_approves(database: str, now: datetime) -> None:
    issue, first, second = await in_review(now), await people.editor(), await people.editor("Selma Yildiz")
    issue = await NewsletterIssue.reword(issue.id, subject_de="Besser", revision=issue.revision, by=first, now=now)
    await proofed(issue, now)

    with pytest.raises(SecondPerson):
        await NewsletterIssue.approve(issue.id, revision=issue.revision, by=first, now=now)
    approved = await NewsletterIssue.approve(issue.id, revision=issue.revision, by=second, now=now)

    assert approved.state is S.APPROVED
    assert approved.frozen["editions"]["de"]["subject"] == "Besser"
    assert len(approved.frozen_sha256) == 64


async def test_who_composed_it_does_not_approve_it(database: str, now: datetime) -> None:
    ed = await people.editor()
    await success(at=now - DAY)
    issue = await compose(Week(2020, 16), zone=ZONE, by=ed, now=now)
    await proofed(issue, now)

    with pytest.raises(SecondPerson):
        await NewsletterIssue.approve(issue.id, revision=issue.revision, by=ed, now=now)


async def test_who_may_do_what(database: str, now: datetime) -> None:
    issue = await in_review(now)
    manager, member = await people.manager(), await people.participant()

    with pytest.raises(NotAllowed):
        await NewsletterIssue.approve(issue.id, revision=issue.revision, by=manager, now=now)
    with pytest.raises(NotAllowed):
        await NewsletterIssue.reword(issue.id, subject_de="x", revision=issue.revision, by=member, now=now)
    with pytest.raises(SignInNeeded):
        await NewsletterIssue.approve(issue.id, revision=issue.revision, by=Viewer(), now=now)
    with pytest.raises(SignInNeeded):
        await NewsletterIssue.collect(Week(2020, 17), zone=ZONE, by=Viewer(), now=now)
    await NewsletterIssue.reword(issue.id, subject_de="x", revision=issue.revision, by=manager, now=now)


async def test_an_approval_is_for_the_revision_that_was_read(database: str, now: datetime) -> None:
    issue, first, second = await in_review(now), await people.editor(), await people.editor("Selma Yildiz")
    read = issue.revision
    issue = await NewsletterIssue.reword(issue.id, intro_de="Guten Morgen!", revision=read, by=first, now=now)
    await proofed(issue, now)

    with pytest.raises(Stale):
        await NewsletterIssue.approve(issue.id, revision=read, by=second, now=now)
    assert await state_of(issue) is S.IN_REVIEW


async def test_two_editors_at_once_lose_nothing(database: str, now: datetime) -> None:
    issue, one, two = await in_review(now), await people.editor(), await people.editor("Selma Yildiz")
    await NewsletterIssue.reword(issue.id, subject_de="Eins", revision=issue.revision, by=one, now=now)

    with pytest.raises(Stale):
        await NewsletterIssue.reword(issue.id, subject_de="Zwei", revision=issue.revision, by=two, now=now)

    assert (await NewsletterIssue.get(id=issue.id)).subject_de == "Eins"


async def test_without_a_proof_nothing_is_approved(database: str, now: datetime) -> None:
    await success(at=now - DAY)
    issue = await composed(now)

    with pytest.raises(NotProofed):
        await NewsletterIssue.approve(issue.id, revision=issue.revision, by=await people.editor(), now=now)
    assert await waiting(PROOF) == [{"issue": str(issue.id), "revision": issue.revision}]


async def test_what_breaks_a_duty_is_not_approved(database: str, now: datetime) -> None:
    """decidim#6539: a broken placeholder reached hundreds."""
    issue, ed = await in_review(now), await people.editor()
    issue = await NewsletterIssue.reword(
        issue.id, subject_de="Hallo {{ name }}", revision=issue.revision, by=ed, now=now
    )
    proof = await proofed(issue, now)
    assert {finding["code"] for finding in proof.errors} == {"PLACEHOLDER"}

    with pytest.raises(LintFindings):
        await NewsletterIssue.approve(issue.id, revision=issue.revision, by=await people.editor("Selma"), now=now)


@pytest.mark.parametrize("approved_only", [True, False])
async def test_any_edit_voids_the_approval(database: str, now: datetime, approved_only: bool) -> None:
    await reader(now=now)
    issue = await scheduled(now, at=now + DAY)
    ed = await people.editor()
    if approved_only:
        await NewsletterIssue.unschedule(issue.id, by=ed, now=now)
    assert await Delivery.all().count() == 1

    edited = await NewsletterIssue.reword(issue.id, subject_de="Doch anders", revision=issue.revision, by=ed, now=now)

    assert edited.state is S.IN_REVIEW
    assert edited.approved_by_id is None and edited.frozen is None and edited.scheduled_at is None
    assert not await Delivery.all().exists()
    assert await NewsletterIssue.start(issue.id, zone=ZONE, now=now + DAY) is None
    assert await state_of(issue) is S.IN_REVIEW


# The board


async def test_items_are_pinned_hidden_and_put_in_order(database: str, now: datetime) -> None:
    ed = await people.editor()
    for number in range(3):
        await success(f"Erfolg {number}", at=now - timedelta(hours=1 + number))
    issue = await composed(now)
    one, two, three = await issue.items.all().order_by("position")

    issue = await NewsletterIssue.reorder(
        issue.id, SectionKey.BLOCKS, [three.id, two.id, one.id], revision=issue.revision, by=ed, now=now
    )
    issue = await NewsletterIssue.edit_item(issue.id, one.id, pinned=True, revision=issue.revision, by=ed, now=now)
    issue = await NewsletterIssue.edit_item(issue.id, two.id, hidden=True, revision=issue.revision, by=ed, now=now)
    proof = await proofed(issue, now)

    (section,) = proof.snapshot["editions"]["de"]["sections"]
    assert [item["title"] for item in section["items"]] == ["Erfolg 0", "Erfolg 2"]


@pytest.mark.parametrize("wrong", ["twice", "missing", "foreign"])
async def test_an_order_names_every_item_once(database: str, now: datetime, wrong: str) -> None:
    ed = await people.editor()
    for number in range(2):
        await success(f"Erfolg {number}", at=now - timedelta(hours=1 + number))
    issue = await composed(now)
    one, two = [item.id for item in await issue.items.all()]
    orders = {"twice": [one, two, two], "missing": [one], "foreign": [one, two, issue.id]}

    with pytest.raises(OrderIncomplete):
        await NewsletterIssue.reorder(
            issue.id, SectionKey.BLOCKS, orders[wrong], revision=issue.revision, by=ed, now=now
        )


async def test_a_note_can_be_taken_back_and_a_figure_only_hidden(database: str, now: datetime) -> None:
    ed, issue = await people.editor(), await in_review(now)
    words = ItemWords(headline_de="Danke", url="https://example.org/danke")
    issue = await NewsletterIssue.add_note(
        issue.id, SectionKey.EXCHANGE, words, revision=issue.revision, by=ed, now=now
    )
    note = await issue.items.filter(kind="note").get()
    figure = await issue.items.filter(kind="success").get()

    with pytest.raises(WrongState):
        await NewsletterIssue.remove_note(issue.id, figure.id, revision=issue.revision, by=ed, now=now)
    await NewsletterIssue.remove_note(issue.id, note.id, revision=issue.revision, by=ed, now=now)

    assert await issue.items.all().count() == 1


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        ({"headline_de": "Betreff\r\nBcc: alle@example.org"}, LineBroken),
        ({"headline_de": ""}, TextMissing),
        ({"headline_de": "x" * 161}, TextTooLong),
        ({"headline_de": "ok", "blurb_de": "x" * 1_000_000}, TextTooLong),
        ({"headline_de": "ok", "url": "javascript:alert(1)"}, Refusal),
    ],
)
async def test_bad_words_are_refused(
    database: str, now: datetime, words: dict[str, str], refusal: type[Refusal]
) -> None:
    ed, issue = await people.editor(), await in_review(now)

    with pytest.raises(refusal):
        await NewsletterIssue.add_note(
            issue.id, SectionKey.EXCHANGE, ItemWords(**words), revision=issue.revision, by=ed, now=now
        )
    assert (await NewsletterIssue.get(id=issue.id)).revision == issue.revision


@pytest.mark.parametrize("subject", ["Betreff\r\nBcc: alle@example.org", "a\nb", "", "x" * 200])
async def test_a_subject_is_one_line(database: str, now: datetime, subject: str) -> None:
    ed, issue = await people.editor(), await in_review(now)

    with pytest.raises(Refusal):
        await NewsletterIssue.reword(issue.id, subject_de=subject, revision=issue.revision, by=ed, now=now)


async def test_an_unknown_issue_or_item_is_not_found(database: str, now: datetime) -> None:
    ed, issue = await people.editor(), await in_review(now)

    with pytest.raises(NotFound):
        await NewsletterIssue.approve(ed.person_id, revision=1, by=ed, now=now)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        await NewsletterIssue.edit_item(issue.id, issue.id, hidden=True, revision=issue.revision, by=ed, now=now)


async def test_markup_in_a_blurb_reaches_nobody_as_markup(database: str, now: datetime) -> None:
    ed, issue = await people.editor(), await in_review(now)
    blurb = "<script>alert(1)</script> ![x](https://pixel.example/p.gif) [k](javascript:x) **gut**"
    words = ItemWords(headline_de="<img src=x>", blurb_de=blurb)
    issue = await NewsletterIssue.add_note(
        issue.id, SectionKey.EXCHANGE, words, revision=issue.revision, by=ed, now=now
    )

    proof = await proofed(issue, now)

    assert proof.errors == []
    assert "<script" not in proof.html_de and "pixel.example/p.gif" not in proof.html_de
    assert "<img src=x" not in proof.html_de and "<strong>gut</strong>" in proof.html_de


# The hour


async def test_an_approved_issue_starts_at_its_hour(database: str, now: datetime) -> None:
    await reader(now=now)
    issue = await scheduled(now, at=now + timedelta(hours=1))

    assert await NewsletterIssue.start(issue.id, zone=ZONE, now=now) == now + timedelta(hours=1)
    assert await NewsletterIssue.start(issue.id, zone=ZONE, now=now + timedelta(hours=1)) is None

    assert await state_of(issue) is S.SENDING


async def test_ten_minutes_to_undo(database: str, now: datetime) -> None:
    issue, ed = await in_review(now), await people.editor()
    await NewsletterIssue.approve(issue.id, revision=issue.revision, by=ed, now=now)

    planned = await NewsletterIssue.schedule(issue.id, by=ed, now=now, at=now)
    assert planned.scheduled_at == now + timedelta(minutes=10)
    await NewsletterIssue.unschedule(issue.id, by=ed, now=now + timedelta(minutes=9))

    assert await NewsletterIssue.start(issue.id, zone=ZONE, now=now + DAY) is None
    assert await state_of(issue) is S.APPROVED


async def test_by_default_it_goes_out_on_friday_at_three(database: str, now: datetime) -> None:
    issue, ed = await in_review(now), await people.editor()
    await NewsletterIssue.approve(issue.id, revision=issue.revision, by=ed, now=now)

    planned = await NewsletterIssue.schedule(issue.id, by=ed, now=now)

    assert planned.scheduled_at == datetime(2020, 4, 17, 13, tzinfo=UTC)
    with pytest.raises(InThePast):
        await NewsletterIssue.schedule(issue.id, by=ed, now=now, at=now - DAY)


@pytest.mark.parametrize(
    ("late", "state"),
    [(timedelta(hours=11), S.SENDING), (timedelta(hours=12), S.SENDING), (timedelta(hours=12, minutes=1), S.IN_REVIEW)],
)
async def test_a_late_start_is_a_start_for_twelve_hours(database: str, late: timedelta, state: IssueState) -> None:
    """C11.2."""
    morning = datetime(2020, 4, 14, 6, tzinfo=UTC)  # eight o'clock in Berlin
    await reader(now=morning)
    issue = await scheduled(morning)

    await NewsletterIssue.start(issue.id, zone=ZONE, now=morning + late)

    fresh = await NewsletterIssue.get(id=issue.id)
    assert fresh.state is state
    if state is S.IN_REVIEW:
        assert fresh.approved_by_id is None and fresh.scheduled_at is None and not await Delivery.all().exists()


async def test_a_late_start_waits_until_people_are_awake(database: str) -> None:
    """E34: planned at 20:00, the worker came back at 22:00; at 8:00 it is exactly twelve hours late."""
    evening = datetime(2020, 4, 17, 18, tzinfo=UTC)
    issue = await scheduled(evening)

    again = await NewsletterIssue.start(issue.id, zone=ZONE, now=evening + timedelta(hours=2))
    assert again == datetime(2020, 4, 18, 6, tzinfo=UTC)
    assert await state_of(issue) is S.SCHEDULED

    await NewsletterIssue.start(issue.id, zone=ZONE, now=again)
    assert await state_of(issue) is S.SENDING


async def test_starting_twice_is_starting_once(database: str, now: datetime) -> None:
    await reader(now=now)
    issue = await scheduled(now)

    for _ in range(2):
        await NewsletterIssue.start(issue.id, zone=ZONE, now=now)

    assert await Delivery.all().count() == 1
    assert await models.OutboxEvent.filter(type="issue.sending").count() == 1


async def test_pause_resume_and_cancel(database: str, now: datetime) -> None:
    await reader(now=now)
    issue, ed = await scheduled(now), await people.editor()
    await NewsletterIssue.start(issue.id, zone=ZONE, now=now)

    paused = await NewsletterIssue.pause(issue.id, reason="zu viele Fehler", by=ed, now=now)
    assert paused.state is S.PAUSED and paused.pause_reason == "zu viele Fehler"
    assert await deliveries.claim(issue.id, "w", 10, now) == []

    await NewsletterIssue.resume(issue.id, by=ed, now=now)
    await NewsletterIssue.cancel(issue.id, reason="falsche Zahl", by=ed, now=now)

    assert await state_of(issue) is S.CANCELLED
    assert [copy.state.value for copy in await Delivery.all()] == ["skipped"]
    with pytest.raises(WrongState):
        await NewsletterIssue.resume(issue.id, by=ed, now=now)


async def test_a_week_left_out_can_be_taken_up_again(database: str, now: datetime) -> None:
    ed = await people.editor()
    issue = await composed(now)
    assert issue.state is S.SKIPPED

    reopened = await NewsletterIssue.reopen(issue.id, by=ed, now=now)

    assert reopened.state is S.IN_REVIEW


# The audience


async def everybody(now: datetime) -> dict[str, Subscription]:
    """One person for every way to get an issue, and for every way not to."""
    names = ("ada", "ben", "cem", "bounced", "complained", "left", "paused", "unused", "monthly", "fresh", "picky")
    made = {name: await reader(f"{name}@example.org", now=now - 3 * DAY) for name in names}
    await Subscription.filter(id=made["ben"].id).update(locale=Language.EN)
    await Subscription.filter(id=made["cem"].id).update(sections=mask([SectionKey.BLOCKS]))
    await Subscription.bounced(made["bounced"].id, now=now)
    await Subscription.complained(made["complained"].id, now=now)
    await Subscription.unsubscribe(tokens.unsubscribe(made["left"].ref, 1), now=now)
    await Subscription.slow_down(tokens.unsubscribe(made["paused"].ref, 1), pause=True, now=now)
    await Subscription.filter(id=made["unused"].id).update(last_sent_at=now - timedelta(days=731))
    for name in ("monthly", "fresh"):
        await Subscription.filter(id=made[name].id).update(frequency=Frequency.MONTHLY)
    await Subscription.filter(id=made["picky"].id).update(sections=mask([SectionKey.LEARNING]))
    last = await NewsletterIssue.create(iso_year=2020, iso_week=14, state=S.SENT, scheduled_at=now - 11 * DAY)
    await Delivery.create(issue_id=last.id, subscription_id=made["monthly"].id, variant="de", next_at=now, state="sent")
    blocked = await reader("blocked@example.org", now=now)
    await Suppression.add(blocked.email_hash, SuppressionReason.LEGAL, now=now)
    await asked("pending@example.org", now)
    return made


async def test_the_audience_is_who_gets_a_copy(database: str, now: datetime) -> None:
    """C11.4."""
    made = await everybody(now)
    issue, ed = await in_review(now), await people.editor()

    shown = await issue.readers(now=now)
    await NewsletterIssue.approve(issue.id, revision=issue.revision, by=ed, now=now)

    copies = await Delivery.filter(issue_id=issue.id)
    assert {copy.subscription_id for copy in copies} == {made[name].id for name in ("ada", "ben", "cem", "fresh")}
    assert shown.total == len(copies) == 4
    assert shown.by_locale == {"de": 3, "en": 1}
    assert Counter(copy.variant for copy in copies) == {"de": 2, "en": 1, "de-4": 1}
    assert shown.excluded == dict.fromkeys(REASONS, 1)
    assert all("…@" in each.masked_address for each in shown.sample)


async def test_copies_are_written_once_however_often(database: str, now: datetime) -> None:
    await everybody(now)
    issue = await scheduled(now)
    before = await Delivery.filter(issue_id=issue.id).count()

    await NewsletterIssue.start(issue.id, zone=ZONE, now=now)

    assert await Delivery.filter(issue_id=issue.id).count() == before
    fresh = await NewsletterIssue.get(id=issue.id)
    assert fresh.audience_total == before


async def test_who_confirms_between_approval_and_start_gets_it_too(database: str, now: datetime) -> None:
    await reader("ada@example.org", now=now)
    issue = await scheduled(now)
    await reader("late@example.org", now=now)

    await NewsletterIssue.start(issue.id, zone=ZONE, now=now)

    assert await Delivery.filter(issue_id=issue.id).count() == 2


async def test_copies_can_be_claimed_by_the_sender(database: str, now: datetime) -> None:
    row = await reader(now=now)
    issue = await scheduled(now)
    await NewsletterIssue.start(issue.id, zone=ZONE, now=now)

    (copy,) = await deliveries.claim(issue.id, "worker", 10, now)

    assert copy.subscription_id == row.id
    assert await deliveries.start([copy.id], "worker", now) == {copy.id}


async def test_a_sent_issue_is_remembered_with_its_readers(database: str, now: datetime) -> None:
    row = await reader(now=now)
    await success(at=now - DAY)

    issue = await sent(now)

    assert issue.state is S.SENT and issue.sent_at == now
    assert (await Subscription.get(id=row.id)).last_sent_at == now
    assert await models.OutboxEvent.filter(type="issue.sent", visible_to="public").count() == 1


@pytest.mark.parametrize("row", [NewsletterIssue, Subscription, Delivery], ids=lambda row: row.kind)
async def test_no_action_leads_where_the_table_does_not(database: str, now: datetime, row: Any) -> None:
    """Every state times every action, decided by the system and by an editor with all roles: only drawn edges open."""
    everyone = Viewer(person_id=(await people.editor()).person_id, roles=frozenset(Role))
    issue = await NewsletterIssue.create(iso_year=2020, iso_week=1)
    for state in {edge.source for edge in row.transitions} | {edge.target for edge in row.transitions}:
        for action in row.transitions.actions:
            one = issue if row is NewsletterIssue else row()
            one.state = state
            drawn = row.transitions.edge(state, action)
            for who in (everyone, SYSTEM):
                decision = await one.decide(action, by=who, now=now)
                if drawn is None:
                    # Whoever has no right to the action anywhere is not told in which state the row is.
                    assert decision.refusal is not None
                    assert who is SYSTEM or isinstance(decision.refusal, WrongState)
                elif decision.allowed:
                    assert drawn.roles & who.roles


async def test_the_story_of_the_week_needs_no_translation_to_be_sent(database: str, now: datetime) -> None:
    await reader(now=now, language=Language.EN)
    await story(at=now - DAY)

    issue = await sent(now)

    assert "In German" in str((await issue.proof()).text_en)  # type: ignore[union-attr]


async def test_a_copy_that_nobody_knew_of_can_be_sent_after_the_issue_is_sent(database: str, now: datetime) -> None:
    """C11.3."""
    row, ed = await reader(now=now), await people.editor()
    await success(at=now - DAY)
    issue = await sent(now)
    await Delivery.filter(issue_id=issue.id).update(state="unknown")
    copy = await Delivery.get()

    await Delivery.resolve(copy.id, "send_again", by=ed, now=now + DAY)

    assert [one.subscription_id for one in await deliveries.claim(issue.id, "worker", 5, now + DAY)] == [row.id]
    assert [one.id for one in await NewsletterIssue.archived()] == [issue.id]  # readers can go on reading it
    await Delivery.all().update(state="sent")
    again = await NewsletterIssue.finish(issue.id, now=now + DAY)
    assert again.state is S.SENT and again.sent_at == now
