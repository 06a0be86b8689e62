"""The declarations of the read path: `bound(model)`, `relation(...)`, `localised(...)`, `reads(type)`.

A type is bound to a model once. Plain execution (Strawberry with DataLoaders) and the planner read the same
declarations: see `BINDINGS`, and `docs/subsystems/graphql.md` for how to add one.
"""

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeVar, get_args, get_origin

import strawberry
from tortoise.exceptions import ValidationError as UnfitForColumn
from tortoise.models import Model
from tortoise.queryset import QuerySet

from models.errors import ValidationProblem
from models.machine import Stateful
from schema import decisions
from schema.batched import Batched
from schema.context import Info
from schema.derived import Derived
from schema.described import describe, enum, of_attributes, text
from schema.localised import Localised, LocalisedText
from schema.paging import FIRST, MOST, Connection, Order, Page, Slice, Window

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Relation:
    """Rows that belong to a row: declared once, loaded for all parents by one statement.

    `name` is the field of the model (a foreign key, or the reverse of one). `where` must be right for every viewer
    who may see the parent; `scoped` relations are filtered by `models/access.py` for the viewer instead.
    """

    name: str
    order: str = "id"
    where: Mapping[str, Any] = field(default_factory=dict)
    first: int | None = None
    scoped: bool = False
    many: bool = True
    paged: bool = False

    def target(self, model: type[Model]) -> type[Model]:
        """The model on the other side; known once the database is configured."""
        found: type[Model] = getattr(model._meta.fields_map[self.name], "related_model")  # noqa: B009
        return found

    def column(self, model: type[Model]) -> str:
        """To-one: our column that holds the id. To-many: the column of the target that holds ours."""
        key = model._meta.fields_map[self.name]
        return str(getattr(key, "relation_field" if self.many else "source_field") or f"{self.name}_id")


@dataclass
class Binding:
    """What a bound type reads: everything that the planner needs to know about it."""

    model: type[Model]
    shape: Any = None
    """The Strawberry type."""
    columns: dict[str, str] = field(default_factory=dict)
    """Plain fields: Python name of the GraphQL field -> column of the model."""
    relations: dict[str, Relation] = field(default_factory=dict)
    texts: dict[str, Localised] = field(default_factory=dict)
    derived: dict[str, Derived] = field(default_factory=dict)
    """Fields made of columns of the row alone."""
    batched: dict[str, Batched] = field(default_factory=dict)
    """Fields asked for when the rows are there, for all of them at once."""
    computed: list[str] = field(default_factory=list)
    """Fields with Python of their own: they run plainly."""


PAGE_ARGUMENTS: dict[str, Any] = {"first": int | None, "after": str | None, "last": int | None, "before": str | None}

BINDINGS: dict[type, Binding] = {}
"""Every bound type with its declarations, filled by `bound` as the modules of `schema/` are imported."""


def relation(
    name: str,
    *,
    order: str = "id",
    where: Mapping[str, Any] | None = None,
    first: int | None = None,
    scoped: bool = False,
) -> Any:
    """Declare a relation: `list[X]` or `Connection[X]` for many, `X` or `X | None` for one.

    `order` names columns as in `"-published_at,id"`; `first` is the usual page of a connection or the most items of
    a list. `scoped=True` leaves out what the viewer may not see.
    """
    return Relation(name, order, dict(where or {}), first, scoped)


def localised(name: str, *, bare: bool = False) -> Any:
    """Declare a text in both languages: columns `<name>_de` and `<name>_en`; `bare`: `<name>` and `<name>_en`."""
    return Localised(name, bare)


def column(name: str) -> Any:
    """Declare a plain field under another name than its column's."""
    return _Column(name)


@dataclass(frozen=True)
class _Column:
    name: str


