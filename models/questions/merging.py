"""What was asked twice: merged, and taken apart again where it was not the same."""

from datetime import datetime
from typing import Self
from uuid import UUID

from tortoise.transactions import in_transaction

from models.access import Viewer, visible
from models.errors import NotFound
from models.questions.me_too import MeToo
from models.questions.refusals import NotADuplicate, NotForEverybody
from models.questions.triaging import Triaging
from models.questions.words import QuestionState

NO_TARGET = (QuestionState.DUPLICATE, QuestionState.CLOSED)


class Merging(Triaging):
    """Two questions at once, and therefore two locks."""

    class Meta:
        abstract = True

    @classmethod
    async def mark_duplicate(cls, id: UUID, canonical_id: UUID, *, by: Viewer, now: datetime) -> Self:
        """It was asked before: whoever asked it, and whoever said "me too", is with the other question from now on.

        Everybody is counted alike, whoever asked the other one: from a number that did not grow one could tell who
        asked anonymously (C2.3).
        """
        async with in_transaction():
            for each, path in ((id, "id"), (canonical_id, "canonicalId")):
                if not await visible(cls.filter(id=each), by).exists():
                    raise NotFound(path)
            rows = await cls.together([id, canonical_id, *await cls._duplicates(id)])
            question, canonical = rows[id], rows[canonical_id]
            if id == canonical_id or canonical.state in NO_TARGET:
                raise NotADuplicate("canonicalId")
            if canonical.within_team and canonical.team_id != question.team_id:
                raise NotForEverybody("canonicalId")
            question.canonical_id = canonical_id
            question.stop_clock(now)
            await question.follow("mark_duplicate", by=by, now=now, canonical=str(canonical_id))
            await question._bring_people_to(canonical)
        return question

    @classmethod
    async def _duplicates(cls, id: UUID) -> list[UUID]:
        return [row.id for row in await cls.filter(canonical_id=id).only("id")]

    async def _bring_people_to(self, canonical: "Merging") -> None:
        """Also what was a duplicate of this one: a chain of duplicates has one end."""
        known = set(await MeToo.filter(question_id=canonical.id).values_list("person_id", flat=True))
        fresh = [id for id in await self.concerned() if id not in known]
        await MeToo.bulk_create([MeToo(question_id=canonical.id, person_id=id, via_id=self.id) for id in fresh])
        await type(self).filter(canonical_id=self.id).update(canonical_id=canonical.id)
        await canonical.count_me_too()

    @classmethod
    async def reopen(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        """Not solved after all, no duplicate, or its time has come: back to where it waits, with a new clock."""
        async with in_transaction():
            seen = await visible(cls.filter(id=id), by).first()
            if seen is None:
                raise NotFound("id")
            rows = await cls.together({id, seen.canonical_id or id})
            question = rows[id]
            await question.follow("reopen", by=question.as_asker(by), now=now)
            if question.canonical_id is not None:
                await question._take_people_back_from(rows[question.canonical_id])
            question.accepted_answer_id, question.withdrawn, question.reason = None, False, ""
            question.start_clock(now)
            await question.go_to_queue(by, now)
        return question

    async def _take_people_back_from(self, canonical: "Merging") -> None:
        await MeToo.filter(question_id=canonical.id, via_id=self.id).delete()
        await canonical.count_me_too()
        self.canonical_id = None
