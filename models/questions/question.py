"""A question: its columns stand in `row.py`, the verbs in `asking.py`, `triaging.py` and `answering.py`."""

from models.questions.answering import Answering


class Question(Answering):
    """Something that somebody wants to know, on its way to an answer."""

    class Meta:
        table = "question"
        indexes = (("state", "asked_at"), ("state", "sla_due_at"))