def bound(model: type[Model]) -> Callable[[type[T]], type[T]]:
    """Make a Strawberry type whose annotated fields are columns and relations of `model`; rows resolve as they are."""

    def decorate(cls: type[T]) -> type[T]:
        binding = Binding(model)
        below = of_attributes(cls)
        for name in list(inspect.get_annotations(cls)):
            _declare(cls, name, binding, below.get(name))
        if issubclass(model, Stateful):
            setattr(cls, "viewer_can", decisions.viewer_can(cls.__name__, model))  # noqa: B010
        setattr(cls, "is_type_of", classmethod(lambda c, row, info: isinstance(row, model)))  # noqa: B010
        made: type[T] = describe(strawberry.type(cls, description=text(cls)))
        _computed(made, binding)
        binding.shape = made
        BINDINGS[made] = binding
        return made

    return decorate


def _computed(made: Any, binding: Binding) -> None:
    """Note the fields with a resolver of their own: what is derived from columns, and what is anything else."""
    declared = {**binding.relations, **binding.texts, **binding.columns}
    for each in made.__strawberry_definition__.fields:
        if isinstance(each.metadata.get("derived"), Derived):
            binding.derived[each.python_name] = each.metadata["derived"]
            binding.derived[each.python_name].known(binding.model, f"{made.__name__}.{each.python_name}")
        elif isinstance(each.metadata.get("batched"), Batched):
            binding.batched[each.python_name] = each.metadata["batched"]
            binding.batched[each.python_name].known(binding.model, f"{made.__name__}.{each.python_name}")
        elif each.base_resolver and each.python_name not in declared:
            binding.computed.append(each.python_name)


def _declare(cls: type, name: str, binding: Binding, description: str | None) -> None:
    """Give one annotated field its resolver; a plain column needs none."""
    given, model = cls.__dict__.get(name), binding.model
    if isinstance(given, Relation) or (given is None and name in model._meta.fk_fields | model._meta.o2o_fields):
        declared = _relation_of(cls, name, given or Relation(name), binding)
        binding.relations[name] = declared
        _field(cls, name, _resolver(declared, model), description, relation=declared)
    elif isinstance(given, Localised):
        binding.texts[name] = given
        cls.__annotations__[name] = LocalisedText
        _field(cls, name, given.read, description)
    elif isinstance(given, _Column):
        binding.columns[name] = given.name
        _known(model, given.name, cls)
        _field(cls, name, _attribute(given.name), description)
    elif given is None:
        binding.columns[name] = name
        _known(model, name, cls)
    _enums(cls, name)


def _relation_of(cls: type, name: str, given: Relation, binding: Binding) -> Relation:
    """The relation with what its annotation says about it: one or many, a list or pages."""
    annotation: Any = cls.__annotations__[name]  # a string stays one: another bound type of the module
    paged, many = get_origin(annotation) is Connection, get_origin(annotation) in (list, Connection)
    if given.scoped and not many and type(None) not in get_args(annotation):
        raise TypeError(f"{cls.__name__}.{name} is scoped, so it may be absent: write `X | None`")
    if many:
        Order.of(binding.model, given.order)
    return Relation(given.name, given.order, given.where, given.first, given.scoped, many, paged)


def _known(model: type[Model], name: str, cls: type) -> None:
    foreign_key = name.endswith("_id") and name[:-3] in model._meta.fk_fields
    if name not in model._meta.fields_map and not foreign_key:
        raise TypeError(f"{cls.__name__}.{name} is no column of {model.__name__}; declare a resolver for it")


def _enums(cls: type, name: str) -> None:
    """Register enums of the models where they are used."""
    annotation = cls.__annotations__[name]
    for part in (annotation, *get_args(annotation)):
        if isinstance(part, type) and issubclass(part, Enum):
            enum(part)


def _field(cls: type, name: str, resolver: Any, description: str | None, **metadata: Any) -> None:
    setattr(cls, name, strawberry.field(resolver=resolver, description=description, metadata=metadata))


