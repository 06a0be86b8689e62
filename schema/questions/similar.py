"""What somebody is shown while they type a question: what was asked before, and help lines where they may need one."""

from schema.described import answer
from schema.localised import LocalisedText
from schema.questions.types import Question


@answer
class HelpLine:
    """Somebody to talk to, free of charge and without a name."""

    name: LocalisedText
    about: LocalisedText
    """What it is, and in which languages."""
    phones: list[str]
    """Several numbers reach the same people; none where there is a page only."""
    url: str | None


@answer
class SimilarQuestions:
    """Shown before anything is sent."""

    questions: list[Question]
    """The most similar first. What was merged into another question is shown as that one."""
    help_lines: list[HelpLine]
    """Where there are any, the words sound like somebody in distress: show these first, while the form is open."""
