"""Open questions: asked by name or without one, taken over, answered, and nobody's question forgotten."""

from models.questions.answers import Answer, Clarification
from models.questions.content import Asked
from models.questions.looking import QuestionOrder, Sought, questions
from models.questions.me_too import MeToo
from models.questions.question import Question
from models.questions.topics import QuestionTopic
from models.questions.words import Priority, QuestionKind, QuestionState

__all__ = [
    "Answer",
    "Asked",
    "Clarification",
    "MeToo",
    "Priority",
    "Question",
    "QuestionKind",
    "QuestionOrder",
    "QuestionState",
    "QuestionTopic",
    "Sought",
    "questions",
]
