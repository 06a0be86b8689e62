"""Preference: how one person wants to hear of each kind, when the digest comes, and whether the night may be broken."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from typing import Any, Self
from uuid import UUID

from tortoise import fields
from tortoise.transactions import in_transaction

from models.base import Row
from models.errors import ValidationProblem
from models.machine import Actor
from models.notifications.hours import EVENING, MORNING
from models.notifications.kinds import KINDS, Kind
from models.notifications.states import Way
from models.outbox import AuditEvent

DIGEST_AT = "08:30"


class InvalidDigestTime(ValidationProblem):
    code = "INVALID_DIGEST_TIME"
    de = "Die Zusammenfassung kommt zwischen 8:00 und 20:59 Uhr, zum Beispiel um 08:30."
    en = "The digest comes between 8:00 and 20:59, for example at 08:30."


class NoSuchKind(ValidationProblem):
    code = "NO_SUCH_KIND"
    de = "Diese Art von Benachrichtigung gibt es nicht."
    en = "There is no such kind of notification."


def digest_time(text: str, path: str = "digestAt") -> str:
    """A local time outside of the quiet hours, as `HH:MM`. Raises `InvalidDigestTime`."""
    try:
        at = time.fromisoformat(text.strip())
    except ValueError as problem:
        raise InvalidDigestTime(path) from problem
    if at.tzinfo is not None or not MORNING <= at < EVENING:
        raise InvalidDigestTime(path)
    return at.strftime("%H:%M")


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

    @classmethod
    async def of(cls, person_id: UUID) -> Self:
        """The person's row, or the defaults in a row that is not saved."""
        return await cls.filter(person_id=person_id).first() or cls(person_id=person_id)

    @classmethod
    async def choose(
        cls,
        person_id: UUID,
        *,
        by: Actor,
        now: datetime,
        ways: Mapping[str, Way] | None = None,
        digest_at: str | None = None,
        urgent: bool | None = None,
    ) -> Self:
        """Change what is given and leave the rest. Raises `NoSuchKind` and `InvalidDigestTime`.

        It holds for what is mailed from now on; a digest that has its place already comes at the old time once more.
        """
        for name in ways or {}:
            if name not in KINDS:
                raise NoSuchKind("ways")
        at = digest_time(digest_at) if digest_at is not None else None
        async with in_transaction():
            row = await cls._held(person_id)
            row.ways = {**row.ways, **{name: Way(way).value for name, way in (ways or {}).items()}}
            row.digest_at = at or row.digest_at
            row.urgent = row.urgent if urgent is None else urgent
            row.version += 1
            await row.save()
            await AuditEvent.record(row, "choose", by=by, now=now)
        return row

    @classmethod
    async def _held(cls, person_id: UUID) -> Self:
        """The person's row, locked; made when there is none, by whoever comes first."""
        row = await cls.filter(person_id=person_id).select_for_update().first()
        if row is None:
            await cls.bulk_create([cls(person_id=person_id)], ignore_conflicts=True)
            row = await cls.select_for_update().get(person_id=person_id)
        return row

    @classmethod
    async def leave(cls, person_id: UUID, kinds: Iterable[str], *, by: Actor, now: datetime) -> Self:
        """No more mail of these kinds. What somebody waits for (transactional kinds) is not left by a click."""
        left = {name: Way.NONE for name in kinds if name in KINDS and not KINDS[name].transactional}
        return await cls.choose(person_id, by=by, now=now, ways=left)
