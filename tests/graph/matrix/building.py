"""Builds the house."""

from datetime import datetime

from models.members import Person
from models.search import rebuild
from models.signin import viewer_of
from tests import people
from tests.graph.frontend import Frontend
from tests.graph.matrix import rooms
from tests.graph.matrix.house import EXISTS, House, joined
from tests.graph.world import a_world


async def a_house(frontend: Frontend, now: datetime) -> House:
    """Everything, in the state in which it is first."""
    world = await a_world(frontend, now)
    inside = await people.participant("Mo Yilmaz", handle="mo-yilmaz", now=now)
    oneself = await people.participant("Petra Passend", handle="petra-passend", now=now)
    await Person.all().update(created_at=now - EXISTS)
    viewers = {
        "stranger": await people.participant("Fremde Person", handle="fremd", now=now),
        "oneself": oneself,
        "member": inside,
        "lead": world.people["lead"],
        "editor": await people.editor("Emil Sommer", now=now),
        "manager": world.people["manager"],
        "administrator": world.people["administrator"],
    }
    house = House(now, world, {"anonymous": world.people["anonymous"], **viewers})
    await joined(house, world.team.id)
    for furnish in rooms.ALL:
        await furnish(house)
    await rebuild()
    for name, viewer in viewers.items():
        again = await viewer_of(viewer.person_id, now=now)  # type: ignore[arg-type]
        assert again is not None
        house.viewers[name] = again
        await frontend.headers(again)
    return house
