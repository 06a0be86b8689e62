"""Fields that ask for something about rows: declared once, asked for all rows of a list at the same time."""

import functools
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, get_args

import strawberry
from tortoise.models import Model

from schema.context import Context, Info
from schema.described import text

Ask = Callable[..., Awaitable[list[Any]]]


@dataclass(frozen=True, eq=False)
class This:
    """One row and no other of the same id: what a mutation has changed since is another."""

    row: Any


@dataclass(frozen=True)
class Batched:
    """`function` takes what identifies the rows, the context and the arguments; it answers a value for each."""

    columns: tuple[str, ...]
    """What identifies a row: one column gives its value, several a tuple, none the row itself."""
    function: Ask

    def known(self, model: type[Model], where: str) -> None:
        """Raises `TypeError` for a column that the model does not have."""
        for name in self.columns:
            foreign_key = name.endswith("_id") and name[:-3] in model._meta.fk_fields
            if not foreign_key and name not in model._meta.fields_db_projection:
                raise TypeError(f"{where} asks by {name}, which is no column of {model.__name__}")

    def key(self, row: Any) -> Any:
        if not self.columns:
            return row
        values = tuple(getattr(row, name) for name in self.columns)
        return values[0] if len(values) == 1 else values

    async def value(self, row: Any, info: Info, arguments: dict[str, Any]) -> Any:
        """As plain execution asks for it: together with all rows that ask in the same moment."""

        async def ask(rows: list[This]) -> list[Any]:
            return await self.function([self.key(each.row) for each in rows], info.context, **arguments)

        name = (self.function, *sorted((name, str(value)) for name, value in arguments.items()))
        return await info.context.loaders.by(name, ask).load(This(row))

    def field(self, of: Any, parameters: list[inspect.Parameter], description: str | None) -> Any:
        """The field, with these arguments, of this type."""

        async def resolve(root: Any, info: Info, **arguments: Any) -> Any:
            return await self.value(root, info, arguments)

        own = list(inspect.signature(resolve).parameters.values())[:2]
        asked = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in parameters]
        resolver: Any = resolve
        resolver.__signature__ = inspect.Signature([*own, *asked], return_annotation=of)
        functools.update_wrapper(resolver, self.function, assigned=("__name__", "__module__"), updated=())
        del resolver.__wrapped__
        return strawberry.field(resolver=resolver, description=description, metadata={"batched": self})


def batched(*columns: str) -> Callable[[Ask], Any]:
    """A field that needs more than its row, described by its docstring; it keeps an operation on the planner.

    The function gets a list (the values of the column, tuples of several, whole rows without any column), the context,
    and the arguments of the GraphQL field; it answers a list of the same length. What its annotation says of the items
    is the type of the field. Answer from one statement, whatever the length.
    """

    def decorate(function: Ask) -> Any:
        signature = inspect.signature(function)
        (of,) = get_args(signature.return_annotation)
        parameters = list(signature.parameters.values())[2:]
        return Batched(columns, function).field(of, parameters, text(function))

    return decorate


__all__ = ["Batched", "Context", "batched"]
