"""Preference: how one person wants to hear of each kind, when the digest comes, and whether the night may be broken."""

from typing import Any
from uuid import UUID

from tortoise import fields

from models.base import Row
from models.notifications.kinds import Kind
from models.notifications.states import Way

DIGEST_AT = "08:30"


class Preference(Row):
    """One row per person who has ever chosen something; everybody else has the defaults of the kinds."""

    kind = "notification_preference"

    person: fields.OneToOneRelation[Any] = fields.OneToOneField(
        "models.Person", related_name="notification_preference", on_delete=fields.CASCADE
    )
    person_id: UUID
    ways: Any = fields.JSONField(default=dict)
    """What was chosen, by the name of the kind. A name that we no longer know does no harm."""
    digest_at = fields.CharField(max_length=5, default=DIGEST_AT, db_default=DIGEST_AT)
    urgent = fields.BooleanField(default=False, db_default=False)

    class Meta:
        table = "notification_preference"

    def way(self, kind: Kind) -> Way:
        """What this person wants of a kind."""
        return Way(self.ways.get(kind.name, kind.way))
