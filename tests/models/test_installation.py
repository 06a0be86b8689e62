"""A restored copy of yesterday's database sends nothing by itself."""

from datetime import datetime, timedelta

import pytest

import models
from models.installation import Installation
from models.newsletter.states import IssueState
from models.notifications import MailState, NotificationMail
from models.publishing.channels import ChannelStatus
from models.publishing.networks import ChannelKind
from tests.people import participant

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize(
    ("later", "issue_is", "channel_is"),
    [
        ("berlin-1", IssueState.SCHEDULED, ChannelStatus.OK),
        ("", IssueState.SCHEDULED, ChannelStatus.OK),
        ("berlin-2", IssueState.APPROVED, ChannelStatus.PAUSED),
    ],
    ids=["the same installation", "no guard", "a restored copy"],
)
async def test_what_would_leave_by_itself_waits_in_a_restored_copy(
    now: datetime, later: str, issue_is: IssueState, channel_is: ChannelStatus
) -> None:
    assert await Installation.is_ours("berlin-1", now=now)
    await models.NewsletterIssue.create(
        iso_year=2020, iso_week=16, state=IssueState.SCHEDULED, scheduled_at=now + timedelta(hours=1)
    )
    await models.Channel.create(kind=ChannelKind.RECORD, name="record", languages=["de"])
    zoe = await participant(now=now)
    await NotificationMail.fresh(zoe.person_id, due_at=now).save(force_create=True)  # type: ignore[arg-type]

    at_home = await Installation.is_ours(later, now=now)

    assert at_home is (later != "berlin-2")
    assert (await models.NewsletterIssue.get()).state is issue_is
    assert (await models.Channel.get()).status is channel_is
    held = (await NotificationMail.get()).state is MailState.UNKNOWN
    assert held is (issue_is is IssueState.APPROVED)
    assert await Installation.is_ours(later, now=now), "once people have been told, work goes on"
