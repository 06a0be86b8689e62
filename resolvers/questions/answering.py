"""What those do who answer, and those who look after all questions."""

import strawberry

import models
from models.questions import Asked
from resolvers.verbs import verb
from schema.binding import shown
from schema.context import Info
from schema.questions import answering as q


@strawberry.type
class AnsweringMutation:
    @verb(q.TriageQuestionPayload)
    async def triage_question(self, info: Info, input: q.TriageQuestionInput) -> q.TriageQuestionPayload:
        """Say what a question is about; from then on members read it. Community managers."""
        question = await models.Question.triage(
            input.id, input.kind, priority=input.priority,
            asked=Asked(language=input.language, skills=input.skills, fields_of_action=input.fields_of_action),
            by=info.context.viewer, now=info.context.now,
        )  # fmt: skip
        return q.TriageQuestionPayload(question=shown(question))

    @verb(q.ClaimQuestionPayload)
    async def claim_question(self, info: Info, input: q.ClaimQuestionInput) -> q.ClaimQuestionPayload:
        """Take a question over: others see that you are at it. After a day without an answer they may have it."""
        question = await models.Question.claim(input.id, by=info.context.viewer, now=info.context.now)
        return q.ClaimQuestionPayload(question=shown(question))

    @verb(q.HandBackQuestionPayload)
    async def hand_back_question(self, info: Info, input: q.HandBackQuestionInput) -> q.HandBackQuestionPayload:
        """Let somebody else have it; a community manager may do so for you."""
        question = await models.Question.hand_back(input.id, by=info.context.viewer, now=info.context.now)
        return q.HandBackQuestionPayload(question=shown(question))

    @verb(q.AnswerQuestionPayload, limit="60/hour")
    async def answer_question(self, info: Info, input: q.AnswerQuestionInput) -> q.AnswerQuestionPayload:
        """Answer, whether or not you have taken it over. Your own question too, as unnamed as you have asked it."""
        question, answer = await models.Question.answer(
            input.id, input.body, by=info.context.viewer, now=info.context.now
        )
        return q.AnswerQuestionPayload(question=shown(question), answer=shown(answer))

    @verb(q.UpdateAnswerPayload)
    async def update_answer(self, info: Info, input: q.UpdateAnswerInput) -> q.UpdateAnswerPayload:
        """Change your answer; community managers anybody's, which is noted."""
        answer = await models.Question.update_answer(input.id, input.body, by=info.context.viewer, now=info.context.now)
        return q.UpdateAnswerPayload(answer=shown(answer))

    @verb(q.RequestInfoPayload)
    async def request_info(self, info: Info, input: q.RequestInfoInput) -> q.RequestInfoPayload:
        """Ask back before it can be answered: whoever has taken it over, and community managers."""
        question = await models.Question.request_info(
            input.id, input.wanted, by=info.context.viewer, now=info.context.now
        )
        return q.RequestInfoPayload(question=shown(question))

    @verb(q.MarkDuplicatePayload)
    async def mark_duplicate(self, info: Info, input: q.MarkDuplicateInput) -> q.MarkDuplicatePayload:
        """It was asked before: all who want to know are with the other question now. Community managers."""
        question = await models.Question.mark_duplicate(
            input.id, input.canonical_id, by=info.context.viewer, now=info.context.now
        )
        return q.MarkDuplicatePayload(question=shown(question))

    @verb(q.ParkQuestionPayload)
    async def park_question(self, info: Info, input: q.ParkQuestionInput) -> q.ParkQuestionPayload:
        """Set it aside until something else has happened; community managers."""
        question = await models.Question.park(
            input.id, reason=input.reason, by=info.context.viewer, now=info.context.now
        )
        return q.ParkQuestionPayload(question=shown(question))
