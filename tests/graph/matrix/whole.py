"""The whole matrix, made once: in a database of its own in memory, as it is about the code and not about a dialect."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from tortoise import Tortoise

from models import db
from models.members import Person
from tests.conftest import with_tables
from tests.graph.frontend import opened
from tests.graph.matrix import acting, reading
from tests.graph.matrix.building import a_house
from tests.graph.matrix.house import House
from tests.graph.matrix.page import page
from tests.graph.matrix.reading import Reading

SECRET = re.compile(r"contact|sealed|evidence|\w*(token|email|subject|browser)_hash")
NOW = datetime(2020, 4, 14, 8, 0, tzinfo=UTC)


@dataclass
class Matrix:
    house: House
    readings: dict[str, Reading]
    answers: dict[str, dict[str, str]]
    secrets: set[str]
    """What stands in columns that nobody may read."""
    identity: dict[str, set[str]]
    """Of those who look after members, and of whoever asks anonymously: id, handle and name."""

    @property
    def page(self) -> str:
        return page(self.house, self.readings, self.answers)


async def found() -> Matrix:
    """Read everything and do everything, as everybody."""
    async with db.opened("sqlite://:memory:", everywhere=False):
        await with_tables()
        async with opened(NOW) as frontend:
            house = await a_house(frontend, NOW)
            readings = await reading.everything(house)
            answers = await acting.everything(frontend, house)
            return Matrix(house, readings, answers, await secrets(), await identity(house))


async def secrets() -> set[str]:
    found: set[str] = set()
    for model in Tortoise.apps["models"].values():
        for column in filter(SECRET.match, model._meta.db_fields):
            found |= {value for value in await model.all().values_list(column, flat=True) if value}  # type: ignore[misc]
    return found


async def identity(house: House) -> dict[str, set[str]]:
    people = {role: await Person.get(id=house.viewers[role].person_id) for role in ("manager", "administrator")}
    people["sealed"] = house.rows["sealed"]
    return {role: {str(person.id), person.handle, person.display_name} for role, person in people.items()}
