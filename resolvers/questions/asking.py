"""What those do who ask, and those who have the same question."""

import strawberry

import models
from models.questions import Asked
from resolvers.verbs import verb
from schema.binding import shown
from schema.context import Info
from schema.questions import asking as q


def asked(input: q.AskQuestionInput | q.UpdateQuestionInput) -> Asked:
    """What stands in the form, without whose question it is."""
    return Asked(input.title, input.body, input.language, input.skills, input.fields_of_action)


@strawberry.type
class AskingMutation:
    @verb(q.AskQuestionPayload, limit="20/hour")
    async def ask_question(self, info: Info, input: q.AskQuestionInput) -> q.AskQuestionPayload:
        """Ask. A community manager looks first, then it waits for somebody who knows; you get an answer in two days."""
        question = await models.Question.ask(
            asked(input), team_id=input.team_id, within_team=input.within_team, anonymous=input.anonymous,
            under_alias=input.under_alias, by=info.context.viewer, now=info.context.now,
        )  # fmt: skip
        return q.AskQuestionPayload(question=shown(question))

    @verb(q.UpdateQuestionPayload)
    async def update_question(self, info: Info, input: q.UpdateQuestionInput) -> q.UpdateQuestionPayload:
        """Change what a question says, until somebody has answered it."""
        question = await models.Question.update(
            input.id, asked(input), version=input.version, by=info.context.viewer, now=info.context.now
        )
        return q.UpdateQuestionPayload(question=shown(question))

    @verb(q.AddInfoPayload)
    async def add_info(self, info: Info, input: q.AddInfoInput) -> q.AddInfoPayload:
        """Say what somebody wanted to know about your question; then it waits for an answer again."""
        question = await models.Question.add_info(input.id, input.info, by=info.context.viewer, now=info.context.now)
        return q.AddInfoPayload(question=shown(question))

    @verb(q.AcceptAnswerPayload)
    async def accept_answer(self, info: Info, input: q.AcceptAnswerInput) -> q.AcceptAnswerPayload:
        """This was it: whoever asked, or a lead of the team for which it was asked."""
        question = await models.Question.accept(input.id, input.answer_id, by=info.context.viewer, now=info.context.now)
        return q.AcceptAnswerPayload(question=shown(question))

    @verb(q.ReopenQuestionPayload)
    async def reopen_question(self, info: Info, input: q.ReopenQuestionInput) -> q.ReopenQuestionPayload:
        """Not solved after all: whoever asked. What was parked or merged community managers open again."""
        question = await models.Question.reopen(input.id, by=info.context.viewer, now=info.context.now)
        return q.ReopenQuestionPayload(question=shown(question))

    @verb(q.CloseQuestionPayload)
    async def close_question(self, info: Info, input: q.CloseQuestionInput) -> q.CloseQuestionPayload:
        """Take your question back; a community manager closes others, with a reason."""
        question = await models.Question.close(
            input.id, reason=input.reason, by=info.context.viewer, now=info.context.now
        )
        return q.CloseQuestionPayload(question=shown(question))

    @verb(q.MeTooPayload)
    async def me_too(self, info: Info, input: q.MeTooInput) -> q.MeTooPayload:
        """You have the same question, or not any more; twice changes nothing. Everybody reads how many you are, nobody
        who."""
        question = await models.Question.say_me_too(
            input.id, not input.retract, by=info.context.viewer, now=info.context.now
        )
        return q.MeTooPayload(question=shown(question))