def _attribute(name: str) -> Callable[[Any], Any]:
    def read(root: Any) -> Any:
        return getattr(root, name)

    read.__annotations__.pop("return")
    return read


def _resolver(declared: Relation, model: type[Model]) -> Any:
    """The loader-backed resolver of a relation. The field's own annotation gives the GraphQL type."""
    if not declared.many:
        resolver = _one(declared, model)
    else:
        resolver = _pages(declared, model) if declared.paged else _list(declared, model)
    resolver.__annotations__.pop("return", None)
    return resolver


def _one(declared: Relation, model: type[Model]) -> Any:
    async def resolve(root: Any, info: Info) -> Any:
        key = getattr(root, declared.column(model))
        if key is None:
            return None
        return await info.context.loaders.row(declared.target(model), declared.scoped).load(key)

    return resolve


def _list(declared: Relation, model: type[Model]) -> Any:
    async def resolve(root: Any, info: Info) -> Any:
        return await info.context.loaders.many(declared, model).load(root.pk)

    return resolve


def _pages(declared: Relation, model: type[Model]) -> Any:
    async def resolve(
        root: Any,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Any:
        window = Window(first, after, last, before).checked(declared.first or FIRST)
        order, loaders = Order.of(declared.target(model), declared.order), info.context.loaders
        for path, cursor in (("after", after), ("before", before)):
            if cursor is not None:
                order.values(cursor, path)
        return Slice(
            order,
            window,
            lambda: loaders.slices(declared, model, window).load(root.pk),
            lambda: loaders.counts(declared, model).load(root.pk),
        )

    return resolve


@dataclass(frozen=True)
class Read:
    """A root field's declaration: its resolver gives a lazy queryset or page, already scoped to the viewer."""

    type: Any
    resolver: Callable[..., Any]


def reads(type_: Any) -> Callable[[Callable[..., Any]], Any]:
    """A root field that reads: the resolver returns an unevaluated `QuerySet` or `Page`; it never awaits it.

    `type_` is what GraphQL says: `Connection[X]`, `X | None` or `list[X]`. A connection whose resolver has no
    parameter `first` gets the four of a page (`first`, `after`, `last`, `before`) by itself.
    """

    def decorate(resolver: Callable[..., Any]) -> Any:
        signature = inspect.signature(resolver)
        pages_itself = get_origin(type_) is not Connection or "first" in signature.parameters

        @functools.wraps(resolver)
        async def resolve(*args: Any, **kwargs: Any) -> Any:
            if pages_itself:
                return await fetched(resolver(*args, **kwargs), type_)
            window = Window(**{name: kwargs.pop(name, None) for name in PAGE_ARGUMENTS})
            return resolver(*args, **kwargs).within(window).slice()

        if not pages_itself:
            asked = [
                inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=kind)
                for name, kind in PAGE_ARGUMENTS.items()
            ]
            wrapper: Any = resolve
            wrapper.__signature__ = signature.replace(parameters=[*signature.parameters.values(), *asked])
        return strawberry.field(
            resolver=resolve,
            graphql_type=type_,
            description=text(resolver),
            metadata={"read": Read(type_, resolver)},
        )

    return decorate


async def fetched(found: Any, type_: Any) -> Any:
    """Evaluate what a reading resolver returned, as the type asks."""
    if isinstance(found, Page):
        return found.slice()
    if not isinstance(found, QuerySet):
        return found
    try:
        if get_origin(type_) is not list:
            return await found.first()
        # A plain list is for a small closed set; it ends here all the same, should the set grow.
        return list(await (found if found._limit is not None else found.limit(MOST)))
    except UnfitForColumn as unfit:  # asked for by a text that is longer than its column can hold
        raise ValidationProblem() from unfit


def shown(row: Any) -> Any:
    """A row where a payload names its bound type: rows resolve as they are, the type checker need not know."""
    return row


__all__ = ["BINDINGS", "Binding", "Relation", "bound", "column", "localised", "reads", "relation", "shown"]
