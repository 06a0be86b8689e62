"""What the community was told in its weeks: read long ago, but for the latest of those who are there to sign in."""

from datetime import timedelta

from leuchtturm.seeds.calendar import Calendar
from leuchtturm.seeds.people import SIGN_IN, Members
from models.access import Viewer
from models.notifications import Notification, NotificationState, Preference, Way

LATELY = timedelta(hours=2)
UNREAD = 3  # of each who is there to sign in
OPEN = [NotificationState.ARRIVED, NotificationState.DIGEST]


async def settle(calendar: Calendar, members: Members) -> None:
    """The rest of the seeds told people things as they happened; here they have read most of it."""
    past = calendar.now - LATELY
    await Notification.filter(state__in=OPEN).update(state=NotificationState.QUIET)
    await Notification.filter(shown_at__isnull=False).update(read_at=past)
    passed = Notification.filter(state=NotificationState.PLANNED, due_at__lt=calendar.now)
    await passed.update(state=NotificationState.CANCELLED, once=None)
    await _wishes(members[SIGN_IN[0].name], calendar)
    for member in SIGN_IN:
        await _fresh(members[member.name], calendar)


async def _fresh(viewer: Viewer, calendar: Calendar) -> None:
    """The latest few came just now: unread in the app, and mailed by the worker into the mailbox at `/dev/mailbox`,
    in the evening not before the morning.
    """
    told = Notification.filter(person_id=viewer.person_id, shown_at__isnull=False)
    latest = await told.order_by("-shown_at", "-id").limit(UNREAD)
    now = calendar.now - LATELY / 2
    await Notification.filter(id__in=[row.id for row in latest]).update(
        state=NotificationState.ARRIVED, read_at=None, shown_at=now, due_at=now
    )


async def _wishes(editor: Viewer, calendar: Calendar) -> None:
    """One who gets a digest after work, and may be woken for what is urgent."""
    assert editor.person_id is not None
    await Preference.choose(
        editor.person_id,
        by=editor,
        now=calendar.now - LATELY,
        ways={"story.published": Way.DIGEST},
        digest_at="17:30",
        urgent=True,
    )
