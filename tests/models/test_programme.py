"""Successes of teams and Bausteine: every figure with its source, seen by two people before the public sees it."""

from datetime import date, datetime
from typing import Any

import pytest

import models
from models.access import ANONYMOUS, visible
from models.errors import FourEyes, NotAllowed, SignInNeeded, ValidationProblem
from models.programme import SourceMissing, SuccessState
from tests.people import editor, participant, team

pytestmark = pytest.mark.usefixtures("database")


async def facts(**changed: Any) -> dict[str, Any]:
    return {
        "title_de": "300 Wochenpläne",
        "title_en": "300 weekly plans",
        "metric": "geteilte Wochenpläne",
        "value": "300",
        "unit": "",
        "as_of": date(2020, 4, 12),
        "source_url": "https://example.org/kreidekasten",
        "team_id": (await team()).id,
        "block_id": None,
        **changed,
    }


async def test_a_success_is_public_after_a_second_person_has_looked(now: datetime) -> None:
    edda, emil = await editor(now=now), await editor("Emil Sommer", now=now)
    success = await models.Success.record(**await facts(), by=edda, now=now)

    with pytest.raises(FourEyes):
        await models.Success.act(success.id, "verify", by=edda, now=now)
    assert not await visible(models.Success.all(), ANONYMOUS)

    await models.Success.act(success.id, "verify", by=emil, now=now)
    await models.Success.act(success.id, "publish", by=edda, now=now)

    assert [seen.state for seen in await visible(models.Success.all(), ANONYMOUS)] == [SuccessState.PUBLISHED]
    event = await models.OutboxEvent.get(type="success.published")
    assert (event.subject_id, event.team_id, event.seq) == (success.id, success.team_id, None)
    assert [row.action for row in await models.AuditEvent.filter(subject_id=success.id)] == ["verify", "publish"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"source_url": ""},
        {"source_url": "javascript:alert(1)"},
        {"as_of": date(2020, 5, 1)},
        {"team_id": None},
    ],
    ids=["no source", "no link", "a figure of next month", "of nobody"],
)
async def test_a_figure_without_source_date_or_owner_is_refused_in_both_languages(
    now: datetime, wrong: dict[str, Any]
) -> None:
    with pytest.raises(ValidationProblem) as refused:
        await models.Success.record(**await facts(**wrong), by=await editor(now=now), now=now)

    assert refused.value.de != refused.value.en
    assert await models.Success.all().count() == 0


async def test_only_staff_record_successes(now: datetime) -> None:
    with pytest.raises(NotAllowed):
        await models.Success.record(**await facts(), by=await participant(now=now), now=now)
    with pytest.raises(SignInNeeded):
        await models.Success.record(**await facts(), by=ANONYMOUS, now=now)


def test_a_refusal_says_what_to_do() -> None:
    assert "https://" in SourceMissing.de
    assert "https://" in SourceMissing.en
