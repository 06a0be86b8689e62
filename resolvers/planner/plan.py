"""A plan: the trees of an operation with their generated functions, and how it answers one request."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import DocumentNode, OperationType
from strawberry import Schema

from resolvers.budget import refusal
from resolvers.limits import limits_of
from resolvers.planner.arguments import Variables
from resolvers.planner.fields import Constant
from resolvers.planner.reading import Asked
from resolvers.planner.shapes import NotNow
from resolvers.planner.statements import Statements
from resolvers.planner.tree import Parameter, Values
from schema.context import Context


@dataclass
class Plan:
    """Runs for everybody who sends the same document; holds no viewer and no value."""

    schema: Schema
    document: DocumentNode
    variables: Variables
    fields: list[Any]
    """`Root`s, `Act`s, and `Constant`s for `__typename`."""
    parameters: list[Parameter]
    kind: OperationType
    """Fields of a mutation are answered in their order, that of a subscription for each event."""
    makers: dict[Hashable, Any] = field(default_factory=dict)
    _judged: set[Hashable] = field(default_factory=set)
    """Numbers of variables with which the document is known to be within its limits."""

    async def run(self, context: Context, given: Mapping[str, Any]) -> tuple[dict[str, Any], Statements]:
        """The answer's `data`. Raises `Declined`, or what a resolver refuses, for plain execution to answer."""
        self._within_limits(given)
        return await self.told(context, self.variables.of(given))

    async def told(self, context: Context, values: Values, event: Any = None) -> tuple[dict[str, Any], Statements]:
        """The same with variables as their types have them; for a subscription also with its event."""
        asked = Asked(context, values, self.parameters, Statements(context), self.makers, event)
        data: dict[str, Any] = {}
        try:
            for root in self.fields:
                data[root.key] = root.value if isinstance(root, Constant) else await root.answer(asked)
        finally:
            await asked.statements.rest()
        return data, asked.statements

    def _within_limits(self, given: Mapping[str, Any]) -> None:
        """Judge the document once per set of numbers: nothing else of the variables changes what it costs."""
        numbers = tuple(sorted([(name, n) for name, n in given.items() if type(n) is int]))
        if numbers in self._judged:
            return
        if refusal(self.schema._schema, self.document, dict(given), limits_of(self.schema)):
            raise NotNow("a document beyond its limits")
        if len(self._judged) > 200:
            self._judged.clear()
        self._judged.add(numbers)
