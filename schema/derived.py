"""Fields that follow from columns of the row alone: declared once, computed by both executions."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import strawberry
from tortoise.models import Model

from models.access import Viewer
from models.site import Site
from schema.context import Info
from schema.described import text


@dataclass(frozen=True)
class Derived:
    """`function` takes the values of `columns` in their order, then of `wants` what it asks for, then arguments."""

    columns: tuple[str, ...]
    function: Callable[..., Any]
    wants: frozenset[str] = frozenset()
    """Of `site` and `viewer` what the function asks for."""

    def known(self, model: type[Model], where: str) -> None:
        """Raises `TypeError` for a column that the model does not have."""
        for name in self.columns:
            foreign_key = name.endswith("_id") and name[:-3] in model._meta.fk_fields
            if not foreign_key and name not in model._meta.fields_db_projection:
                raise TypeError(f"{where} derives from {name}, which is no column of {model.__name__}")

    def given(self, site: Site, viewer: Viewer) -> dict[str, Any]:
        """What the function gets besides columns and arguments; the same for all rows of a request."""
        known = {"site": site, "viewer": viewer}
        return {name: known[name] for name in self.wants}

    def value(self, row: Any, info: Info, arguments: dict[str, Any]) -> Any:
        """As plain execution asks for it, from a whole row."""
        given = self.given(info.context.services.site, info.context.viewer)
        return self.function(*(getattr(row, name) for name in self.columns), **given, **arguments)


OURS = frozenset({"site", "viewer"})


def derived(*columns: str) -> Callable[[Callable[..., Any]], Any]:
    """A field made of columns, described by its docstring; it keeps an operation on the planner.

    The function gets a value per column, as Python has it (an enum, a datetime, a list of JSON). A parameter called
    `site` gets the installation, one called `viewer` who asks; all others are arguments of the GraphQL field. It
    answers a scalar or an enum, or a list of them, and must not await: that is `@computed`.
    """

    def decorate(function: Callable[..., Any]) -> Any:
        signature = inspect.signature(function)
        parameters = list(signature.parameters.values())[len(columns) :]
        declared = Derived(columns, function, frozenset(p.name for p in parameters) & OURS)

        def resolve(root: Any, info: Info, **arguments: Any) -> Any:
            return declared.value(root, info, arguments)

        asked = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in parameters if p.name not in OURS]
        own = list(inspect.signature(resolve).parameters.values())[:2]
        resolver: Any = resolve
        resolver.__signature__ = signature.replace(parameters=[*own, *asked])
        resolver.__name__, resolver.__module__ = function.__name__, function.__module__
        return strawberry.field(resolver=resolver, description=text(function), metadata={"derived": declared})

    return decorate
