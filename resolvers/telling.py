"""Subscriptions: each event is shown by the plan of its document; graphql-core does the rest, and what has no plan."""

from typing import Any

from graphql import ExecutionResult, OperationType
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from schema.context import Context


class Telling(StrawberryGraphQLCoreExecutionContext):
    """Executes operations. An event of a subscription comes here as the root value of an execution of its own."""

    def execute_operation(self, serially: bool | None = None) -> Any:
        context: Context = self.context_value
        planned = self.operation.operation is OperationType.SUBSCRIPTION and self.operation.loc is not None
        if not planned or getattr(context, "tell", None) is None:
            return super().execute_operation(serially)
        return self._told(context, serially)

    async def _told(self, context: Context, serially: bool | None) -> Any:
        assert context.tell is not None
        assert self.operation.loc is not None
        name = self.operation.name.value if self.operation.name else None
        document = self.operation.loc.source.body
        data = await context.tell(document, name, self.variable_values.coerced, self.root_value, context)
        if data is not None:
            return ExecutionResult(data=data, errors=None)
        result: Any = super().execute_operation(serially)
        return await result if self.is_awaitable(result) else result
