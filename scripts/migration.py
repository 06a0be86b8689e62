"""Write a migration for what the models say and the migrations do not yet: `make migration ARGS=what_changed`.

Read it before you commit it. A changed `on_delete` gives an empty one (write the SQL by hand), and a NOT NULL column
needs a `db_default`, or it fails on a table with rows. `tests/contract/test_migrations.py` compares the outcome.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from tortoise import Tortoise
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.operations import CreateModel, Operation, RunPython
from tortoise.migrations.writer import MigrationWriter, format_migration_name

from models import db
from models.search import SearchEntry
from models.search import tables as search

HERE = Path(__file__).resolve().parent.parent / "models" / "migrations"


async def changes() -> list[MigrationWriter]:
    """What the models ask for and the migrations do not make; the database must be open."""
    for model in Tortoise.apps["models"].values():
        # Docstrings would become comments of tables and columns, and every better sentence a migration.
        model._meta.table_description = ""
        for field in model._meta.fields_map.values():
            # An enum without a description would get its members as one, and they change with the code.
            field.description = "" if hasattr(field, "enum_type") else None
    found = MigrationAutodetector(Tortoise.apps, db.config("sqlite://:memory:")["apps"])
    return list(await found.changes())


def with_index(operations: Sequence[Operation]) -> list[Operation]:
    """The full-text index is raw SQL; it is made right after the table that feeds it."""
    made = list(operations)
    for place, operation in enumerate(operations):
        if isinstance(operation, CreateModel) and operation.options.get("table") == SearchEntry._meta.db_table:
            made.insert(place + 1, RunPython(search.migrate, search.forget))
    return made


async def write(name: str) -> list[Path]:
    async with db.opened("sqlite://:memory:", everywhere=False):
        found = await changes()
        for writer in found:
            writer.operations = with_index(writer.operations)
            writer.name = format_migration_name(int(writer.name.split("_", 1)[0]), name)
        return [Path(writer.write()) for writer in found]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("name", help="what changed, such as story_subtitle")
    HERE.mkdir(exist_ok=True)
    (HERE / "__init__.py").touch()
    written = asyncio.run(write(asked.parse_args().name))
    for path in written:
        print(path)
    if not written:
        sys.exit("The models ask for nothing that the migrations do not make.")


if __name__ == "__main__":
    main()
