"""Reading in the app: what is unread, and marking it read. What was read before its mail was due is not mailed."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from tortoise.queryset import QuerySet

from models.access import Viewer, visible
from models.errors import SignInNeeded
from models.notifications.row import Notification


def mine(viewer: Viewer, *, unread: bool = False) -> QuerySet[Notification]:
    """What the viewer was told; nobody sees anybody else's."""
    rows = Notification.filter(read_at__isnull=True) if unread else Notification.all()
    return visible(rows, viewer)


async def mark_read(ids: Collection[UUID] | None, *, by: Viewer, now: datetime) -> int:
    """Mark these, or all that has arrived, as read; ids of others are passed over. Returns how many were unread."""
    if by.person_id is None:
        raise SignInNeeded()
    rows = mine(by, unread=True)
    if ids is not None:
        rows = rows.filter(id__in=list(ids))
    return await rows.update(read_at=now)
