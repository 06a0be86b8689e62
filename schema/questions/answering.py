"""What those send who answer, and those who look after all questions."""

from uuid import UUID

from models.language import Language
from models.questions import Priority, QuestionKind
from schema.described import answer, given
from schema.inputs import Given, Payload
from schema.questions.types import Answer, Question


@given
class TriageQuestionInput(Given):
    """What is left out of language and topics stays as it is."""

    id: UUID
    kind: QuestionKind
    priority: Priority = Priority.NORMAL
    """`URGENT` is answered within 8 hours, all others within 48."""
    language: Language | None = None
    skills: list[UUID] | None = None
    fields_of_action: list[UUID] | None = None


@answer
class TriageQuestionPayload(Payload):
    question: Question | None


@given
class ClaimQuestionInput(Given):
    id: UUID


@answer
class ClaimQuestionPayload(Payload):
    question: Question | None


@given
class HandBackQuestionInput(Given):
    id: UUID


@answer
class HandBackQuestionPayload(Payload):
    question: Question | None


@given
class AnswerQuestionInput(Given):
    id: UUID
    body: str
    """Markdown, up to 20,000 characters."""


@answer
class AnswerQuestionPayload(Payload):
    question: Question | None
    answer: Answer | None


@given
class UpdateAnswerInput(Given):
    id: UUID
    """Of the answer."""
    body: str


@answer
class UpdateAnswerPayload(Payload):
    answer: Answer | None


@given
class RequestInfoInput(Given):
    id: UUID
    """Of the question."""
    wanted: str
    """What you need to know before it can be answered."""


@answer
class RequestInfoPayload(Payload):
    question: Question | None


@given
class MarkDuplicateInput(Given):
    id: UUID
    canonical_id: UUID
    """The question where it is answered."""


@answer
class MarkDuplicatePayload(Payload):
    question: Question | None


@given
class ParkQuestionInput(Given):
    id: UUID
    reason: str = ""


@answer
class ParkQuestionPayload(Payload):
    question: Question | None
