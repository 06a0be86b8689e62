"""Every input type of the schema, read and built as by the planner and as by graphql-core and Strawberry: the same."""

import random
import uuid
from typing import Any

from graphql import (
    GraphQLNonNull,
    Undefined,
    is_enum_type,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
    is_required_input_field,
)
from graphql.utilities import coerce_input_value
from strawberry.types.arguments import convert_argument

from resolvers.graph import build_schema
from resolvers.planner.inputs import Unusual, builder, reader

DICE = random.Random(11)
LEAVES: dict[str, list[Any]] = {
    "Int": [1, 2.0],
    "String": ["Wärme", ""],
    "Boolean": [True, False],
    "UUID": [str(uuid.UUID(int=7))],
    "Date": ["2020-04-10"],
}


def value(of: Any) -> Any:
    """Something that mostly fits the type; now and then a null, a single item for a list, a field that is not there."""
    if is_non_null_type(of):
        return value(of.of_type) if DICE.random() > 0.01 else None
    if DICE.random() < 0.1:
        return None
    if is_list_type(of):
        many = [value(of.of_type) for _ in range(DICE.randint(0, 2))]
        return many if DICE.random() > 0.02 else value(of.of_type)
    if is_input_object_type(of):
        fields = {n: f.type for n, f in of.fields.items() if is_required_input_field(f) or DICE.random() < 0.5}
        return {n: value(t) for n, t in fields.items()} | ({"nonsense": 1} if DICE.random() < 0.01 else {})
    if is_enum_type(of):
        return DICE.choice([*of.values, "NOTHING"]) if DICE.random() < 0.05 else DICE.choice(list(of.values))
    return DICE.choice(LEAVES.get(of.name, ["2020-04-10T09:00:00+02:00"]))


def test_input_objects_are_read_and_built_as_graphql_core_and_strawberry_do() -> None:
    schema = build_schema()
    scalars, fitting = schema.schema_converter.scalar_registry, 0
    for name, of in schema._schema.type_map.items():
        if not is_input_object_type(of):
            continue
        declared: Any = schema.schema_converter.type_map[name].definition
        read, build = reader(GraphQLNonNull(of)), builder(schema, declared.origin)
        for _ in range(20):
            given = value(GraphQLNonNull(of))
            theirs = coerce_input_value(given, GraphQLNonNull(of))
            try:
                ours = read(given)
            except Unusual:
                continue  # theirs to tell, whatever it is
            assert theirs is not Undefined, (name, given)
            assert ours == theirs, (name, given)
            assert build(ours) == convert_argument(theirs, declared.origin, scalars, schema.config), (name, given)
            fitting += 1
    assert fitting > 1_000, "most of what is tried fits, or this shows nothing"
