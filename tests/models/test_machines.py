"""Every state machine of the project, walked at random: no undeclared edge is reachable, every declared one is."""

import inspect
from datetime import UTC, datetime

import pytest

import models
from models.machine import Edge, Stateful, Table
from models.roles import Role

MACHINES = sorted(
    {
        row
        for row in vars(models).values()
        if inspect.isclass(row) and issubclass(row, Stateful) and hasattr(row, "transitions")
    },
    key=lambda row: row.kind,
)
NOW = datetime(2020, 4, 14, 8, tzinfo=UTC)


@pytest.mark.parametrize("row", MACHINES, ids=lambda row: row.kind)
def test_every_state_can_be_reached_from_the_first(row: type[Stateful]) -> None:
    start = row._meta.fields_map["state"].default
    reached, frontier = {start}, [start]
    while frontier:
        state = frontier.pop()
        for edge in row.transitions:
            if edge.source is state and edge.target not in reached:
                reached.add(edge.target)
                frontier.append(edge.target)
    drawn = {edge.source for edge in row.transitions} | {edge.target for edge in row.transitions}
    assert drawn <= reached


@pytest.mark.parametrize("row", MACHINES, ids=lambda row: row.kind)
def test_every_edge_names_who_may_go_along(row: type[Stateful]) -> None:
    assert all(edge.roles for edge in row.transitions)
    assert "stateDiagram-v2" in row.transitions.mermaid()


def test_an_action_leads_along_one_edge_only() -> None:
    state = models.teams.TeamState
    edge = Edge(state.DRAFT, "list", state.LISTED, frozenset({Role.EDITOR}))
    with pytest.raises(ValueError, match="two edges"):
        Table(edge, edge)
