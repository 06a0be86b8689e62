"""Writes docs/states.md from the transition tables; with `--check` it only says whether the page is stale."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import models
from models.machine import Edge, Guard, Stateful

PAGE = Path(__file__).resolve().parent.parent / "docs" / "states.md"

INTRODUCTION = """# States

Generated from the transition tables in `models/` by `make docs`; do not edit. An action that a table does not name for
a state is refused, whoever asks. `viewerCan` in the GraphQL API answers from these tables, and each arrow writes an
audit row and an event.
"""


def machines() -> list[type[Stateful]]:
    rows = [getattr(models, name) for name in models.__all__]
    found = [row for row in rows if inspect.isclass(row) and issubclass(row, Stateful)]
    return sorted(found, key=lambda row: row.__name__)


def conditions(guard: Guard | None) -> Iterator[str]:
    """The names of what has to hold; a guard that is made of several gives each of them."""
    if guard is None:
        return
    parts = inspect.getclosurevars(guard).nonlocals.get("guards")
    for part in parts or [guard]:
        if part is guard:
            yield part.__name__.replace("_", " ").strip()
        else:
            yield from conditions(part)


def arrow(edges: list[Edge]) -> str:
    first = edges[0]
    sources = ", ".join(edge.source.value for edge in edges)
    who = ", ".join(sorted(role.value.replace("_", " ") for role in first.roles))
    return f"| {sources} | {first.action} | {first.target.value} | {who} | {', '.join(conditions(first.guard))} |"


def alike(edge: Edge) -> tuple[object, ...]:
    return (edge.action, edge.target, edge.roles, edge.guard)


def section(row: type[Stateful]) -> str:
    arrows = [arrow(list(edges)) for _, edges in groupby(row.transitions, key=alike)]
    summary = (inspect.getdoc(row) or "").splitlines()[:1]
    return "\n".join(
        [
            f"## {row.__name__}",
            "",
            *summary,
            "",
            "```mermaid",
            row.transitions.mermaid(),
            "```",
            "",
            "| from | action | to | who | if |",
            "|---|---|---|---|---|",
            *arrows,
            "",
        ]
    )


def page() -> str:
    return "\n".join([INTRODUCTION, *map(section, machines())]).rstrip("\n") + "\n"


def main(arguments: list[str]) -> int:
    text = page()
    if "--check" not in arguments:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == text:
        return 0
    print("docs/states.md is not what the transition tables say. Run `make docs`.")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
