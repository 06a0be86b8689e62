"""What everybody may do: every mutation, sent by each viewer to a house that is as it was before."""

from tests.conftest import as_pictured, pictured
from tests.graph.frontend import Frontend
from tests.graph.matrix.acts import ACTS
from tests.graph.matrix.house import VIEWERS, House
from tests.graph.world import answer

YES = "yes"


async def send(frontend: Frontend, house: House, name: str, who: str) -> str:
    """`yes`, or the code that it was refused with."""
    act = ACTS[name]
    if act.before:
        await act.before(house)
    if act.state is not None:
        row = house.rows[act.row]
        await type(row).filter(id=row.id).update(state=act.state)
    input = {key: value(house) if callable(value) else value for key, value in act.input.items()}
    if act.row:
        input["id"] = str(house.rows[act.row].id)
    frontend.client.cookies.clear()
    told = await answer(frontend, house.viewers[who], name, input)
    return str(told.get("code") or YES)


async def everything(frontend: Frontend, house: House) -> dict[str, dict[str, str]]:
    """By mutation and viewer; after each answer everything is as it was."""
    before, answers = await pictured(), dict[str, dict[str, str]]()
    for name in ACTS:
        answers[name] = {}
        for who in VIEWERS:
            answers[name][who] = await send(frontend, house, name, who)
            await as_pictured(before)
    return answers
