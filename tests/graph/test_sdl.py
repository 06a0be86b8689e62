"""The published schema is what the code says."""

from pathlib import Path

from graphql import build_schema as parsed

from resolvers.graph import sdl

FILE = Path(__file__).resolve().parents[2] / "schema" / "schema.graphql"


def test_the_published_schema_is_what_the_code_says() -> None:
    assert FILE.read_text() == sdl(), "run `make sdl` and mention the change in CHANGELOG.md"


def test_the_published_schema_can_be_read_by_other_tools() -> None:
    schema = parsed(FILE.read_text())

    assert schema.query_type is not None
    assert schema.mutation_type is not None
    assert schema.subscription_type is not None
