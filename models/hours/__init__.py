"""Sprechstunden: who offers time, when, about what; and who comes."""

from models.hours.hosting import HostLimit, OfficeHourHost, SeriesHost
from models.hours.looking import ORDER, Sought, sessions
from models.hours.offering import end, leave_out, offer
from models.hours.series import Offer, OfficeHourSeries, OfficeHourTopic
from models.hours.session import OfficeHourSession
from models.hours.words import AHEAD, HourBanner, HourMode, SessionState

__all__ = [
    "AHEAD",
    "ORDER",
    "HostLimit",
    "HourBanner",
    "HourMode",
    "Offer",
    "OfficeHourHost",
    "OfficeHourSeries",
    "OfficeHourSession",
    "OfficeHourTopic",
    "SeriesHost",
    "SessionState",
    "Sought",
    "end",
    "leave_out",
    "offer",
    "sessions",
]
