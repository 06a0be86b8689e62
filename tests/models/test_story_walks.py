"""The transition table is the truth: whoever does whatever to a story, it moves along declared edges only."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.access import Viewer
from models.errors import Refusal
from models.language import Language
from models.outbox import AuditEvent
from models.roles import Role
from models.stories import Story, StoryConsent, Words
from tests import people

VERBS = [
    "draft", "edit", "submit", "request_changes", "approve", "consent", "grant", "revoke", "schedule", "unschedule",
    "go_public", "correct", "retract",
]  # fmt: skip
PEOPLE = ["manager", "editor", "other", "lead", "stranger"]


async def cast_of(team: Any) -> dict[str, Viewer]:
    lead = replace(await people.participant("Mo Lead"), leads=frozenset({team.id}))
    return {
        "manager": await people.manager(),
        "editor": await people.editor(),
        "other": await people.person("Eike Zwei", Role.EDITOR, Role.COMMUNITY_MANAGER),
        "lead": lead,
        "stranger": await people.participant(),
    }


async def act(story: Story, verb: str, by: Viewer, now: datetime) -> None:
    """Do something to a story, whether it is allowed or not."""
    words = {Language.DE: Words("Wärme", "", f"Text {now.isoformat()}")}
    consent = await StoryConsent.filter(story_id=story.id).order_by("-id").first()
    match verb:
        case "edit":
            await Story.edit(story.id, words, by=by, now=now)
        case "request_changes":
            await Story.request_changes(story.id, "kürzer", by=by, now=now)
        case "consent":
            await Story.request_consent(story.id, by=by, now=now)
        case "grant" | "revoke" if consent:
            await getattr(StoryConsent, verb)(consent.id, by=by, now=now)
        case "schedule":
            await Story.schedule(story.id, at=now, by=by, now=now)
        case "go_public":
            await Story.go_public(story.id, now=now)
        case "correct":
            await Story.correct(story.id, words, note_de="a", note_en="b", by=by, now=now)
        case "retract":
            await Story.retract(story.id, reason="x", by=by, now=now)
        case "draft" | "submit" | "approve" | "unschedule":
            await getattr(Story, verb)(story.id, by=by, now=now)


async def walked(story: Story) -> set[tuple[str, str, str]]:
    """The edges that the audit log says were taken; the first row is the birth of the story."""
    rows = await AuditEvent.filter(subject_id=story.id).order_by("id")
    return {(row.before, row.action, row.after) for row in rows[1:]}


DECLARED = {(edge.source.value, edge.action, edge.target.value) for edge in Story.transitions}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from(VERBS), st.sampled_from(PEOPLE)), max_size=25))
async def test_no_undeclared_edge_can_be_taken(database: str, now: datetime, steps: list[tuple[str, str]]) -> None:
    team = await people.team()
    cast = await cast_of(team)
    story = await Story.lead(team.id, Words("Wärme"), by=cast["stranger"], now=now, language=Language.DE)

    state = story.state.value
    for minute, (verb, who) in enumerate(steps):
        with suppress(Refusal):
            await act(story, verb, cast[who], now + timedelta(minutes=minute))
        # Nobody but the table moves the state: what the row says now is where the last audited edge led.
        last = await AuditEvent.filter(subject_id=story.id).order_by("-id").first()
        assert last is not None
        state = (await Story.get(id=story.id)).state.value
        assert state == last.after

    assert await walked(story) <= DECLARED


AGREED = "consent grant approve"
ROUTES = [
    f"draft edit submit request_changes edit submit edit {AGREED} edit {AGREED} revoke {AGREED} schedule",
    f"draft edit submit {AGREED} schedule schedule unschedule schedule edit {AGREED} schedule revoke",
    f"draft edit submit {AGREED} schedule go_public correct correct retract",
    f"draft edit submit {AGREED} schedule go_public retract",
]
WHO = {"grant": "lead", "revoke": "lead", "draft": "manager", "edit": "manager", "submit": "manager"}


async def test_every_declared_edge_can_be_taken(database: str, now: datetime) -> None:
    taken: set[tuple[str, str, str]] = set()
    team = await people.team()
    cast = await cast_of(team)
    for route in ROUTES:
        story = await Story.lead(team.id, Words("Wärme"), by=cast["stranger"], now=now, language=Language.DE)
        for minute, verb in enumerate(route.split()):
            await act(story, verb, cast[WHO.get(verb, "other")], now + timedelta(minutes=minute))
        taken |= await walked(story)

    assert taken == DECLARED
