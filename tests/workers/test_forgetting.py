"""The event log is kept for 30 days, and for what the next issue may still tell; never with a gap, never empty."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from models.access import SYSTEM
from models.newsletter import IssueState, NewsletterIssue
from models.newsletter.compose import compose
from models.newsletter.weeks import Week
from models.outbox import OutboxEvent
from resolvers.events import CursorExpired, CursorUnknown, begin
from tests.newsletter.readers import ZONE, sent, success
from workers import event_log
from workers.outbox import relay

DAY = timedelta(days=1)


async def happened(*days_ago: float, now: datetime, type: str = "team.listed") -> None:
    """Events of those days, numbered in that order."""
    for days in days_ago:
        await OutboxEvent.record(type, subject_kind="team", subject_id=uuid4(), now=now - days * DAY)
    await relay({})


async def numbers() -> list[int | None]:
    return sorted(await OutboxEvent.all().values_list("seq", flat=True), key=lambda seq: (seq is None, seq))


async def test_events_go_after_thirty_days_and_an_old_cursor_is_told_so(database: str, now: datetime) -> None:
    await happened(90, 31, 29, 1, now=now)

    assert await event_log.forget(ZONE, now) == 2

    assert await numbers() == [3, 4]
    assert await begin("2") == 2, "everything behind this place is still there"
    with pytest.raises(CursorExpired):
        await begin("1")


async def test_the_last_event_stays_so_that_an_old_cursor_is_never_a_wrong_one(database: str, now: datetime) -> None:
    await happened(90, 80, 70, now=now)

    await event_log.forget(ZONE, now)
    await event_log.forget(ZONE, now)

    assert await numbers() == [3]
    assert await begin(None) == 3
    with pytest.raises(CursorExpired):
        await begin("1")
    with pytest.raises(CursorUnknown):
        await begin("4")


async def test_an_empty_log_and_events_without_a_number_are_left_alone(database: str, now: datetime) -> None:
    assert await event_log.forget(ZONE, now) == 0
    await happened(90, 1, now=now)
    await OutboxEvent.record("team.listed", subject_kind="team", subject_id=uuid4(), now=now - 90 * DAY)

    await event_log.forget(ZONE, now)

    assert await numbers() == [2, None], "a writer whose event waits for the pen has not been overtaken"


async def test_what_committed_late_makes_no_gap(database: str, now: datetime) -> None:
    await happened(31, 29, 31, 1, now=now)

    await event_log.forget(ZONE, now)

    assert await numbers() == [2, 3, 4]


async def test_many_go_in_batches(database: str, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_log, "BATCH", 2)
    await happened(*[40] * 7, 1, now=now)

    assert await event_log.forget(ZONE, now) == 7
    assert await numbers() == [8]


async def test_what_the_next_issue_may_tell_is_kept_over_a_long_break(database: str, now: datetime) -> None:
    await success("Vor der letzten Ausgabe", at=now - DAY)
    await sent(now)
    await success("In der Sommerpause", at=now + 7 * DAY)
    await relay({})
    after_the_break = now + 63 * DAY

    await event_log.forget(ZONE, after_the_break)

    issue = await compose(Week.of(after_the_break, ZONE), zone=ZONE, by=SYSTEM, now=after_the_break)
    assert "In der Sommerpause" in [item.headline_de for item in await issue.items.all() if item.is_in]
    assert not await OutboxEvent.filter(at__lt=now - DAY / 2, type="success.published").exists()


async def test_a_community_without_issues_does_not_keep_its_log_for_one(database: str, now: datetime) -> None:
    await NewsletterIssue.create(iso_year=2019, iso_week=10, state=IssueState.SENT, cutoff_until=now - 400 * DAY)
    await happened(390, now=now, type="success.published")
    await happened(200, 100, 1, now=now)

    await event_log.forget(ZONE, now)

    assert await numbers() == [4]
