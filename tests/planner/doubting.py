"""A planner that is doubted: of every mutation that it answers, plain execution tells what it would have said.

The tests of the graph send their mutations through it, so every document of every test is compared: the verb has acted
once, and both show what it answered.
"""

from collections.abc import Mapping
from dataclasses import replace
from inspect import isawaitable
from typing import Any

import orjson
from graphql import execute, parse
from starlette.routing import BaseRoute, Route
from strawberry.types.execution import ExecutionResult

from resolvers.endpoint import Endpoint
from resolvers.planner import Planner
from schema.context import Context
from tests.planner.comparing import written


class Doubted(Planner):
    """Answers as ever. Raises `AssertionError` when plain execution would have said something else."""

    compared = 0
    """How many mutations, in this process."""

    async def answer(
        self, query: str, variables: Mapping[str, Any] | None, name: str | None, context: Context, *, acts: bool = True
    ) -> dict[str, Any] | None:
        data = await super().answer(query, variables, name, context, acts=acts)
        if data is not None and context.done:
            plain = await self._schema.execute(
                query, variable_values=dict(variables or {}), context_value=context, operation_name=name
            )
            assert isinstance(plain, ExecutionResult)
            said = written(ExecutionResult(data=data, errors=None))
            Doubted.compared += 1
            assert said == written(plain), f"{query}\n{variables}\nplanned {said!r}\nplain   {written(plain)!r}"
        return data

    async def tell(
        self, query: str, name: str | None, values: Mapping[str, Any], event: Any, context: Context
    ) -> dict[str, Any] | None:
        data = await super().tell(query, name, values, event, context)
        if data is not None:
            Doubted.compared += 1
            as_sent = orjson.loads(orjson.dumps(dict(values)))
            plain: Any = execute(self._schema._schema, parse(query), event, replace(context, tell=None), as_sent, name)
            told = await plain if isawaitable(plain) else plain
            said = [orjson.dumps(one, default=str) for one in (data, told.data)]
            assert said[0] == said[1], f"{query}\nplanned {said[0]!r}\nplain   {said[1]!r}"
        return data


def doubted(routes: list[BaseRoute]) -> list[BaseRoute]:
    """The routes of the graph, with a planner that is doubted."""
    for route in routes:
        if isinstance(route, Route) and isinstance(route.endpoint, Endpoint):
            route.endpoint.runner.planner = Doubted(route.endpoint.runner.schema)
    return routes
