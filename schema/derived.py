"""Fields that follow from columns of the row alone: declared once, computed by both executions."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import strawberry
from tortoise.models import Model

from models.site import Site
from schema.context import Info
from schema.described import text


@dataclass(frozen=True)
class Derived:
    """`function` takes the values of `columns` in their order, then `site` if it asks for it, then the arguments."""

    columns: tuple[str, ...]
    function: Callable[..., Any]
    wants_site: bool

    def known(self, model: type[Model], where: str) -> None:
        """Raises `TypeError` for a column that the model does not have."""
        for name in self.columns:
            if name not in model._meta.fields_db_projection:
                raise TypeError(f"{where} derives from {name}, which is no column of {model.__name__}")

    def value(self, row: Any, site: Site, arguments: dict[str, Any]) -> Any:
        """As plain execution asks for it, from a whole row."""
        given = {**arguments, "site": site} if self.wants_site else arguments
        return self.function(*(getattr(row, name) for name in self.columns), **given)


def derived(*columns: str) -> Callable[[Callable[..., Any]], Any]:
    """A field made of columns, described by its docstring; it keeps an operation on the planner.

    The function gets a value per column, as Python has it (an enum, a datetime, a list of JSON). A parameter called
    `site` gets the installation; all others are arguments of the GraphQL field. It answers a scalar or an enum, or a
    list of them, and must not await or look at who is asking: that is `@computed`.
    """

    def decorate(function: Callable[..., Any]) -> Any:
        signature = inspect.signature(function)
        parameters = list(signature.parameters.values())[len(columns) :]
        declared = Derived(columns, function, any(p.name == "site" for p in parameters))

        def resolve(root: Any, info: Info, **arguments: Any) -> Any:
            return declared.value(root, info.context.services.site, arguments)

        asked = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in parameters if p.name != "site"]
        own = list(inspect.signature(resolve).parameters.values())[:2]
        resolver: Any = resolve
        resolver.__signature__ = signature.replace(parameters=[*own, *asked])
        resolver.__name__, resolver.__module__ = function.__name__, function.__module__
        return strawberry.field(resolver=resolver, description=text(function), metadata={"derived": declared})

    return decorate
