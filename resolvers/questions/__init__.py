"""Open questions: the list, one question, what happens to it."""

from collections.abc import AsyncIterator
from uuid import UUID

import strawberry
from tortoise.queryset import QuerySet

import models
from models.access import visible
from models.errors import NotFound
from models.language import Language
from models.questions import QuestionKind, QuestionOrder, QuestionState, Sought, questions
from resolvers.events import about, follow
from resolvers.questions.answering import AnsweringMutation
from resolvers.questions.asking import AskingMutation
from resolvers.questions.similar import SimilarQuery
from schema.binding import reads, shown
from schema.context import Info
from schema.described import streams
from schema.paging import Connection, Page
from schema.questions import Question, QuestionUpdate
from schema.scalars import EventCursor


@strawberry.type
class QuestionQuery(SimilarQuery):
    @reads(Connection[Question])
    def questions(
        self,
        info: Info,
        states: list[QuestionState] | None = None,
        kind: QuestionKind | None = None,
        language: Language | None = None,
        skill: UUID | None = None,
        field_of_action: str | None = None,
        team_id: UUID | None = None,
        mine: bool = False,
        waiting_for_me: bool = False,
        order: QuestionOrder = QuestionOrder.NEWEST,
    ) -> Page[models.Question]:
        """Questions that you may read, the latest first, or the one first that is owed an answer soonest; for members.

        `mine` are those that you asked, anonymously too. `waitingForMe` are those of them that want a word of yours,
        and those that you have taken over. The field of action by its key.
        """
        viewer = info.context.viewer
        sought = Sought(states or (), kind, language, skill, field_of_action, team_id, mine, waiting_for_me)
        return Page(visible(questions(sought, viewer), viewer), order=order.columns)

    @reads(Question | None)
    def question(self, info: Info, id: UUID) -> QuerySet[models.Question]:
        """One question, as far as you may read it."""
        return visible(models.Question.filter(id=id), info.context.viewer)


@strawberry.type
class QuestionSubscription:
    @streams
    async def question_updated(
        self, info: Info, id: UUID, after: EventCursor | None = None
    ) -> AsyncIterator[QuestionUpdate]:
        """What happens to a question, as far as you may read it; whoever asked hears of everything.

        Each listener is answered alone: an answer says whether the question is yours, which is nobody else's business.
        """
        if not await visible(models.Question.filter(id=id), info.context.viewer).exists():
            raise NotFound("id")
        async for event in follow(info.context, after=after, which=about(models.Question.kind, id)):
            row = await visible(models.Question.filter(id=id), info.context.viewer).first()
            yield QuestionUpdate(cursor=EventCursor(str(event.seq)), question=shown(row))


@strawberry.type
class QuestionMutation(AskingMutation, AnsweringMutation):
    """Whatever is done with a question."""


__all__ = ["QuestionMutation", "QuestionQuery", "QuestionSubscription"]
