"""The planner as the endpoint sees it: an answer, or None for "run it plainly"."""

from collections.abc import Awaitable, Callable, Hashable, Mapping
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

        async def run() -> tuple[dict[str, Any], Statements]:
            plan = self._plan(query, name, given)
            if plan.kind is OperationType.SUBSCRIPTION or (plan.kind is OperationType.MUTATION and not acts):
                raise Unplannable("an operation of a kind that is not taken here")
            return await plan.run(context, given)

        return await self._tried(name, run)

    async def tell(
        self, query: str, name: str | None, values: Mapping[str, Any], event: Any, context: Context
    ) -> dict[str, Any] | None:
        """The `data` of one event of a subscription, for variables as their types have them; None: show it plainly."""

        async def run() -> tuple[dict[str, Any], Statements]:
            return await self._plan(query, name, values).told(context, values, event)

        return await self._tried(name, run)

    async def _tried(
        self, name: str | None, run: Callable[[], Awaitable[tuple[dict[str, Any], Statements]]]
    ) -> dict[str, Any] | None:
        try:
            data, statements = await run()
        except Declined as why:
            self._declined(name, why.kind, str(why))
            return None
        except Refusal as refusal:
            self._declined(name, "refusal", refusal.code)
            return None
        except Exception as problem:
            # Whatever it was, the answer must not depend on it: plain execution is the oracle.
            log.warning("a plan failed", operation=name, exc_info=problem)
            self._declined(name, "failure", type(problem).__name__)
            return None
        _PLANNED.inc()
        log.debug("planned", operation=name, statements=statements.ran, rows=statements.rows)
        return data

    def _plan(self, query: str, name: str | None, given: Mapping[str, Any]) -> Plan:
        key = (query, name, tuple(sorted((n, v) for n, v in given.items() if v is None or isinstance(v, bool))))
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

    def _declined(self, name: str | None, kind: str, why: str) -> None:
        """Count by the kind, of which there are seven; the details may be anything."""
        metrics.PLANNED.labels("plain", kind).inc()
        log.debug("runs plainly", operation=name, kind=kind, why=why)


def _afresh(why: Declined) -> Declined:
    """The same reason without a trace: an exception that is kept would keep the request alive that met it."""
    return type(why)(*why.args)
