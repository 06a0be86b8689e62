"""Open questions in the graph: what they show, and what is sent about them."""

from schema.questions.types import Answer, Clarification, Question, QuestionTopic, QuestionUpdate

__all__ = ["Answer", "Clarification", "Question", "QuestionTopic", "QuestionUpdate"]
