"""What whoever asks sends."""

from uuid import UUID

import strawberry

from models.language import Language
from schema.described import answer, given
from schema.inputs import Given, Payload
from schema.questions.types import Question


@given
class AskQuestionInput(Given):
    title: str
    """In one line, as you would ask it."""
    body: str = ""
    """Markdown, up to 20,000 characters."""
    language: Language = Language.DE
    """In which it is written."""
    skills: list[UUID] = strawberry.field(default_factory=list)
    fields_of_action: list[UUID] = strawberry.field(default_factory=list)
    team_id: UUID | None = None
    """The team for which you ask; one that you belong to."""
    within_team: bool = False
    """Only the team reads it, and staff."""
    anonymous: bool = False
    """Nobody can read who asked, staff included. You still find it among yours, and get the answers."""
    under_alias: bool = False
    """Show your alias for questions instead of yourself."""


@answer
class AskQuestionPayload(Payload):
    question: Question | None


@given
class UpdateQuestionInput(Given):
    """What is left out stays as it is."""

    id: UUID
    version: int | None = None
    """What you have read; refused when somebody was faster."""
    title: str | None = None
    body: str | None = None
    language: Language | None = None
    skills: list[UUID] | None = None
    fields_of_action: list[UUID] | None = None


@answer
class UpdateQuestionPayload(Payload):
    question: Question | None


@given
class AddInfoInput(Given):
    id: UUID
    """Of the question."""
    info: str


@answer
class AddInfoPayload(Payload):
    question: Question | None


@given
class AcceptAnswerInput(Given):
    id: UUID
    """Of the question."""
    answer_id: UUID


@answer
class AcceptAnswerPayload(Payload):
    question: Question | None


@given
class ReopenQuestionInput(Given):
    id: UUID


@answer
class ReopenQuestionPayload(Payload):
    question: Question | None


@given
class CloseQuestionInput(Given):
    id: UUID
    reason: str = ""


@answer
class CloseQuestionPayload(Payload):
    question: Question | None


@given
class MeTooInput(Given):
    id: UUID
    retract: bool = False
    """Not any more."""


@answer
class MeTooPayload(Payload):
    question: Question | None
    """Of a duplicate: the question where it is answered."""
