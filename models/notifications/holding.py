"""In a restored copy nothing may leave by itself: what the backup had in hand may have been mailed since."""

from datetime import datetime

from tortoise.expressions import Q

from models.notifications.mails import NotificationMail
from models.notifications.row import Notification
from models.notifications.states import MailState, NotificationState

N, M = NotificationState, MailState


async def hold(now: datetime) -> None:
    """Mails in hand become `unknown`, for staff to decide; what was still to be mailed stands in the app alone.

    Reminders whose moment has passed are cancelled; those to come stay. Called inside a transaction.
    """
    in_hand = NotificationMail.filter(state__in=[M.WAITING, M.CLAIMED, M.SENDING])
    await in_hand.update(state=M.UNKNOWN, owner=None, lease_until=None, reply="restored from a backup")
    await Notification.filter(state__in=[N.ARRIVED, N.DIGEST]).update(state=N.QUIET)
    await Notification.filter(Q(state=N.PLANNED), due_at__lte=now).update(state=N.CANCELLED, once=None)
