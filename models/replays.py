"""Answers kept for a day: a mutation sent again with its `clientMutationId` gets the same answer and does nothing."""

from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from tortoise import fields

from models.base import Moment, Row
from models.errors import Conflict

KEPT = timedelta(hours=24)


class OtherInput(Conflict):
    code = "CLIENT_MUTATION_ID_REUSED"
    de = "Diese clientMutationId wurde schon für eine andere Eingabe benutzt. Bitte nehmt für jede Absicht eine neue."
    en = "This clientMutationId was used for another input already. Please take a new one for each intention."


class Replay(Row):
    """What one person's mutation with one id answered. `answer` holds ids and plain values, never a secret."""

    person_id = fields.UUIDField()
    client_mutation_id = fields.CharField(max_length=120)
    fingerprint = fields.CharField(max_length=64)
    answer: Any = fields.JSONField(null=True)
    expires_at = Moment(db_index=True)

    class Meta:
        table = "replay"
        unique_together = (("person_id", "client_mutation_id"),)

    @classmethod
    async def begin(cls, person_id: UUID, client_mutation_id: str, fingerprint: str, *, now: datetime) -> Self:
        """The kept answer, or a fresh row to keep one in; call it inside the transaction of the mutation.

        A second request at the same time waits here for the first one's commit. Raises `OtherInput`.
        """
        mine = {"person_id": person_id, "client_mutation_id": client_mutation_id}
        await cls.filter(**mine, expires_at__lte=now).delete()
        fresh = cls(**mine, fingerprint=fingerprint, expires_at=now + KEPT)
        await cls.bulk_create([fresh], ignore_conflicts=True)
        kept = await cls.filter(**mine).select_for_update().get()
        if kept.fingerprint != fingerprint:
            raise OtherInput("clientMutationId")
        return kept

    async def keep(self, answer: dict[str, Any]) -> None:
        self.answer = answer
        await self.save()

    @classmethod
    async def forget(cls, *, now: datetime) -> int:
        """Delete what is older than a day; upkeep calls it."""
        return await cls.filter(expires_at__lte=now).delete()
