"""What the community was told in its weeks: read long ago, but for the news of the last days."""

from datetime import timedelta

from leuchtturm.seeds.calendar import Calendar
from leuchtturm.seeds.people import SIGN_IN, Members
from models.access import Viewer
from models.notifications import Notification, NotificationState, Preference, Way

FRESH = timedelta(days=2)
OPEN = [NotificationState.ARRIVED, NotificationState.DIGEST]


async def settle(calendar: Calendar, members: Members) -> None:
    """The rest of the seeds told people things as they happened; here they have read most of it.

    What is left unread is mailed by the worker as any other news: into the mailbox at `/dev/mailbox`.
    """
    then = calendar.now - FRESH
    await Notification.filter(shown_at__lt=then, state__in=OPEN).update(state=NotificationState.QUIET)
    await Notification.filter(shown_at__lt=then).update(read_at=then)
    passed = Notification.filter(state=NotificationState.PLANNED, due_at__lt=then)
    await passed.update(state=NotificationState.CANCELLED, once=None)
    await _wishes(members[SIGN_IN[0].name], calendar)


async def _wishes(editor: Viewer, calendar: Calendar) -> None:
    """One who gets a digest after work, and is asked about the night."""
    assert editor.person_id is not None
    await Preference.choose(
        editor.person_id,
        by=editor,
        now=calendar.now - FRESH,
        ways={"story.published": Way.DIGEST},
        digest_at="17:30",
        urgent=True,
    )
