"""The table is the truth: whatever anybody does to a resource, it moves along declared arrows."""

from contextlib import suppress
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.access import SYSTEM, Viewer
from models.errors import Refusal
from models.learning import LearningResource, Material, ResourceKind, ResourceLevel, ResourceState
from models.outbox import AuditEvent
from tests import people
from tests.people import editor, manager

DECLARED = {(edge.source.value, edge.action, edge.target.value) for edge in LearningResource.transitions}
BIRTH = {("", "suggest", "suggested")}
VERBS = ["review", "bare", "publish", "break", "archive", "tick"]
WHOLE = Material(
    form=ResourceKind.ARTICLE, title_de="Anleitung", body_de="So.", licence="CC0", level=ResourceLevel.BEGINNER
)
BARE = Material(form=ResourceKind.ARTICLE, title_de="Anleitung", body_de="So.")
WEEK = timedelta(days=7)


async def act(id: object, verb: str, by: Viewer, now: datetime) -> None:
    match verb:
        case "review":
            await LearningResource.review(id, WHOLE, by=by, now=now)  # type: ignore[arg-type]
        case "bare":
            await LearningResource.review(id, BARE, by=by, now=now)  # type: ignore[arg-type]
        case "publish":
            await LearningResource.publish(id, by=by, now=now, review_due_at=now + WEEK)  # type: ignore[arg-type]
        case "break":
            await LearningResource.mark_broken(id, "Weg", by=by, now=now)  # type: ignore[arg-type]
        case "archive":
            await LearningResource.archive(id, by=by, now=now)  # type: ignore[arg-type]
        case "tick":
            await LearningResource.look_again(now=now)


async def begun(now: datetime) -> tuple[LearningResource, dict[str, Viewer]]:
    cast = {"editor": await editor(now=now), "manager": await manager(now=now)}
    cast["author"] = await people.participant(now=now)
    return await LearningResource.suggest(BARE, by=cast["author"], now=now), cast


STEPS = st.lists(
    st.tuples(st.sampled_from(VERBS), st.sampled_from(["editor", "manager", "author"]), st.integers(0, 5)),
    min_size=3, max_size=10,
)  # fmt: skip


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_whatever_anybody_does_what_is_published_is_described(
    database: str, now: datetime, steps: list[tuple[str, str, int]]
) -> None:
    """C7.3: along the table and no other way, and never without licence, language, level and review date."""
    resource, cast = await begun(now)
    at = now
    for verb, who, days in steps:
        at += timedelta(days=days)
        before = (await LearningResource.get(id=resource.id)).version
        with suppress(Refusal):
            await act(resource.id, verb, cast[who], at)
        after = await LearningResource.get(id=resource.id)
        assert who != "author" or verb == "tick" or after.version == before
        if after.state is ResourceState.PUBLISHED:
            assert after.licence and after.language and after.level and after.review_due_at and after.published_at

    rows = await AuditEvent.filter(subject_kind=LearningResource.kind)
    assert {(row.before, row.action, row.after) for row in rows} <= DECLARED | BIRTH


ROUTES = [
    "review review publish review publish break review publish tick review publish tick break archive",
    "archive", "review archive", "review publish archive", "review publish tick archive",
]  # fmt: skip


async def test_every_arrow_can_be_gone(database: str, now: datetime) -> None:
    for route in ROUTES:
        resource, cast = await begun(now)
        at = now
        for verb in route.split():
            at += WEEK + timedelta(hours=1) if verb == "tick" else timedelta(0)
            await act(resource.id, verb, cast["editor"], at)

    rows = await AuditEvent.filter(subject_kind=LearningResource.kind)
    assert {(row.before, row.action, row.after) for row in rows} - BIRTH == DECLARED
    assert not (await resource.decide("publish", by=SYSTEM, now=now)).allowed
