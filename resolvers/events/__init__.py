"""Subscriptions: the stored event log, read once per process from a cursor on, woken by the bell, authorised anew.

`follow` is what a subscription field reads; `about` and `of_topics` say which events. The rest is how one reader, one
execution and one look at each credential serve any number of subscribers (docs/subsystems/subscriptions.md).
"""

from resolvers.events.cursors import CursorExpired, CursorUnknown, begin
from resolvers.events.following import follow
from resolvers.events.news import News
from resolvers.events.roots import EventQuery, EventSubscription, about, of_topics
from resolvers.events.standing import Ended, authorise
from resolvers.events.tail import FLOOR

__all__ = [
    "FLOOR",
    "CursorExpired",
    "CursorUnknown",
    "Ended",
    "EventQuery",
    "EventSubscription",
    "News",
    "about",
    "authorise",
    "begin",
    "follow",
    "of_topics",
]
