"""Operations made from the schema at random: nesting, aliases, fragments, directives, variables, pages, nulls."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)

from schema.binding import BINDINGS

DEEPEST = 5
PAGES = {"first", "after", "last", "before"}
WINDOWS = [(), (), ("first",), ("first",), ("first",), ("first", "after"), ("after",), ("last",), ("last", "before")]
"""Which of them to send; others are refused, and refusals are rare."""
REFUSED = [("first", "last"), ("first", "after", "before"), ("last", "after")]


@dataclass
class Making:
    """One operation in the making. `pool` holds values that exist, by the name of an argument; cursors by the field."""

    schema: GraphQLSchema
    random: Random
    pool: dict[str, list[Any]]
    plannable: bool = True
    """Leave out what the planner declines anyway, so that most operations are compared for real."""
    variables: dict[str, tuple[str, Any]] = field(default_factory=dict)
    fragments: list[str] = field(default_factory=list)

    def query(self) -> tuple[str, dict[str, Any]]:
        root = self.schema.query_type
        assert root is not None
        names = [name for name, of in root.fields.items() if self._possible(of)]
        chosen = [self.random.choice(names) for _ in range(self.random.randint(1, 3))]
        body = " ".join(self._field(root, name, 1, alias=f"a{i}") for i, name in enumerate(chosen))
        head = ", ".join(f"${name}: {of}" for name, (of, _) in self.variables.items())
        text = f"query Made{f'({head})' if head else ''} {{ {body} }} {' '.join(self.fragments)}"
        return text, {name: value for name, (_, value) in self.variables.items() if value is not Making}

    def _possible(self, of: GraphQLField) -> bool:
        kind = get_named_type(of.type)
        if not self.plannable:
            return isinstance(kind, GraphQLObjectType)
        definition = of.extensions["strawberry-definition"]
        return isinstance(kind, GraphQLObjectType) and definition is not None

    def _selection(self, of: GraphQLObjectType, depth: int) -> str:
        names = [n for n, f in of.fields.items() if self._selectable(of, f, depth)]
        count = self.random.randint(1, min(6, len(names) + 1)) if names else 0
        parts = [self._field(of, self.random.choice(names), depth + 1) for _ in range(count)]
        if not parts or self.random.random() < 0.15:
            parts.append("__typename")
        body = " ".join(parts)
        how = self.random.random()
        if how < 0.1:
            return f"{{ ... on {of.name} {{ {body} }} }}"
        if how < 0.2:
            name = f"F{len(self.fragments)}x{self.random.randint(0, 10**6)}"
            self.fragments.append(f"fragment {name} on {of.name} {{ {body} }}")
            return f"{{ ...{name} }}"
        return f"{{ {body} }}"

    def _selectable(self, of: GraphQLObjectType, declared: GraphQLField, depth: int) -> bool:
        kind = get_named_type(declared.type)
        if not is_leaf_type(kind) and (depth >= DEEPEST or not isinstance(kind, GraphQLObjectType)):
            return False
        if not self.plannable:
            return not any(is_non_null_type(a.type) for a in declared.args.values())
        origin = getattr(of.extensions.get("strawberry-definition"), "origin", None)
        if origin not in BINDINGS:
            return True
        return declared.extensions["strawberry-definition"].python_name not in BINDINGS[origin].computed

    def _field(self, of: GraphQLObjectType, name: str, depth: int, alias: str = "") -> str:
        declared = of.fields[name]
        kind = get_named_type(declared.type)
        if not alias and (declared.args or self.random.random() < 0.2):  # arguments of one key must agree
            alias = f"k{self.random.randint(0, 10**6)}"
        field = (
            f"{f'{alias}: ' if alias else ''}{name}{self._arguments(declared, f'{of.name}.{name}')}{self._directive()}"
        )
        if is_leaf_type(kind):
            return field
        assert isinstance(kind, GraphQLObjectType)
        twice = self.random.random() < 0.05  # selections under one key are merged
        return " ".join(f"{field} {self._selection(kind, depth)}" for _ in range(1 + twice))

    def _directive(self) -> str:
        if self.random.random() > 0.08:
            return ""
        name = self.random.choice(["skip", "include"])
        if self.random.random() < 0.5:
            return f" @{name}(if: {self.random.choice(['true', 'false'])})"
        return f" @{name}(if: ${self._variable('Boolean!', self.random.random() < 0.5)})"

    def _variable(self, of: str, value: Any) -> str:
        name = f"v{len(self.variables)}"
        self.variables[name] = (of, value)
        return name

    def _arguments(self, declared: GraphQLField, where: str) -> str:
        window = self.random.choice(REFUSED if self.random.random() < 0.02 else WINDOWS)
        given = []
        for name, argument in declared.args.items():
            required = is_non_null_type(argument.type)
            if name not in window if name in PAGES else not required and self.random.random() < 0.6:
                continue
            value = self._cursor(where) if name in ("after", "before") else self._value(name, argument.type)
            if value is None and required:
                continue
            if self.random.random() < 0.5:
                given.append(f"{name}: ${self._variable(str(argument.type), value)}")
            else:
                given.append(f"{name}: {_literal(value, argument.type)}")
        return f"({', '.join(given)})" if given else ""

    def _cursor(self, where: str) -> str | None:
        known = self.pool.get(where)
        if not known or self.random.random() < 0.03:
            return self.random.choice([None, None, None, "bnVsbA"])
        return str(self.random.choice(known))

    def _value(self, name: str, of: Any) -> Any:
        if not is_non_null_type(of) and self.random.random() < 0.1:
            return None
        kind, bare = get_named_type(of), of.of_type if is_non_null_type(of) else of
        if isinstance(kind, GraphQLEnumType):
            values = list(kind.values)
            if not is_list_type(bare):
                return self.random.choice(values)
            return [self.random.choice(values) for _ in range(self.random.choice([0, 1, 1, 2, 3]))]
        if self.pool.get(name):
            return self.random.choice(self.pool[name])
        if kind.name == "UUID":
            return self.random.choice(self.pool["id"])
        if kind.name == "Int":
            return 0 if self.random.random() < 0.01 else self.random.choice([1, 1, 2, 2, 3, 5, 20, 100])
        if kind.name == "Boolean":
            return self.random.random() < 0.5
        return self.random.choice(["", "x", "2020-W15", "kreidekasten"])


def _literal(value: Any, of: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, list):
        return f"[{', '.join(_literal(one, of) for one in value)}]"
    if isinstance(get_named_type(of), GraphQLEnumType):
        return str(value)
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else f'"{value}"'
