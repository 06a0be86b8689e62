"""The documents that frontends send, by the name of their operation."""

from functools import cache
from pathlib import Path

from graphql import parse, print_ast
from graphql.utilities import separate_operations

FOLDER = Path(__file__).parent / "documents"


@cache
def operations() -> dict[str, str]:
    """Every operation of every file with just the fragments that it uses, as a frontend's compiler would send it."""
    found: dict[str, str] = {}
    for file in sorted(FOLDER.glob("*.graphql")):
        for name, document in separate_operations(parse(file.read_text())).items():
            assert name not in found, f"two operations are called {name}"
            found[name] = print_ast(document)
    return found
