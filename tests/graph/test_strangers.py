"""Everything that can be walked to through the graph, walked by strangers and members: nothing hidden turns up.

The walk is made from the schema itself, so a new relation is walked without anybody remembering it.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    get_named_type,
    graphql,
    is_leaf_type,
    is_required_argument,
)

from models.access import ANONYMOUS, SCOPES, Viewer, visible
from models.base import utcnow
from resolvers.contexts import context_of
from resolvers.graph import build_schema
from schema.binding import BINDINGS
from schema.context import Services
from tests import people
from tests.graph.test_reading import counted
from tests.living import move_in

SCHEMA = build_schema()._schema
DEPTH = 5  # every relation of every type is within five steps of a root; longer walks only repeat them
NOW = utcnow()
MODELS = {binding.shape.__name__: binding.model for binding in BINDINGS.values()}


def _arguments(field: GraphQLField, first: int) -> str | None:
    """What to send along; None when a field wants something that a walk does not have."""
    if any(is_required_argument(argument) for argument in field.args.values()):
        return None
    return f"(first: {first})" if "first" in field.args else ""


def selection(named: Any, depth: int, first: int) -> str:
    """Everything below a type, so many levels deep."""
    if not isinstance(named, GraphQLObjectType | GraphQLInterfaceType):
        return ""
    parts = ["__typename"]
    for name, field in named.fields.items():
        given, below = _arguments(field, first), get_named_type(field.type)
        if given is None:
            continue
        if is_leaf_type(below):
            parts.append(name)
        elif depth > 1 and (inner := selection(below, depth - 1, first)):
            parts.append(f"{name}{given} {inner}")
    return "{ " + " ".join(parts) + " }"


def walks(first: int = 3, depth: int = DEPTH) -> dict[str, str]:
    """One document per root field that needs nothing."""
    assert SCHEMA.query_type is not None
    return {
        name: f"{{ {name}{given} {selection(get_named_type(field.type), depth, first)} }}"
        for name, field in SCHEMA.query_type.fields.items()
        if (given := _arguments(field, first)) is not None
    }


def met(answer: Any) -> Iterator[tuple[str, str]]:
    """Every row in an answer: its type and its id."""
    if isinstance(answer, list):
        for item in answer:
            yield from met(item)
    if isinstance(answer, dict):
        if "id" in answer and answer.get("__typename") in MODELS:
            yield answer["__typename"], answer["id"]
        for value in answer.values():
            yield from met(value)


async def walked(document: str, viewer: Viewer) -> Any:
    context = context_of(Services())
    context.viewer = viewer
    result = await graphql(SCHEMA, document, context_value=context)  # type: ignore[misc]  # awaitable: resolvers are async
    assert result.errors is None, result.errors
    return result.data


async def _anybody() -> Viewer:
    return ANONYMOUS


async def _with_a_team() -> Viewer:
    team = await people.team("Anker")
    return await people.lead_of(team.id)


@pytest.mark.parametrize("who", [_anybody, people.participant, _with_a_team], ids=["stranger", "participant", "lead"])
async def test_no_path_leads_to_a_row_that_the_viewer_may_not_see(database: str, who: Any) -> None:
    await move_in(NOW)
    viewer = await who()
    rows = set()

    for name, document in walks().items():
        rows |= set(met(await walked(document, viewer)))
        assert rows or name, name

    hidden = []
    for type_, id in rows:
        model = MODELS[type_]
        if model.__name__ in SCOPES and not await visible(model.filter(id=id), viewer).exists():
            row = await model.get(id=id)
            if viewer.person_id not in [getattr(row, name, None) for name in ("person_id", "actor_id", "subject_id")]:
                hidden.append((type_, id))
    assert len(rows) > 20, "the walk must meet somebody"
    assert hidden == []


async def test_the_walk_of_staff_meets_more(database: str) -> None:
    await move_in(NOW)
    editor = await people.editor()

    stranger = {row for d in walks().values() for row in met(await walked(d, ANONYMOUS))}
    staff = {row for d in walks().values() for row in met(await walked(d, editor))}

    assert {type_ for type_, _ in stranger} < {type_ for type_, _ in staff}


async def test_no_walk_asks_more_often_when_there_is_more(database: str) -> None:
    """Statements for pages of fourteen rows and of twenty: of each shape the same number, whatever is selected.

    Among fourteen there is every kind of row already, such as a question that was merged into another one.
    """
    await move_in(NOW)
    editor = await people.editor()
    small, large = walks(14, 5), walks(20, 5)

    growing = {}
    for name in small:
        with counted() as few:
            await walked(small[name], editor)
        with counted() as many:
            await walked(large[name], editor)
        before, after = (Counter(s.partition(" WHERE ")[0][:200] for s in statements) for statements in (few, many))
        growing[name] = {shape: (before[shape], after[shape]) for shape in before if after[shape] > before[shape]}

    assert {name: shapes for name, shapes in growing.items() if shapes} == {}
