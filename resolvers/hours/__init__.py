"""Sprechstunden: the list, one session, what hosts do with them, and who comes."""

from resolvers.hours.booking import BookingMutation, CalendarMutation
from resolvers.hours.reading import BookingQuery, CalendarQuery, HourQuery
from resolvers.hours.verbs import HourMutation

__all__ = ["BookingMutation", "BookingQuery", "CalendarMutation", "CalendarQuery", "HourMutation", "HourQuery"]
