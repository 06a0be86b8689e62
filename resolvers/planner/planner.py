"""The planner as the endpoint sees it: an answer, or None for "run it plainly"."""

import logging
from collections.abc import Hashable, Mapping
from typing import Any

import structlog
from graphql import OperationType
from strawberry import Schema

from models.errors import Refusal
from resolvers import metrics
from resolvers.planner.compiling import compiled
from resolvers.planner.keeping import Kept
from resolvers.planner.plan import Plan
from resolvers.planner.shapes import Declined, NotNow, Unplannable
from resolvers.planner.statements import Statements
from schema.context import Context

KEPT = 500  # plans; a frontend has some dozens of documents
LONGEST = 20_000  # characters of a document worth keeping: nobody fills the memory with long ones

_PLANNED = metrics.PLANNED.labels("planned", "")

log = structlog.get_logger("leuchtturm.planner")
_told = logging.getLogger("leuchtturm.planner")
"""The same logger, which says faster whether anybody listens."""


class Planner:
    """Keeps the plans of a process. Safe against any number of different documents: the oldest are forgotten."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._plans: Kept[Plan | Declined] = Kept(KEPT)

    async def answer(
        self, query: str, variables: Mapping[str, Any] | None, name: str | None, context: Context, *, acts: bool = True
    ) -> dict[str, Any] | None:
        """The `data` of an operation; None when plain execution has to answer. Never answers with errors.

        `acts=False` leaves mutations alone. When verbs have acted before it gives up, `context.done` has their answers.
        """
        given = variables or {}
        try:
            plan = self._plan(query, name, given)
            if plan.kind is OperationType.SUBSCRIPTION or (plan.kind is OperationType.MUTATION and not acts):
                raise Unplannable("an operation of a kind that is not taken here")
            return _planned(name, *await plan.run(context, given))
        except Exception as problem:
            _declined(name, problem)
            return None

    async def tell(
        self, query: str, name: str | None, values: Mapping[str, Any], event: Any, context: Context
    ) -> dict[str, Any] | None:
        """The `data` of one event of a subscription, for variables as their types have them; None: show it plainly."""
        try:
            return _planned(name, *await self._plan(query, name, values).told(context, values, event))
        except Exception as problem:
            _declined(name, problem)
            return None

    def _plan(self, query: str, name: str | None, given: Mapping[str, Any]) -> Plan:
        switches = [(n, v) for n, v in given.items() if v is None or v is True or v is False]
        key = (query, name, tuple(sorted(switches)) if switches else ())
        known = self._plans.get(key)
        if isinstance(known, Declined):
            raise _afresh(known)
        if known is not None:
            return known
        try:
            plan = compiled(self._schema, query, name, given)
        except NotNow:
            raise
        except Declined as why:
            self._keep(key, query, _afresh(why))
            raise
        self._keep(key, query, plan)
        return plan

    def _keep(self, key: Hashable, query: str, what: Plan | Declined) -> None:
        if len(query) <= LONGEST:
            self._plans.put(key, what)


def _planned(name: str | None, data: dict[str, Any], statements: Statements) -> dict[str, Any]:
    _PLANNED.inc()
    if _told.isEnabledFor(logging.DEBUG):
        log.debug("planned", operation=name, statements=statements.ran, rows=statements.rows)
    return data


def _declined(name: str | None, problem: Exception) -> None:
    """Count by the kind, of which there are seven; the details may be anything."""
    if isinstance(problem, Declined):
        kind, why = problem.kind, str(problem)
    elif isinstance(problem, Refusal):
        kind, why = "refusal", problem.code
    else:
        # Whatever it was, the answer must not depend on it: plain execution is the oracle.
        log.warning("a plan failed", operation=name, exc_info=problem)
        kind, why = "failure", type(problem).__name__
    metrics.PLANNED.labels("plain", kind).inc()
    if _told.isEnabledFor(logging.DEBUG):
        log.debug("runs plainly", operation=name, kind=kind, why=why)


def _afresh(why: Declined) -> Declined:
    """The same reason without a trace: an exception that is kept would keep the request alive that met it."""
    return type(why)(*why.args)
