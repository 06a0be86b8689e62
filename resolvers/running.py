"""One operation, whatever brought it: by its plan, or plainly where the planner declines; in its time, and counted."""

import asyncio
import time
from functools import cache
from typing import Any

import structlog
from graphql import GraphQLError
from strawberry import Schema
from strawberry.schema.exceptions import CannotGetOperationTypeError
from strawberry.types.execution import ExecutionResult, PreExecutionError
from strawberry.types.graphql import OperationType

from models import spans
from models.tally import Tally, counted
from resolvers import limits, metrics, scopes, slow
from resolvers.contexts import PATIENCE
from resolvers.negotiation import Question
from resolvers.planner import Planner
from schema.context import Context

READS = frozenset({OperationType.QUERY})
BOTH = frozenset({OperationType.QUERY, OperationType.MUTATION})

log = structlog.get_logger("leuchtturm.graphql")


class Runner:
    """Runs queries and mutations for every transport."""

    def __init__(self, schema: Schema) -> None:
        self.schema, self.planner = schema, Planner(schema)

    async def run(
        self, question: Question, context: Context, allowed: frozenset[OperationType], how: str = "http"
    ) -> ExecutionResult:
        """The answer to one operation. Raises `InvalidOperationTypeError` for a kind that is not allowed."""
        if not question.small and (too_much := limits.too_much(question.query, question.variables)):
            return PreExecutionError(data=None, errors=[too_much])
        if closed := scopes.lacking(question.query, question.operation_name, context.viewer):
            return PreExecutionError(data=None, errors=[closed])
        started = time.perf_counter()
        with counted() as tally, spans.span("graphql") as span:
            result = await self._planned(question, context, allowed)
            kind = how if result is None else "planned"
            if result is None:
                result = await self._plainly(
                    question, context, allowed, PATIENCE.seconds - (time.perf_counter() - started)
                )
            if spans.watched():
                span.note(*told(question, kind, tally, result))
        slow.took(kind, time.perf_counter() - started, question.query, question.operation_name, tally)
        _operations(how, "errors" if result.errors else "ok").inc()
        return result

    async def _planned(
        self, question: Question, context: Context, allowed: frozenset[OperationType]
    ) -> ExecutionResult | None:
        try:
            with PATIENCE.turn():
                data = await self.planner.answer(
                    question.query,
                    question.variables,
                    question.operation_name,
                    context,
                    acts=OperationType.MUTATION in allowed,
                )
        except TimeoutError:
            return late(question)
        return None if data is None else ExecutionResult(data=data, errors=None)

    async def _plainly(
        self, question: Question, context: Context, allowed: frozenset[OperationType], seconds: float
    ) -> ExecutionResult:
        try:
            async with asyncio.timeout(seconds):
                return await self.schema.execute(
                    question.query,
                    variable_values=question.variables,
                    context_value=context,
                    operation_name=question.operation_name,
                    allowed_operation_types=allowed,
                )
        except TimeoutError:
            return late(question)
        except CannotGetOperationTypeError as problem:
            # Named in the request, but not in the document: a client's mistake, told like any other of a document.
            unknown = problem.as_http_error_reason()
            return PreExecutionError(data=None, errors=[_error(unknown, "OPERATION_RESOLUTION_FAILURE")])


@cache
def _operations(how: str, outcome: str) -> Any:
    """There are a handful of them."""
    return metrics.OPERATIONS.labels(how, outcome)


def late(question: Question) -> ExecutionResult:
    """What an operation answers whose time is over."""
    log.warning("an operation took too long", operation=question.operation_name)
    return ExecutionResult(data=None, errors=[_error("The operation took too long.", "TIMEOUT")])


def told(question: Question, kind: str, tally: Tally, result: ExecutionResult) -> tuple[spans.About, str]:
    """What a span may say about an operation, and its name: no variables, and no text of the document."""
    name = slow.named(question.query, question.operation_name)
    about: spans.About = {
        "graphql.operation.name": name,
        "graphql.document.hash": slow.hashed(question.query),
        "leuchtturm.how": kind,
        "leuchtturm.statements": tally.statements,
        "leuchtturm.rows": tally.rows,
        "leuchtturm.errors": len(result.errors or ()),
    }
    return about, f"graphql {name}".strip()


def _error(message: str, code: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": code})
