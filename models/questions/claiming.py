"""Who is at a question: taken over for a day, handed back, and free again when a day has passed or somebody is away."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self
from uuid import UUID

from tortoise.transactions import in_transaction

from models.access import SYSTEM, Viewer
from models.questions.asking import may_take_part
from models.questions.merging import Merging
from models.questions.refusals import ClaimedAlready, TooManyClaims
from models.questions.words import QuestionState

S = QuestionState
MOST_CLAIMS = 5


class Claiming(Merging):
    """The verbs about claims: of people, and our own."""

    class Meta:
        abstract = True

    @classmethod
    async def claim(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        """Take it over for a day. Of two who try at once one has it; the other is refused with `ClaimedAlready`."""
        me = await may_take_part(by)
        async with in_transaction():
            question = await cls.seen(id, by)
            if question.state is S.CLAIMED and question.claimed_by_id != me:
                raise ClaimedAlready("id")
            if await cls.filter(claimed_by_id=me, state=S.CLAIMED).count() >= MOST_CLAIMS:
                raise TooManyClaims("id")
            question.claimed_by_id, question.claimed_at = me, now
            await question.follow("claim", by=by, now=now)
        return question

    @classmethod
    async def hand_back(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        """Let somebody else have it: whoever has it, or a manager in their place."""
        async with in_transaction():
            question = await cls.seen(id, by)
            await question.follow("hand_back", by=by, now=now)
        return question

    @classmethod
    async def reroute(cls, id: UUID, *, now: datetime) -> Self:
        """Noted that others were asked, because half of the time is over (C2.2)."""
        async with in_transaction():
            question = await cls.locked(id)
            question.rerouted_at = now
            await question.follow("reroute", by=SYSTEM, now=now)
        return question

    @classmethod
    async def release(cls, id: UUID, *, now: datetime) -> Self:
        """A claim of more than a day ends (C2.2). Raises `StillHeld`, or `WrongState` where there is none."""
        async with in_transaction():
            question = await cls.locked(id)
            await question.follow("release", by=SYSTEM, now=now)
        return question

    @classmethod
    async def vacate(cls, ids: Sequence[UUID], *, now: datetime) -> int:
        """Whoever had these is not here: others may have them at once (E3, E61). Returns how many there were."""
        freed = 0
        for id in sorted(ids):
            async with in_transaction():
                question = await cls.locked(id)
                if question.state is S.CLAIMED:
                    await question.follow("vacate", by=SYSTEM, now=now, note="whoever had it is not here")
                    freed += 1
        return freed
