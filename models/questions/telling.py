"""Whom a question tells what. Rows only, in the transaction of the cause; nobody learns from them who asked."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise.expressions import Q

from models.access import oneself
from models.machine import Actor
from models.members import RoleGrant
from models.notifications import forget, tell_all
from models.questions.answers import Answer, Clarification
from models.questions.words import QuestionState
from models.roles import Role

S = QuestionState
ROUTED = "question.routed"
FOLLOWED = "follow.question"
MERGED = "question.merged"
LEAVES_THE_QUEUE = {"claim", "answer", "request_info", "park", "mark_duplicate", "close"}


@dataclass(frozen=True)
class Step:
    """What has just happened to a question. `had` is who was at it before."""

    question: Any
    action: str
    before: QuestionState
    by: Actor
    now: datetime
    had: UUID | None = None
    answer: str = ""

    async def tell(self, people: Iterable[UUID | None], kind: str, *, key: str = "") -> None:
        """Those of them who are somebody, but for whoever did it: they know."""
        others = [id for id in people if id is not None and id != oneself(self.by)]
        await tell_all(others, kind, subject=self.question, now=self.now, about=about(self.question), key=key)


def about(question: Any) -> dict[str, str]:
    """The title stands in the language in which it was asked."""
    return {"title": question.title, "question": str(question.id)}


async def followed(step: Step) -> None:
    """Called after every arrow of a question."""
    if step.action in LEAVES_THE_QUEUE:
        await forget(step.question, now=step.now, kinds=[ROUTED, FOLLOWED])
    if tells := TELLS.get(step.action):
        await tells(step)


async def _answered(step: Step) -> None:
    """Whoever asked, and whoever said "me too"; the first answer is what they have been waiting for."""
    first = step.before in (S.QUEUED, S.CLAIMED)
    kind = "question.answered" if first else "question.answered_again"
    await step.tell(await step.question.concerned(), kind, key=step.answer)


async def _accepted(step: Step) -> None:
    """Thanks to whoever wrote it; their own question needs none."""
    answer = await Answer.filter(id=step.question.accepted_answer_id).first()
    if answer and answer.person_id != step.question.person_id:
        await step.tell([answer.person_id], "question.accepted", key=str(answer.id))


async def _info_wanted(step: Step) -> None:
    await step.tell([step.question.person_id], "question.needs_info")


async def _info_given(step: Step) -> None:
    wanted = Clarification.filter(question_id=step.question.id, given_at__isnull=True)
    people = {row.person_id for row in await wanted}
    await step.tell(sorted(id for id in people if id), "question.info_given")


async def _released(step: Step) -> None:
    await step.tell([step.had], "question.released")


async def _merged(step: Step) -> None:
    """All who asked either of the two, each once, however often they are merged (C2.4).

    Each reads the title of their own question: the other one they may not even see.
    """
    question = step.question
    canonical = await type(question).get(id=question.canonical_id)
    both = [question.id, canonical.id]
    asked = await type(question).filter(Q(id__in=both) | Q(canonical_id__in=both)).order_by("id")
    own = {row.person_id: row for row in asked}
    for row in (question, canonical):
        words: dict[UUID, list[UUID]] = {}
        for person in await row.concerned():
            words.setdefault(own.get(person, row).id, []).append(person)
        titles = {each.id: about(each) for each in (*asked, row)}
        for id, people in words.items():
            await tell_all(people, MERGED, subject=canonical, now=step.now, about=titles[id], key="merged")


TELLS: dict[str, Callable[[Step], Awaitable[None]]] = {
    "answer": _answered,
    "accept": _accepted,
    "request_info": _info_wanted,
    "add_info": _info_given,
    "release": _released,
    "mark_duplicate": _merged,
}


async def overdue(question: Any, now: datetime) -> None:
    """Community managers, once per question and clock (C2.2)."""
    people = await RoleGrant.holders(Role.COMMUNITY_MANAGER, now=now)
    key = question.sla_due_at.isoformat()
    await tell_all(people, "question.overdue", subject=question, now=now, about=about(question), key=key)
