"""Sprechstunden: the list, one session, what hosts do with them, who comes, and who waits."""

import strawberry

from resolvers.hours.booking import BookingMutation, CalendarMutation
from resolvers.hours.demand import DemandQuery
from resolvers.hours.listening import HourSubscription
from resolvers.hours.queue import CallingMutation, QueueMutation, QueueQuery
from resolvers.hours.reading import BookingQuery, CalendarQuery, HourQuery
from resolvers.hours.verbs import HourMutation


@strawberry.type
class HoursQuery(HourQuery, BookingQuery, CalendarQuery, QueueQuery, DemandQuery):
    pass


@strawberry.type
class HoursMutation(HourMutation, BookingMutation, CalendarMutation, QueueMutation, CallingMutation):
    pass


__all__ = ["HourSubscription", "HoursMutation", "HoursQuery"]
