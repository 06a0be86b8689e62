"""A mutation sent again with its `clientMutationId`: the same answer, and nothing happens twice."""

import asyncio
from datetime import timedelta
from typing import Any

import models
from models.access import Viewer
from models.base import utcnow
from models.replays import Replay
from tests import people
from tests.graph.api import Api

FIGURE = {
    "titleDe": "Tablets verteilt",
    "metric": "Geräte",
    "value": "120",
    "asOf": "2020-04-10",
    "sourceUrl": "https://example.org/",
}


async def record(api: Api, by: Viewer, **more: Any) -> Any:
    block = await models.ProgrammeBlock.get_or_none(key="enabler") or await models.ProgrammeBlock.create(
        key="enabler", title_de="Enabler"
    )
    return (await api.ask("RecordSuccess", by=by, input={**FIGURE, "blockId": block.id, **more}))["recordSuccess"]


async def test_the_same_request_twice_happens_once(api: Api) -> None:
    edda = await people.editor()

    first = await record(api, edda, clientMutationId="a")
    second = await record(api, edda, clientMutationId="a")

    assert first == second
    assert await models.Success.all().count() == 1


async def test_the_same_request_many_times_at_once_happens_once(api: Api) -> None:
    edda = await people.editor()
    await record(api, edda, clientMutationId="warm up")

    answers = await asyncio.gather(*(record(api, edda, clientMutationId="a") for _ in range(8)))

    assert len({a["success"]["id"] for a in answers}) == 1
    assert await models.Success.all().count() == 2


async def test_another_input_under_the_same_id_is_a_conflict(api: Api) -> None:
    edda = await people.editor()
    await record(api, edda, clientMutationId="a")

    answer = await record(api, edda, clientMutationId="a", value="121")

    assert (answer["__typename"], answer["code"]) == ("Conflict", "CLIENT_MUTATION_ID_REUSED")
    assert await models.Success.all().count() == 1


async def test_another_mutation_under_the_same_id_is_a_conflict(api: Api) -> None:
    edda = await people.editor()
    success = (await record(api, edda))["success"]
    emil = await people.editor("Emil Sommer")
    await api.ask("VerifySuccess", by=emil, input={"id": success["id"], "clientMutationId": "a"})

    answer = await api.ask("PublishSuccess", by=emil, input={"id": success["id"], "clientMutationId": "a"})

    assert answer["publishSuccess"]["code"] == "CLIENT_MUTATION_ID_REUSED"


async def test_two_people_may_use_the_same_id(api: Api) -> None:
    first = await record(api, await people.editor(), clientMutationId="a")
    second = await record(api, await people.editor("Emil Sommer"), clientMutationId="a")

    assert first["success"]["id"] != second["success"]["id"]


async def test_after_a_day_it_is_a_new_request(api: Api) -> None:
    edda = await people.editor()
    await record(api, edda, clientMutationId="a")
    await Replay.all().update(expires_at=utcnow() - timedelta(seconds=1))

    await record(api, edda, clientMutationId="a")

    assert await models.Success.all().count() == 2
    assert await Replay.forget(now=utcnow() + timedelta(days=2)) == 1


async def test_a_refusal_is_not_kept_because_it_changed_nothing(api: Api) -> None:
    edda = await people.editor()
    refused = await record(api, edda, clientMutationId="a", sourceUrl="ftp://example.org")

    assert refused["code"] == "SOURCE_MISSING"
    assert (await record(api, edda, clientMutationId="a"))["__typename"] == "RecordSuccessPayload"


async def test_a_secret_is_not_kept(api: Api) -> None:
    ada = await people.person()
    given = {"name": "x", "clientMutationId": "a"}

    first = (await api.ask("CreateApiToken", by=ada, input=given))["createApiToken"]
    second = (await api.ask("CreateApiToken", by=ada, input=given))["createApiToken"]

    assert first["token"] == second["token"]
    assert (bool(first["secret"]), second["secret"]) == (True, None)
    assert first["secret"] not in str(await Replay.all().values())
    assert first["clientMutationId"] == second["clientMutationId"] == "a"


async def test_an_endless_id_is_refused(api: Api) -> None:
    answer = await record(api, await people.editor(), clientMutationId="a" * 121)

    assert answer["code"] == "CLIENT_MUTATION_ID"


async def test_four_eyes_look_at_a_figure(api: Api) -> None:
    edda, emil = await people.editor(), await people.editor("Emil Sommer")
    success = (await record(api, edda))["success"]["id"]

    own = await api.ask("VerifySuccess", by=edda, input={"id": success})
    second = await api.ask("VerifySuccess", by=emil, input={"id": success})
    published = await api.ask("PublishSuccess", by=emil, input={"id": success})
    stranger = await api.ask("CorrectSuccess", input={"id": success, "noteDe": "120, nicht 12", "value": "12"})
    corrected = await api.ask(
        "CorrectSuccess", by=emil, input={"id": success, "noteDe": "120, nicht 12", "value": "12"}
    )

    assert own["verifySuccess"]["code"] == "FOUR_EYES"
    assert second["verifySuccess"]["success"]["state"] == "VERIFIED"
    assert published["publishSuccess"]["success"]["state"] == "PUBLISHED"
    assert stranger["correctSuccess"]["__typename"] == "NotAllowed"
    assert corrected["correctSuccess"]["success"]["corrections"] == [{"value": "120", "note": {"de": "120, nicht 12"}}]
    assert (await api.ask("Successes"))["successes"]["totalCount"] == 1


async def test_a_team_rests_and_is_listed_again(api: Api) -> None:
    team = await people.team("Anker")
    lead = await people.lead_of(team.id)
    zoe = await people.participant()

    refused = await api.ask("RestTeam", by=zoe, input={"id": team.id})
    rested = await api.ask("RestTeam", by=lead, input={"id": team.id, "clientMutationId": "rest"})
    again = await api.ask("RestTeam", by=lead, input={"id": team.id})
    listed = await api.ask("ListTeam", by=lead, input={"id": team.id})

    assert refused["restTeam"]["code"] == "NOT_ALLOWED"
    assert rested["restTeam"] == {
        "__typename": "RestTeamPayload", "clientMutationId": "rest",
        "team": {"id": str(team.id), "state": "DORMANT", "version": 2},
    }  # fmt: skip
    assert again["restTeam"]["code"] == "WRONG_STATE"
    assert listed["listTeam"]["team"]["state"] == "LISTED"
    assert (await api.ask("ListTeam", by=lead, input={"id": models.base.new_id()}))["listTeam"]["code"] == "NOT_FOUND"
