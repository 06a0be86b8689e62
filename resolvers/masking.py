"""Errors on their way out: refusals keep their code and both languages, what is no refusal is hidden and logged."""

import structlog
from graphql import GraphQLError, GraphQLSyntaxError
from strawberry.extensions import MaskErrors

from models.base import request_id
from models.errors import Refusal
from resolvers import metrics
from schema.refusals import extensions as told
from schema.scalars import Malformed

log = structlog.get_logger("leuchtturm.graphql")


class Masked(MaskErrors):
    """Every error that leaves has `extensions.code`."""

    def __init__(self) -> None:
        super().__init__()

    def _process_errors(self, errors: list[GraphQLError]) -> list[GraphQLError]:
        return [outgoing(error) for error in errors]


def outgoing(error: GraphQLError) -> GraphQLError:
    """The error as the client sees it."""
    cause = error.original_error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    if isinstance(cause, Refusal):
        metrics.REFUSALS.labels(cause.code).inc()
        return _as(error, cause.en, **told(cause))
    if isinstance(cause, RecursionError):
        return _as(error, "The document is nested too deeply.", code="QUERY_TOO_COMPLEX")
    if cause is None or isinstance(cause, GraphQLError | Malformed):
        return _as(error, error.message, **{"code": _code(error), **(error.extensions or {})})
    metrics.MASKED.inc()
    log.error("an error was hidden from the client", path=error.path, exc_info=cause)
    return _as(error, "Something went wrong on our side.", code="INTERNAL", requestId=request_id.get())


def _code(error: GraphQLError) -> str:
    """graphql-core's own errors: of the text, of the document, or of a value."""
    if isinstance(error, GraphQLSyntaxError):
        return "GRAPHQL_PARSE_FAILED"
    return "BAD_INPUT" if error.path or error.message.startswith("Variable '$") else "GRAPHQL_VALIDATION_FAILED"


def _as(error: GraphQLError, message: str, **extensions: object) -> GraphQLError:
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions=dict(extensions),
    )
