"""Whatever anybody does to a webhook, it moves along the table, and a secret lives no longer than the webhook."""

from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import models
from models import sql
from models.access import Viewer
from models.base import new_id
from models.errors import Refusal
from models.outbox import AuditEvent
from models.webhooks import Policy, WebhookEndpoint, replaying
from models.webhooks.claiming import claim
from models.webhooks.outcome import PATIENCE, Outcome
from models.webhooks.settling import settle
from tests import people

VERBS = ["pause", "enable", "remove", "rotate", "change", "gone", "failing", "well", "test"]
WHO = ["manager", "stranger"]
URL = "https://hooks.example.org/"


async def act(id: UUID, verb: str, by: Viewer, now: datetime) -> None:
    """Do something to a webhook, whether it is allowed or not."""
    match verb:
        case "pause" | "remove":
            await getattr(WebhookEndpoint, verb)(id, by=by, now=now)
        case "enable":
            await replaying.enable(id, by=by, now=now)
        case "rotate":
            await WebhookEndpoint.rotate(id, timedelta(hours=1), by=by, now=now)
        case "change":
            await WebhookEndpoint.change(id, URL, "Anders", [], by=by, now=now, policy=Policy())
        case "test":
            await replaying.send_trial(id, by=by, now=now)
        case _:
            await ended(id, verb, now)


async def ended(id: UUID, how: str, now: datetime) -> None:
    """A request ends, if there was one."""
    long_ago = await sql.clock() - timedelta(minutes=1)
    await models.WebhookDelivery.create(
        endpoint_id=id, event_id=new_id(), seq=1, type="story.published", subject_id=new_id(), due_at=long_ago
    )
    outcomes = {"gone": Outcome(False, 410), "failing": Outcome(False, 500), "well": Outcome(True, 204)}
    for claimed in await claim(id, "walk", timedelta(minutes=1)):
        await settle(claimed, outcomes[how], now=now)


async def walked(id: UUID) -> set[tuple[str, str, str]]:
    rows = await AuditEvent.filter(subject_id=id, action__in=["pause", "enable", "disable", "remove"])
    return {(row.before, row.action, row.after) for row in rows}


DECLARED = {(edge.source.value, edge.action, edge.target.value) for edge in WebhookEndpoint.transitions}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from(VERBS), st.sampled_from(WHO)), max_size=15))
async def test_no_undeclared_edge_can_be_taken(database: str, now: datetime, steps: list[tuple[str, str]]) -> None:
    cast = {"manager": await people.manager(), "stranger": await people.participant()}
    endpoint, _ = await WebhookEndpoint.add(URL, "Weg", [], by=cast["manager"], now=now, policy=Policy())

    state = endpoint.state
    for day, (verb, who) in enumerate(steps):
        with suppress(Refusal):
            await act(endpoint.id, verb, cast[who], now + day * PATIENCE)
        row = await WebhookEndpoint.get(id=endpoint.id)
        assert who == "manager" or verb in ("gone", "failing", "well") or row.state is state
        assert bool(row.disabled_for) == (row.state.value == "disabled") or row.state.value == "removed"
        assert bool(row.sealed) == (row.state.value != "removed")
        state = row.state

    assert await walked(endpoint.id) <= DECLARED


ROUTES = ["pause enable failing failing enable gone remove", "pause remove", "remove"]


async def test_every_declared_edge_can_be_taken(database: str, now: datetime) -> None:
    taken: set[tuple[str, str, str]] = set()
    manager = await people.manager()
    for route in ROUTES:
        endpoint, _ = await WebhookEndpoint.add(URL, "Weg", [], by=manager, now=now, policy=Policy())
        for day, verb in enumerate(route.split()):
            if verb == "failing":
                await models.WebhookEndpoint.filter(id=endpoint.id).update(rest_until=None)
            await act(endpoint.id, verb, manager, now + day * PATIENCE)
        taken |= await walked(endpoint.id)

    assert taken == DECLARED
