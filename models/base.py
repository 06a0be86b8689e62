"""What every row shares: an id that sorts by time, UTC moments, a version for optimistic locking."""

from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Self
from uuid import UUID

from tortoise import fields
from tortoise.models import Model, ModelMeta
from uuid_utils.compat import uuid7

from models import sql
from models.blank import blank
from models.errors import NotFound, Stale

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The request or job that is being answered; written into audit rows and log lines."""


def utcnow() -> datetime:
    """The process's clock. Only the edges (resolvers, jobs, command line) call it; rules take `now` as an argument."""
    return datetime.now(UTC)


class Moment(fields.DatetimeField):  # type: ignore[type-arg]  # the stubs make it generic, the class is not
    """A UTC datetime. SQLite compares datetimes as text, so every value must carry the same offset (traps.md, 2.1)."""

    def to_db_value(self, value: Any, instance: Any) -> Any:
        if isinstance(value, datetime) and value.tzinfo is not None:
            value = value.astimezone(UTC)
        return super().to_db_value(value, instance)


def new_id() -> UUID:
    """A UUIDv7: unique without asking anybody, and ascending, so that it closes every keyset order."""
    return uuid7()


class Uncommented(ModelMeta):
    """Spares Tortoise 1.1.9 the search for `#:` comments in the source of each model: we write none, and every start of
    a process would wait half a second for it."""

    def __new__(cls, name: str, bases: tuple[type, ...], attributes: dict[str, Any]) -> Any:
        return super().__new__(cls, name, bases, {**attributes, "_no_comments": True})


class Row(Model, metaclass=Uncommented):
    """Abstract base of every table."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    created_at = Moment(auto_now_add=True)
    updated_at = Moment(auto_now=True)
    version = fields.IntField(default=1, db_default=1)

    class Meta:
        abstract = True

    def __init__(self, **given: Any) -> None:
        made = blank(type(self))
        if made is not None and given.keys() <= made.columns.keys():
            made.fill(self.__dict__, given)
        else:
            super().__init__(**given)  # a relation is given by its row

    @classmethod
    async def is_there(cls, id: UUID) -> bool:
        """Whether there is such a row, whoever may see it."""
        return bool(await sql.rows(f'SELECT 1 AS one FROM "{cls._meta.db_table}" WHERE id = $1', id))

    @classmethod
    async def locked(cls, id: UUID, path: str = "id", version: int | None = None) -> Self:
        """Fetch the row and lock it until the surrounding transaction ends; call it inside `in_transaction()`.

        Raises `NotFound` when there is none and `Stale` when somebody changed it since `version`.
        """
        row = await cls.filter(id=id).select_for_update().first()
        if row is None:
            raise NotFound(path)
        if version is not None and row.version != version:
            raise Stale(path)
        return row
