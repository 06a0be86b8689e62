"""The list of Sprechstunden: by topic, language and mode, in the order in which they take place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from models.access import NOTHING, Viewer
from models.hours.hosting import OfficeHourHost, SeriesHost
from models.hours.queue.entry import QueueEntry
from models.hours.session import OfficeHourSession
from models.hours.slots import OfficeHourSlot
from models.hours.topics import OfficeHourTopic
from models.hours.words import HourMode

ORDER = ("starts_at", "id")


@dataclass(frozen=True)
class Sought:
    """What somebody looks for; None and nothing leave it open."""

    since: datetime
    """Sessions that end after this moment."""
    until: datetime | None = None
    skill: UUID | None = None
    field_of_action: str | None = None
    languages: Sequence[str] = ()
    mode: HourMode | None = None
    host: UUID | None = None


def sessions(sought: Sought) -> QuerySet[OfficeHourSession]:
    """Called-off sessions are among them: whoever looks for one should read that it does not take place."""
    rows = OfficeHourSession.filter(ends_at__gt=sought.since)
    if sought.until is not None:
        rows = rows.filter(starts_at__lt=sought.until)
    if sought.skill is not None:
        of_skill = OfficeHourTopic.filter(skill_id=sought.skill)
        rows = rows.filter(series_id__in=Subquery(of_skill.values("series_id")))
    if sought.field_of_action is not None:
        of_field = OfficeHourTopic.filter(field_of_action__key=sought.field_of_action)
        rows = rows.filter(series_id__in=Subquery(of_field.values("series_id")))
    if sought.languages:
        rows = rows.filter(language__in=[code.lower()[:3] for code in sought.languages])
    if sought.mode is not None:
        rows = rows.filter(mode=sought.mode)
    if sought.host is not None:
        hosted = OfficeHourHost.filter(person_id=sought.host)
        rows = rows.filter(id__in=Subquery(hosted.values("session_id")))
    return rows


def bookings(viewer: Viewer) -> QuerySet[OfficeHourSlot]:
    """One's own bookings, and those in sessions that one hosts; what people need is read by nobody else (E39)."""
    if viewer.person_id is None:
        return OfficeHourSlot.filter(NOTHING)
    hosted = OfficeHourHost.filter(person_id=viewer.person_id)
    mine = Q(person_id=viewer.person_id) | Q(session_id__in=Subquery(hosted.values("session_id")))
    return OfficeHourSlot.filter(mine, person_id__isnull=False)


def queued(viewer: Viewer) -> QuerySet[QueueEntry]:
    """One's own turns, and everybody's in the sessions that one hosts; nobody else reads who waits."""
    if viewer.person_id is None:
        return QueueEntry.filter(NOTHING)
    hosted = OfficeHourHost.filter(person_id=viewer.person_id)
    series = SeriesHost.filter(person_id=viewer.person_id)
    here = Q(session_id__in=Subquery(hosted.values("session_id")))
    here |= Q(session__series_id__in=Subquery(series.values("series_id")))
    return QueueEntry.filter(Q(person_id=viewer.person_id) | here)
