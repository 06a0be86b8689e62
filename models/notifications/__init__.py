"""Notifications: what people are told and reminded of, and how they want to hear of it."""

from models.notifications.kinds import KINDS, Kind, UnknownKind
from models.notifications.mails import NotificationMail
from models.notifications.preferences import Preference
from models.notifications.reading import mark_read, mine
from models.notifications.row import Notification
from models.notifications.states import MailState, NotificationState, Way
from models.notifications.telling import forget, remind, remind_all, tell, tell_all

__all__ = [
    "KINDS",
    "Kind",
    "MailState",
    "Notification",
    "NotificationMail",
    "NotificationState",
    "Preference",
    "UnknownKind",
    "Way",
    "forget",
    "mark_read",
    "mine",
    "remind",
    "remind_all",
    "tell",
    "tell_all",
]
