"""What somebody asked of us about their data, and the file that answers it until it is fetched or a week has passed."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Self
from uuid import UUID

from tortoise import fields
from tortoise.transactions import in_transaction

from models.access import SYSTEM, Viewer
from models.base import Moment, Row
from models.errors import Conflict, SignInNeeded
from models.machine import Edge, Stateful, Table
from models.members import Person, PersonState
from models.notifications import tell
from models.outbox import AuditEvent, OutboxEvent
from models.roles import Role

ANSWER_WITHIN = timedelta(days=30)  # Article 12 (3) GDPR says one month; ours are done within minutes
KEPT_FOR = timedelta(days=7)


class DataRequestKind(StrEnum):
    EXPORT = "export"
    ERASURE = "erasure"


class DataRequestState(StrEnum):
    VERIFIED = "verified"
    """Whoever asked has proved who they are, by being signed in."""
    RUNNING = "running"
    DELIVERED = "delivered"
    CLOSED = "closed"


S = DataRequestState
US = frozenset({Role.SYSTEM})


class ExportUnderWay(Conflict):
    code = "EXPORT_UNDER_WAY"
    de = "Deine Daten werden gerade zusammengestellt. Du bekommst eine Nachricht, sobald sie bereitliegen."
    en = "Your data are being gathered already. You get a message as soon as they are ready."


class AlreadyLeaving(Conflict):
    code = "ALREADY_LEAVING"
    de = "Dein Konto wird schon gelöscht. Bis dahin kannst du es dir anders überlegen."
    en = "Your account is being erased already. Until then you can change your mind."


class DataRequest(Stateful):
    """One wish of one person: a copy of everything, or that everything goes."""

    kind = "data_request"
    transitions: ClassVar[Table] = Table(
        Edge(S.VERIFIED, "begin", S.RUNNING, US),
        Edge(S.RUNNING, "begin", S.RUNNING, US),  # a worker died; the next one gathers anew
        Edge(S.RUNNING, "deliver", S.DELIVERED, US),
        Edge(S.VERIFIED, "close", S.CLOSED, US),
        Edge(S.DELIVERED, "close", S.CLOSED, US),
    )

    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="data_requests", db_index=True
    )
    person_id: UUID
    purpose = fields.CharEnumField(DataRequestKind, max_length=24)
    state = fields.CharEnumField(DataRequestState, max_length=24, default=DataRequestState.VERIFIED)
    due_at = Moment()
    """By when it is answered; for an erasure, when the time for a change of mind is over."""
    delivered_at = Moment(null=True)

    class Meta:
        table = "data_request"

    @classmethod
    async def _received(
        cls, person_id: UUID, purpose: DataRequestKind, due_at: datetime, by: Viewer, now: datetime
    ) -> Self:
        row = await cls.create(person_id=person_id, purpose=purpose, due_at=due_at)
        await AuditEvent.record(row, f"request_{purpose.value}", by=by, now=now, after=S.VERIFIED.value)
        await OutboxEvent.record(f"data_request.{purpose.value}", subject_kind=cls.kind, subject_id=row.id, now=now)
        return row

    @classmethod
    async def export(cls, *, by: Viewer, now: datetime) -> Self:
        """Ask for a copy of everything that is kept about oneself (E1)."""
        if by.person_id is None:
            raise SignInNeeded()
        async with in_transaction():
            await Person.locked(by.person_id)
            open_ = cls.filter(
                person_id=by.person_id, purpose=DataRequestKind.EXPORT, state__in=[S.VERIFIED, S.RUNNING]
            )
            if await open_.exists():
                raise ExportUnderWay()
            return await cls._received(by.person_id, DataRequestKind.EXPORT, now + ANSWER_WITHIN, by, now)

    @classmethod
    async def erasure(cls, *, by: Viewer, now: datetime) -> Self:
        """Leave for good, in seven days; until then nobody sees the person, and they may come back (E2)."""
        if by.person_id is None:
            raise SignInNeeded()
        async with in_transaction():
            if (await Person.locked(by.person_id)).state is PersonState.ERASURE_REQUESTED:
                raise AlreadyLeaving()
            person = await Person.request_erasure(by.person_id, by=by, now=now)
            assert person.erase_at is not None
            row = await cls._received(by.person_id, DataRequestKind.ERASURE, person.erase_at, by, now)
            said = {"until_at": person.erase_at.isoformat()}
            await tell(by.person_id, "privacy.leaving", subject=row, now=now, about=said)
        return row

    @classmethod
    async def stay(cls, *, by: Viewer, now: datetime) -> Person:
        """A change of mind. Raises `TooLate` when the week is over."""
        if by.person_id is None:
            raise SignInNeeded()
        async with in_transaction():
            person = await Person.cancel_erasure(by.person_id, by=by, now=now)
            await cls._close(by.person_id, DataRequestKind.ERASURE, now)
        return person

    @classmethod
    async def _close(cls, person_id: UUID, purpose: DataRequestKind, now: datetime) -> None:
        rows = cls.filter(person_id=person_id, purpose=purpose, state__in=[S.VERIFIED, S.DELIVERED])
        for row in await rows.order_by("id").select_for_update():
            await row.follow("close", by=SYSTEM, now=now)

    @classmethod
    async def expire(cls, *, now: datetime, most: int = 100) -> int:
        """Throw files away that lay there for a week. Returns how many."""
        old = await DataExport.filter(made_at__lte=now - KEPT_FOR).limit(most).only("id", "request_id")
        for file in old:
            async with in_transaction():
                row = await cls.locked(file.request_id)
                await file.delete()
                if row.state is S.DELIVERED:
                    await row.follow("close", by=SYSTEM, now=now)
        return len(old)


class DataExport(Row):
    """The file: a ZIP with JSON and CSV. It is fetched by the person alone, signed in, and kept for a week."""

    kind = "data_export"

    request: fields.ForeignKeyRelation[DataRequest] = fields.ForeignKeyField(
        "models.DataRequest", related_name="files", db_index=True
    )
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="data_exports", db_index=True
    )
    request_id: UUID
    person_id: UUID
    content = fields.BinaryField()
    made_at = Moment()

    class Meta:
        table = "data_export"


class Erasure(Row):
    """Who was erased: an id that names nobody, kept so that a restored copy forgets them again (E4)."""

    person_id = fields.UUIDField(unique=True)
    at = Moment()

    class Meta:
        table = "erasure"
