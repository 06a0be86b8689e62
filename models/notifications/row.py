"""Notification: one row per person and thing that they are told or will be reminded of."""

from typing import Any, ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from tortoise import fields

from models.base import Moment, Row
from models.language import Language
from models.machine import Table
from models.notifications.kinds import Kind, kind_of
from models.notifications.states import NOTIFICATION, NotificationState
from models.site import Site


class Notification(Row):
    """What one person is told. It holds no sentence: it is worded where it is read, in the language of the reader.

    Thousands are written at once, so they are moved by the statements beside this row and not one by one by `follow`;
    each names the action, and the state that it leads to comes from the table.
    """

    kind: ClassVar[str] = "notification"
    transitions: ClassVar[Table] = NOTIFICATION

    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="notifications", on_delete=fields.CASCADE
    )
    person_id: UUID
    what = fields.CharField(max_length=60)
    """The name of the kind, as in `KINDS`."""
    subject_kind = fields.CharField(max_length=40)
    subject_id = fields.UUIDField(db_index=True)
    about: Any = fields.JSONField(default=dict)
    """Ids and plain words that the sentence needs; never an address."""
    once = fields.CharField(max_length=120, null=True)
    """What makes it the same thing when it is told again; null: each telling counts."""
    reminder = fields.BooleanField(default=False, db_default=False)
    planned_for = Moment(null=True)
    """Of a reminder: the moment that was asked for."""
    due_at = Moment()
    """When it is looked at next: to arrive, to be mailed, to be put into a digest."""
    state = fields.CharEnumField(NotificationState, max_length=24, default=NotificationState.ARRIVED)
    shown_at = Moment(null=True)
    """When it came to be seen in the app."""
    read_at = Moment(null=True)
    mail: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.NotificationMail", related_name="notifications", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    mail_id: UUID | None

    class Meta:
        table = "notification"
        unique_together = (("person", "what", "subject_id", "once"),)
        indexes = (("state", "due_at"), ("person_id", "shown_at"))

    @property
    def sort(self) -> Kind:
        """The entry of its kind."""
        return kind_of(self.what)

    def line(self, language: Language, zone: ZoneInfo) -> str:
        """The sentence that the app and the digest show."""
        return self.sort.line(language, zone, self.about)

    def mailed(self, site: Site, language: Language) -> str:
        """The address that its mail leads to, or ""."""
        return self.sort.mailed(site, self.subject_id, self.about, language)
