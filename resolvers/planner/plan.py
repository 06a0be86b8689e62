"""A plan: the trees of an operation with their generated functions, and how it answers one request."""

import inspect
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import DocumentNode
from strawberry import Schema
from tortoise.queryset import QuerySet

from resolvers.budget import refusal
from resolvers.limits import limits_of
from resolvers.planner.arguments import Variables
from resolvers.planner.fields import Constant
from resolvers.planner.reading import Asked, page, shown
from resolvers.planner.shapes import NotNow, Shapeless
from resolvers.planner.statements import Statements
from resolvers.planner.tree import Arguments, Node, Paging, Parameter
from schema.binding import PAGE_ARGUMENTS
from schema.context import Context
from schema.paging import MOST, Page, Window


@dataclass(frozen=True)
class Looker:
    """What a reading resolver sees of `info`: who asks."""

    context: Context


@dataclass
class Root:
    """One root field of the operation."""

    key: str
    resolver: Callable[..., Any]
    arguments: Arguments
    converted: Callable[[dict[str, Any]], dict[str, Any]]
    pages_itself: bool
    """It takes `first`, `after` … itself, or gives no pages."""
    many: bool
    node: Node
    paging: Paging | None
    required: bool

    def found(self, asked: Asked) -> Any:
        """What the resolver gives: a lazy queryset or page, scoped to the viewer."""
        given = self.arguments(asked.values)
        window = None
        if not self.pages_itself:
            window = Window(**{name: given.get(name) for name in PAGE_ARGUMENTS})
            given = {name: value for name, value in given.items() if name not in PAGE_ARGUMENTS}
        found = self.resolver(None, info=Looker(asked.context), **self.converted(given))
        if inspect.iscoroutine(found):
            found.close()
            raise Shapeless("a root field that awaits")
        return found.within(window) if window is not None and isinstance(found, Page) else found

    async def answer(self, asked: Asked) -> Any:
        found = self.found(asked)
        if self.paging is not None:
            if not isinstance(found, Page):
                raise Shapeless("a connection of something else")
            return await page(asked, found, self.node, self.paging)
        if not isinstance(found, QuerySet):
            raise Shapeless("a root field that is no queryset")
        most = MOST if self.many else 1
        limited = found if self.many and found._limit is not None else found.limit(most)
        rows = await shown(asked, self.node, await asked.statements.of(limited, self.node))
        if self.many:
            return rows
        if not rows and self.required:
            raise NotNow("null where the schema says something")
        return rows[0] if rows else None


@dataclass
class Plan:
    """Runs for everybody who sends the same document; holds no viewer and no value."""

    schema: Schema
    document: DocumentNode
    variables: Variables
    fields: list[Any]
    """`Root`s, `Act`s, and `Constant`s for `__typename`."""
    parameters: list[Parameter]
    acts: bool = False
    """It is a mutation: its fields are answered in their order."""
    makers: dict[Hashable, Any] = field(default_factory=dict)
    _judged: set[Hashable] = field(default_factory=set)
    """Numbers of variables with which the document is known to be within its limits."""

    async def run(self, context: Context, given: Mapping[str, Any]) -> tuple[dict[str, Any], Statements]:
        """The answer's `data`. Raises `Declined`, or what a resolver refuses, for plain execution to answer."""
        self._within_limits(given)
        values = self.variables.of(given)
        parameters = [one(values, context) for one in self.parameters]
        asked = Asked(context, values, parameters, Statements(context), self.makers)
        data: dict[str, Any] = {}
        for root in self.fields:
            data[root.key] = root.value if isinstance(root, Constant) else await root.answer(asked)
        return data, asked.statements

    def _within_limits(self, given: Mapping[str, Any]) -> None:
        """Judge the document once per set of numbers: nothing else of the variables changes what it costs."""
        numbers = tuple(sorted((name, n) for name, n in given.items() if type(n) is int))
        if numbers in self._judged:
            return
        if refusal(self.schema._schema, self.document, dict(given), limits_of(self.schema)):
            raise NotNow("a document beyond its limits")
        if len(self._judged) > 200:
            self._judged.clear()
        self._judged.add(numbers)
