"""What becomes of one person's notifications at one moment: a mail now, the digest, or nothing. No database."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from models.language import Language
from models.notifications.hours import awake, digest_after, local_day, quiet, zone_of
from models.notifications.mails import NotificationMail
from models.notifications.preferences import DIGEST_AT, Preference
from models.notifications.reachable import HEARS, HEARS_ANSWERS
from models.notifications.row import Notification
from models.notifications.states import NotificationState, Way

S = NotificationState


class Hearer(NamedTuple):
    """A person as far as telling them goes. The address is not needed before the mail is made."""

    id: UUID
    state: str
    locale: Language
    time_zone: str

    @property
    def zone(self) -> ZoneInfo:
        return zone_of(self.time_zone)

    def hears(self, *, transactional: bool) -> bool:
        return self.state in (HEARS_ANSWERS if transactional else HEARS)


@dataclass
class Plan:
    """What to write. Rows are changed in memory already; `mails` are new rows."""

    mails: list[NotificationMail] = field(default_factory=list)
    changed: list[Notification] = field(default_factory=list)


@dataclass
class Desk:
    """Decides for one person. `spent` are the local days whose one mail exists already (E35)."""

    hearer: Hearer
    preference: Preference
    spent: set[str]
    now: datetime
    plan: Plan = field(default_factory=Plan)

    @property
    def today(self) -> date:
        return local_day(self.now, self.hearer.zone)

    @property
    def digest_time(self) -> time:
        return time.fromisoformat(self.preference.digest_at or DIGEST_AT)

    def decide(self, rows: Sequence[Notification]) -> Plan:
        """Decide about everything that is due, and about what a digest takes along."""
        now_or_collected = [row for row in rows if row.state is S.DIGEST or row.due_at <= self.now]
        open_rows = [row for row in now_or_collected if self._wanted(row)]
        collected = [row for row in open_rows if row.state is S.DIGEST]
        waiting_today = any(local_day(row.due_at, self.hearer.zone) <= self.today for row in collected)
        for row in open_rows:
            if row.state is S.ARRIVED:
                self._fresh(row, waiting_today)
        if any(row.due_at <= self.now for row in collected):
            self._digest([row for row in open_rows if row.state is S.DIGEST])
        return self.plan

    def _wanted(self, row: Notification) -> bool:
        """Whether anything is still to be said by mail; what is not falls silent."""
        heard = self.hearer.hears(transactional=row.sort.transactional)
        if heard and row.read_at is None and self.preference.way(row.sort) is not Way.NONE:
            return True
        self._put(row, S.QUIET)
        return False

    def _fresh(self, row: Notification, digest_is_near: bool) -> None:
        if self.preference.way(row.sort) is Way.DIGEST:
            self._collect(row)
            return
        loud = row.sort.urgent and self.preference.urgent
        if quiet(self.now, self.hearer.zone) and not loud:
            row.due_at = awake(self.now, self.hearer.zone)
            self.plan.changed.append(row)
        elif row.sort.transactional:
            self._mail([row], day=None, urgent=loud)
        elif self.today.isoformat() in self.spent or digest_is_near:
            # A digest that is still to come today has the day's one mail for itself; this joins it.
            self._collect(row)
        else:
            self._mail([row], day=self.today, urgent=loud)

    def _digest(self, rows: Sequence[Notification]) -> None:
        if self.today.isoformat() in self.spent or quiet(self.now, self.hearer.zone):
            for row in rows:
                row.due_at = self._next_digest()
                self.plan.changed.append(row)
        else:
            self._mail(rows, day=self.today, digest=True)

    def _mail(self, rows: Sequence[Notification], *, day: date | None, digest: bool = False, **more: Any) -> None:
        named = day.isoformat() if day else None
        mail = NotificationMail.fresh(self.hearer.id, due_at=self.now, day=named, digest=digest, **more)
        self.plan.mails.append(mail)
        if named:
            self.spent.add(named)
        for row in rows:
            row.mail_id = mail.id
            self._put(row, S.MAILED)

    def _collect(self, row: Notification) -> None:
        row.due_at = self._next_digest()
        self._put(row, S.DIGEST)

    def _next_digest(self) -> datetime:
        return digest_after(self.now, self.hearer.zone, self.digest_time)

    def _put(self, row: Notification, state: NotificationState) -> None:
        row.state = state
        self.plan.changed.append(row)
