"""Sprechstunden: who offers time, when, about what; and who comes."""

from models.hours.calendars import CalendarFeed, Visit
from models.hours.hosting import HostLimit, OfficeHourHost, SeriesHost
from models.hours.looking import ORDER, Sought, bookings, queued, sessions
from models.hours.offering import end, leave_out, offer
from models.hours.queue.entry import QueueEntry
from models.hours.queue.states import QueueState
from models.hours.series import Offer, OfficeHourSeries
from models.hours.session import OfficeHourSession
from models.hours.slots import OfficeHourSlot, SlotState
from models.hours.topics import OfficeHourTopic
from models.hours.waiting import WaitlistEntry, WaitlistState
from models.hours.words import AHEAD, HourBanner, HourMode, SessionState

__all__ = [
    "AHEAD",
    "ORDER",
    "CalendarFeed",
    "HostLimit",
    "HourBanner",
    "HourMode",
    "Offer",
    "OfficeHourHost",
    "OfficeHourSeries",
    "OfficeHourSession",
    "OfficeHourSlot",
    "OfficeHourTopic",
    "QueueEntry",
    "QueueState",
    "SeriesHost",
    "SessionState",
    "SlotState",
    "Sought",
    "Visit",
    "WaitlistEntry",
    "WaitlistState",
    "bookings",
    "end",
    "leave_out",
    "offer",
    "queued",
    "sessions",
]
