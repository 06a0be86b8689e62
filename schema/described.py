"""Docstrings become descriptions: of types, of their attributes (the string below an attribute) and of fields."""

import ast
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from typing import Any, TypeVar

import strawberry
from typing_extensions import dataclass_transform

T = TypeVar("T")


def text(thing: Any) -> str | None:
    """The docstring as one description, without the indentation of its source; None when there is none of its own."""
    doc = thing.__doc__
    if not doc or (isinstance(thing, type) and doc.startswith(f"{thing.__name__}(")):  # a dataclass writes its own
        return None
    return _told(doc)


def _told(doc: str) -> str:
    """On one line, and without references to our own papers, such as (E43)."""
    return re.sub(r" ?\((?:[CE]\d+(?:\.\d+)?[, ]*)+\)", "", " ".join(inspect.cleandoc(doc).split()))


def of_attributes(cls: type) -> dict[str, str]:
    """The strings that stand below the attributes of a class, by attribute."""
    return _of_module(cls.__module__).get(cls.__qualname__, {})


@cache
def _of_module(name: str) -> dict[str, dict[str, str]]:
    """The same of every class of a module, by its qualified name: read once, because each start of a process waits."""
    try:
        tree = ast.parse(inspect.getsource(sys.modules[name]))
    except (KeyError, OSError, TypeError, SyntaxError):
        return {}
    return dict(_classes(tree.body, ""))


def _classes(body: list[ast.stmt], prefix: str) -> Iterator[tuple[str, dict[str, str]]]:
    for one in body:
        if isinstance(one, ast.ClassDef):
            yield prefix + one.name, _below(one.body)
            yield from _classes(one.body, f"{prefix}{one.name}.")
        elif isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _classes(one.body, f"{prefix}{one.name}.<locals>.")


def _below(body: list[ast.stmt]) -> dict[str, str]:
    found = {}
    for pair in pairwise(body):
        match pair:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=said)):
                found[name] = _told(str(said))
    return found


def describe(cls: Any) -> Any:
    """Write the descriptions into a finished Strawberry type; returns it."""
    definition = cls.__strawberry_definition__
    below: dict[str, str] = {}
    for base in reversed(cls.__mro__[:-1]):
        below |= of_attributes(base)
    for field in definition.fields:
        field.description = field.description or below.get(field.python_name)
    return cls


@dataclass_transform(kw_only_default=True)
def answer(cls: type[T]) -> type[T]:
    """A plain output type (a payload, an element that is no row) with its descriptions."""
    made: type[T] = describe(strawberry.type(cls, description=text(cls)))
    return made


@dataclass_transform(kw_only_default=True)
def given(cls: type[T]) -> type[T]:
    """An input type with its descriptions."""
    made: type[T] = describe(strawberry.input(cls, description=text(cls)))
    return made


def computed(resolver: Callable[..., Any]) -> Any:
    """A field with Python of its own, described by its docstring. It keeps an operation off the planner."""
    return strawberry.field(resolver=resolver, description=text(resolver))


def streams(resolver: Callable[..., Any]) -> Any:
    """A subscription field, described by its docstring."""
    return strawberry.subscription(resolver=resolver, description=text(resolver))


SHARED = "shared"
"""The mark of a subscription whose answers are shared."""


def broadcasts(resolver: Callable[..., Any]) -> Any:
    """The same, when each answer follows from one event, the viewer and the arguments alone, and none comes without an
    event: then all who may see the same and ask the same are told by one execution (`resolvers/events/sharing.py`)."""
    return strawberry.subscription(resolver=resolver, description=text(resolver), metadata={SHARED: True})


def enum(cls: Any, name: str | None = None) -> Any:
    """An enum of the models as a GraphQL enum: values by their upper-case names. Asking twice gives the same."""
    if not hasattr(cls, "__strawberry_definition__") and not hasattr(cls, "_enum_definition"):
        strawberry.enum(cls, name=name, description=text(cls))
    return cls
