"""Successes of teams and Bausteine: every figure with its source, seen by two people before the public sees it."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import models
from models.access import ANONYMOUS, visible
from models.errors import FourEyes, NotAllowed, Refusal, SignInNeeded, ValidationProblem
from models.programme import Figure, NothingCorrected, SourceMissing, SuccessState
from tests.people import editor, participant, team

pytestmark = pytest.mark.usefixtures("database")

FIGURE = Figure(
    title_de="300 Wochenpläne", title_en="300 weekly plans", metric="geteilte Wochenpläne", value="300",
    as_of=date(2020, 4, 12), source_url="https://example.org/kreidekasten",
)  # fmt: skip


async def recorded(now: datetime, **changed: Any) -> models.Success:
    by = changed.pop("by", None) or await editor(now=now)
    return await models.Success.record(FIGURE._replace(**changed), team_id=(await team()).id, by=by, now=now)


async def published(now: datetime) -> models.Success:
    success = await recorded(now)
    emil = await editor("Emil Sommer", now=now)
    await models.Success.verify(success.id, by=emil, now=now)
    return await models.Success.publish(success.id, by=emil, now=now)


async def test_a_success_is_public_after_a_second_person_has_looked(now: datetime) -> None:
    edda, emil = await editor(now=now), await editor("Emil Sommer", now=now)
    success = await recorded(now, by=edda)

    with pytest.raises(FourEyes):
        await models.Success.verify(success.id, by=edda, now=now)
    assert not await visible(models.Success.all(), ANONYMOUS)

    await models.Success.verify(success.id, by=emil, now=now)
    await models.Success.publish(success.id, by=edda, now=now)

    (seen,) = await visible(models.Success.all(), ANONYMOUS)
    assert (seen.state, seen.published_at, seen.verified_by_id) == (SuccessState.PUBLISHED, now, emil.person_id)
    event = await models.OutboxEvent.get(type="success.published")
    assert (event.subject_id, event.team_id, event.seq) == (success.id, success.team_id, None)
    assert [row.action for row in await models.AuditEvent.filter(subject_id=success.id)] == ["verify", "publish"]


async def test_what_stood_before_a_correction_stays_to_be_read(now: datetime) -> None:
    """E63: a public number that was wrong is put right in the open."""
    success, later = await published(now), now + timedelta(days=1)
    emil = await editor("Emil Frost", now=now)

    await models.Success.correct(success.id, {"value": "280"}, note_de="Doppelt gezählt.", by=emil, now=later)
    with pytest.raises(NothingCorrected):
        await models.Success.correct(success.id, {"value": "280"}, note_de="Noch einmal.", by=emil, now=later)
    with pytest.raises(ValidationProblem):
        await models.Success.correct(success.id, {"value": "270"}, note_de=" ", by=emil, now=later)

    seen = await visible(models.Success.all(), ANONYMOUS).get()
    assert (seen.value, seen.state, seen.published_at, seen.changed_at) == ("280", SuccessState.CORRECTED, now, later)
    (before,) = await seen.corrections.all()
    assert (before.value, before.as_of, before.note_de, before.at) == ("300", FIGURE.as_of, "Doppelt gezählt.", later)


@pytest.mark.parametrize(
    "wrong",
    [
        {"source_url": ""},
        {"source_url": "javascript:alert(1)"},
        {"source_url": "https://"},
        {"as_of": date(2020, 5, 1)},
        {"value": " "},
    ],
    ids=["no source", "no link", "no host", "a figure of next month", "no figure"],
)
async def test_a_figure_without_source_or_date_is_refused_in_both_languages(
    now: datetime, wrong: dict[str, Any]
) -> None:
    with pytest.raises(ValidationProblem) as refused:
        await recorded(now, **wrong)

    assert refused.value.de != refused.value.en
    assert await models.Success.all().count() == 0


async def test_a_figure_belongs_to_exactly_one(now: datetime) -> None:
    edda = await editor(now=now)
    with pytest.raises(ValidationProblem):
        await models.Success.record(FIGURE, by=edda, now=now)


async def test_only_staff_record_successes(now: datetime) -> None:
    with pytest.raises(NotAllowed):
        await recorded(now, by=await participant(now=now))
    with pytest.raises(SignInNeeded):
        await recorded(now, by=ANONYMOUS)


def test_a_refusal_says_what_to_do() -> None:
    assert "https://" in SourceMissing.de
    assert "https://" in SourceMissing.en


STEPS = st.lists(st.tuples(st.sampled_from(["verify", "publish", "correct"]), st.booleans()), max_size=6)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_no_walk_makes_a_figure_public_that_one_person_alone_has_seen(
    now: datetime, steps: list[tuple[str, bool]]
) -> None:
    edda, emil = await editor(now=now), await editor("Emil Sommer", now=now)
    success = await recorded(now, by=edda)
    said = [success.value]
    for number, (action, alone) in enumerate(steps):
        by = edda if alone else emil
        edge = models.Success.transitions.edge((await models.Success.get(id=success.id)).state, action)
        try:
            if action == "correct":
                said.append(str(number))
                await models.Success.correct(success.id, {"value": str(number)}, note_de="n", by=by, now=now)
            else:
                await getattr(models.Success, action)(success.id, by=by, now=now)
        except Refusal:
            said = said[:-1] if action == "correct" else said
            assert edge is None or (action, alone) == ("verify", True)
        else:
            assert edge is not None
    row = await models.Success.get(id=success.id)
    assert row.state is SuccessState.DRAFT or row.verified_by_id == emil.person_id
    before = [each.value for each in await row.corrections.all().order_by("id")]
    assert [*before, row.value] == said
