"""Mutations: the verb acts as ever, and its payload is shown by the plan.

A verb acts once, whatever happens afterwards: how it ended is noted in the context, and when the plan gives up, plain
execution tells what was noted instead of acting again (`resolvers/verbs.py`).
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from resolvers.planner.reading import Asked, Looker
from resolvers.planner.shapes import NotNow
from resolvers.planner.showers import Shower
from resolvers.planner.tree import Arguments
from schema.context import Outcome


@dataclass
class Act:
    """One root field of a mutation."""

    key: str
    verb: Callable[..., Awaitable[Any]]
    arguments: Arguments
    converted: Callable[[dict[str, Any]], dict[str, Any]]
    show: Shower

    async def answer(self, asked: Asked) -> Any:
        given = self.converted(self.arguments(asked.values))
        done = asked.context.done
        await asked.statements.rest()
        try:
            done[self.key] = Outcome(await self.verb(None, Looker(asked.context), **given))
        except Exception as problem:
            done[self.key] = Outcome(problem=problem)
            raise NotNow("a verb that failed") from problem
        asked.afresh()
        return (await self.show(asked, [done[self.key].answer]))[0]
