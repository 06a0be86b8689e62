"""No table forgets to say what it keeps about people (E1, E2)."""

import inspect

import pytest
from tortoise import fields
from tortoise.models import Model

import models
from models.privacy.registry import HELD, NOBODY, SECRETS, OnErasure

MODELS = sorted(
    {row for row in vars(models).values() if inspect.isclass(row) and issubclass(row, Model)},
    key=lambda row: row.__name__,
)
PEOPLE_WORDS = ("person", "author", "_by")


def names_people(model: type[Model]) -> set[str]:
    """Columns that point to a person by a key, and columns with an id that nobody has said to be something else."""
    found = set()
    for name, field in model._meta.fields_map.items():
        if name in model._meta.fk_fields | model._meta.o2o_fields:
            if "Person" in str(getattr(field, "model_name", "")):
                found.add(f"{name}_id")
        elif isinstance(field, fields.UUIDField) and name != "id" and not getattr(field, "reference", None):
            found.add(name)
    return {name for name in found if f"{model.__name__}.{name}" not in NOBODY}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_column_that_names_a_person_says_what_becomes_of_it(model: type[Model]) -> None:
    if model.__name__ in ("Person", "Erasure"):
        return  # the row itself, and the list of ids that name nobody any more
    registered = {held.column for held in HELD.get(model.__name__, ())}
    assert names_people(model) == registered, "add the column to HELD in models/privacy/registry.py, or to NOBODY"


async def test_the_registry_names_tables_and_columns_that_there_are(database: str) -> None:
    known = {model.__name__: model for model in MODELS}
    for name, helds in HELD.items():
        columns = known[name]._meta.fields_db_projection
        for held in helds:
            assert held.column in columns, (name, held.column)
            assert set(held.clear) <= set(columns), (name, held.clear)
            assert set(held.shows or ()) <= set(columns), (name, held.shows)
            assert bool(held.clear) == (held.erase is OnErasure.CLEAR), (name, held.column)
    assert {one.partition(".")[0] for one in NOBODY} <= known.keys()
    assert "contact" in SECRETS
