"""Payloads are shown by plans. A verb acts once, whatever becomes of its plan; what it answered is told all the same.

That plans say what plain execution says, `tests/planner/doubting.py` asks at every mutation of every test of the graph.
"""

from typing import Any

import pytest
from graphql import OperationDefinitionNode, OperationType, parse

import models
from resolvers.planner.compiling import compiled
from resolvers.planner.shapes import Declined
from tests import people
from tests.graph.api import Api, app_of  # noqa: F401
from tests.graph.conftest import api  # noqa: F401
from tests.graph.documents import operations
from tests.planner.comparing import Stage, planned
from tests.planner.doubting import Doubted

RECORD = """mutation Record($input: RecordSuccessInput!) { recordSuccess(input: $input) { __typename
  ... on Problem { code path messageDe messageEn } ... on NotAllowed { told: code }
  ... on RecordSuccessPayload { clientMutationId success { id state title { de text(language: EN) } block { key } } }
} }"""
FIGURE = {"titleDe": "Geräte", "metric": "Geräte", "value": "1", "asOf": "2020-04-10", "sourceUrl": "https://a.org/"}


async def test_every_mutation_of_the_frontends_is_planned(stage: Stage) -> None:
    why = {}
    for name, document in operations().items():
        definition = next(d for d in parse(document).definitions if isinstance(d, OperationDefinitionNode))
        if definition.operation is OperationType.MUTATION:
            try:
                compiled(stage.schema, document, None, {})
            except Declined as declined:
                why[name] = str(declined)

    assert why == {}


async def test_a_payload_and_a_problem_are_shown_by_the_plan(api: Api) -> None:  # noqa: F811
    block = await models.ProgrammeBlock.create(key="enabler", title_de="Enabler")
    given = {**FIGURE, "blockId": str(block.id), "clientMutationId": "a"}
    before, compared = planned(), Doubted.compared

    shown = (await api.ask(RECORD, await people.editor(), input=given))["recordSuccess"]
    refused = (await api.ask(RECORD, await people.participant(), input=given))["recordSuccess"]

    assert planned() == before + 2
    assert Doubted.compared == compared + 2
    success = await models.Success.get()
    assert shown == {
        "__typename": "RecordSuccessPayload",
        "clientMutationId": "a",
        "success": {
            "id": str(success.id),
            "state": "DRAFT",
            "title": {"de": "Geräte", "text": "Geräte"},
            "block": {"key": "enabler"},
        },
    }
    assert (refused["__typename"], refused["told"], refused["path"]) == ("NotAllowed", "NOT_ALLOWED", "")


class Lost(Exception):
    """Reading went wrong after the verb had acted."""


async def test_a_verb_acts_once_even_when_its_plan_fails(
    api: Api,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    block = await models.ProgrammeBlock.create(key="enabler", title_de="Enabler")
    two = RECORD.replace("recordSuccess(", "one: recordSuccess(").replace("} }", "} __typename }")

    async def lost(*_: Any) -> Any:
        raise Lost

    monkeypatch.setattr("resolvers.planner.statements.Statements.run", lost)
    told = await api.ask(two, await people.editor(), input={**FIGURE, "blockId": str(block.id)})

    assert told["one"]["success"]["title"]["de"] == "Geräte"
    assert await models.Success.all().count() == 1


async def test_what_a_verb_raises_is_told_by_plain_execution(
    api: Api,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list[Any] = []

    async def broken(*_: Any, **__: Any) -> Any:
        calls.append(1)
        raise Lost

    monkeypatch.setattr(models.Success, "record", broken)

    answer = await api.answer(RECORD, await people.editor(), input=FIGURE)

    assert answer["data"] is None
    assert answer["errors"][0]["extensions"]["code"] == "INTERNAL"
    assert len(calls) == 1
