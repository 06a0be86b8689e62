"""Answers to strangers, as the endpoint asks for them: kept ones, or made by a plan and kept from then on."""

import time
from dataclasses import dataclass

import orjson
from strawberry.types.execution import ExecutionResult

from models import spans
from models.tally import counted
from resolvers import limits, metrics, slow
from resolvers.cache.keeping import Keeping
from resolvers.cache.kept import Kept, Key, Made
from resolvers.cache.witness import Witness
from resolvers.contexts import PATIENCE
from resolvers.negotiation import Question
from resolvers.planner import Planner
from resolvers.running import late, told
from schema.context import Context

LANGUAGE = frozenset({"language"})
"""What a kept answer may depend on beside the question: it becomes part of the key."""


@dataclass
class Written(ExecutionResult):
    """An answer without errors that is written already. It has no `data`: whoever sends it sends `body`."""

    body: bytes = b""
    kept: Kept | None = None
    """None when it must not be kept by anybody."""


class Strangers:
    """Only who is nobody is answered here; everybody else's answers are executed each time."""

    def __init__(self, planner: Planner, keeping: Keeping) -> None:
        self._planner, self.keeping = planner, keeping

    async def answer(self, question: Question, context: Context) -> ExecutionResult | None:
        """The answer; None when the operation has to be executed as ever: it is no read that a plan can answer."""
        if not context.viewer.is_stranger:
            return None
        if not question.small and limits.too_much(question.query, question.variables):
            return None
        try:
            with PATIENCE.turn():
                key, language = Key.of(question), context.language.value
                found = await self.keeping.answer(key, language, lambda: self._make(question, context))
        except TimeoutError:
            metrics.OPERATIONS.labels("http", "errors").inc()
            return late(question)
        except orjson.JSONEncodeError:  # numbers beyond 64 bits; what is wrong with them is execution's to tell
            return None
        if found is None:
            return None
        metrics.OPERATIONS.labels("http", "ok").inc()
        return Written(data=None, errors=None, body=found.body, kept=found if isinstance(found, Kept) else None)

    async def _make(self, question: Question, context: Context) -> Made | None:
        witness, started = Witness(context, self.keeping.counts), time.perf_counter()
        with counted() as tally, spans.span("graphql") as span:
            with PATIENCE.turn():
                data = await self._planner.answer(
                    question.query, question.variables, question.operation_name, witness.as_context, acts=False
                )
            if data is None:
                return None
            if spans.watched():
                span.note(*told(question, "planned", tally, ExecutionResult(data=data, errors=None)))
        slow.took("planned", time.perf_counter() - started, question.query, question.operation_name, tally)
        body = orjson.dumps({"data": data}, default=str)
        if witness.looked_at - LANGUAGE or not witness.tables:
            return Made(body)
        empty = any(value is None for value in data.values())
        return Made(body, frozenset(witness.tables), by_language=bool(witness.looked_at), empty=empty)
