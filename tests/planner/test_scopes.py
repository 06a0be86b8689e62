"""No plan leads to a row that the viewer may not see, through any relation; and more rows need no more statements."""

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import pytest
from graphql import GraphQLObjectType, get_named_type, is_leaf_type, is_required_argument

import models
from models.access import SCOPES, visible
from models.tally import counted
from resolvers.budget import Limits
from resolvers.planner.compiling import compiled
from schema.binding import BINDINGS
from tests import people
from tests.graph.test_strangers import MODELS, met
from tests.planner.comparing import Stage


@pytest.fixture(autouse=True)
def _large_documents(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A walk through everything is larger than a document from outside may be."""
    monkeypatch.setattr(stage.schema, "limits", Limits(depth=50, fields=10**6, cost=10**9))
    monkeypatch.setattr("resolvers.limits.TOKENS", 10**6)


BY_THEMSELVES = {"LogEntry"}
"""Types with one root field and a rule of their own there: one's own log, out of an audit log that only staff reads."""


def walk(of: Any, depth: int, first: int) -> str:
    """Everything below a type that is planned, so many levels deep."""
    assert isinstance(of, GraphQLObjectType)
    binding = BINDINGS.get(getattr(of.extensions.get("strawberry-definition"), "origin", None))  # type: ignore[arg-type]
    parts = ["__typename"]
    for name, field in of.fields.items():
        computed = binding and field.extensions["strawberry-definition"].python_name in binding.computed
        if computed or any(is_required_argument(one) for one in field.args.values()):
            continue
        below = get_named_type(field.type)
        page = f"(first: {first})" if "first" in field.args else ""
        if is_leaf_type(below):
            parts.append(name)
        elif depth > 1:
            parts.append(f"{name}{page} {walk(below, depth - 1, first)}")
    return "{ " + " ".join(parts) + " }"


def walks(stage: Stage, first: int, depth: int = 6) -> dict[str, str]:
    """One planned document per root field that needs nothing."""
    root = stage.schema._schema.query_type
    assert root is not None
    found = {}
    for name, field in root.fields.items():
        read = "read" in field.extensions["strawberry-definition"].metadata
        if read and not any(is_required_argument(one) for one in field.args.values()):
            page = f"(first: {first})" if "first" in field.args else ""
            found[name] = f"{{ {name}{page} {walk(get_named_type(field.type), depth, first)} }}"
    return found


async def test_no_plan_leads_to_a_row_that_the_viewer_may_not_see(stage: Stage) -> None:
    team = await people.team("Anker")
    plans = [compiled(stage.schema, document, None, {}) for document in walks(stage, 3).values()]
    rows = 0
    for viewer in [*stage.viewers, await people.participant(), await people.lead_of(team.id)]:
        seen: defaultdict[str, set[str]] = defaultdict(set)
        for plan in plans:
            data, _ = await plan.run(stage.context(viewer), {})
            for type_, id in met(data):
                seen[type_].add(id)
        rows += sum(map(len, seen.values()))
        for type_, ids in seen.items():
            model = MODELS[type_]
            if type_ in BY_THEMSELVES or model.__name__ not in SCOPES:
                continue
            known = {str(row.id) for row in await visible(model.filter(id__in=list(ids)), viewer).only("id")}
            for id in ids - known:
                own = getattr(await model.get(id=id), "person_id", None) == viewer.person_id
                assert own, f"{type_} {id} is shown to {sorted(viewer.roles)}"
    assert rows > 200, "the walk must meet somebody"


def _lists(roots: Sequence[Any]) -> int:
    """The most statements that an operation can need: it follows from the document alone."""

    def of(node: Any) -> int:
        shown = [2 + of(edge.node) for edge in node.edges]
        return sum(shown) + 3 * len(node.batches)  # the rows that a batch answers, with what is shown of them

    return sum(2 + of(root.node) for root in roots)


async def test_more_rows_need_no_more_statements(stage: Stage) -> None:
    staff = next(viewer for viewer in stage.viewers if viewer.is_staff)
    ran: dict[str, list[int]] = {}
    for first in (1, 20):
        for name, document in walks(stage, first, 5).items():
            plan = compiled(stage.schema, document, None, {})
            _, statements = await plan.run(stage.context(staff), {})
            ran.setdefault(name, []).append(statements.ran)

            lists = _lists(plan.fields)
            assert statements.ran <= lists, "one statement per list, and one more to count it"
    assert max(counts[1] for counts in ran.values()) > 5


async def test_more_rows_need_no_more_statements_plainly(stage: Stage) -> None:
    """Every type and relation on the fallback path: loaders ask once per field of the document, not once per row."""
    staff = next(viewer for viewer in stage.viewers if viewer.is_staff)
    for name, document in walks(stage, 20, 4).items():
        with counted() as tally:
            result = await stage.plainly(document, {}, staff)
        assert not result.errors, name
        most = document.count("{") + 5  # one for each level and relation, and for counts among the leaves
        assert tally.statements <= most, f"{name}: {tally.statements} for {tally.rows} rows"


@pytest.mark.parametrize(("selection", "statements"), [("totalCount", 1), ("edges { cursor }", 1)])
async def test_what_is_not_asked_for_is_not_read(stage: Stage, selection: str, statements: int) -> None:
    viewer = stage.viewers[0]
    plan = compiled(stage.schema, f"{{ teams {{ {selection} }} }}", None, {})

    _, ran = await plan.run(stage.context(viewer), {})

    assert ran.ran == statements


async def test_what_belongs_to_one_object_comes_with_it_from_postgresql(stage: Stage) -> None:
    document = "{ team(slug: %s) { name memberships { role } successes(first: 2) { edges { node { metric } } } } }"
    viewer = next(one for one in stage.viewers if one.teams)
    team = await models.Team.get(id=next(iter(viewer.teams)))
    plan = compiled(stage.schema, document % json.dumps(team.slug), None, {})

    told, ran = await plan.run(stage.context(viewer), {})

    assert told["team"]["memberships"], "at least their own"
    assert ran.ran == (1 if ran.dialect == "postgres" else 3)
