"""Partners hear of what happens: signed, in order, again after failures, and nobody waits for anybody else (C12)."""

import asyncio
import base64
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from standardwebhooks import Webhook, WebhookVerificationError

import models
from models.base import new_id, utcnow
from models.outbox import AuditEvent, OutboxEvent
from models.roles import Visibility
from models.webhooks import WebhookDeliveryState, WebhookState, replaying
from models.webhooks.outcome import PATIENCE, PAUSES, rest
from tests.webhooks.conftest import Post
from tests.webhooks.partner import Received

D, W = WebhookDeliveryState, WebhookState


def verified(received: Received, secret: str, at: datetime) -> Any:
    """What the reference library of the specification says; its clock stands at `at`."""
    with time_machine.travel(at, tick=False):
        return Webhook(secret).verify(received.body, received.headers)


async def delivered(endpoint: models.WebhookEndpoint) -> models.WebhookDelivery:
    return await models.WebhookDelivery.filter(endpoint_id=endpoint.id).order_by("-created_at", "-id").get()


async def number(event: UUID) -> int:
    return int(str((await OutboxEvent.get(id=event)).seq))


async def again(endpoint: models.WebhookEndpoint) -> models.WebhookEndpoint:
    return await models.WebhookEndpoint.get(id=endpoint.id)


async def test_a_partner_hears_of_its_topics_and_can_verify_it(post: Post) -> None:
    """C12.2: a signature with its moment, that the specification's own library accepts."""
    endpoint = await post.webhook("/hook", "story.", "success.published")
    story = new_id()
    told = await post.happens("story.published", story, payload={"action": "publish"})
    for other in ("story_consent.granted", "success.verified", "team.listed"):
        await post.happens(other)

    await post.goes_round()

    (received,) = post.partner.got()
    assert received.id == str(told)
    assert received.headers["content-type"] == "application/json"
    said = verified(received, post.secrets[endpoint.id], post.clock[0])
    assert said == {
        "type": "story.published",
        "timestamp": "2020-04-14T08:00:00.000Z",
        "schemaVersion": "1.0",
        "data": {
            "id": str(told), "cursor": str(await number(told)), "subjectKind": "story", "subjectId": str(story),
            "teamId": None, "payload": {"action": "publish"},
        },
    }  # fmt: skip
    for late in (timedelta(minutes=6), timedelta(minutes=-6)):
        with pytest.raises(WebhookVerificationError):
            verified(received, post.secrets[endpoint.id], post.clock[0] + late)
    with pytest.raises(WebhookVerificationError):
        verified(received, "whsec_" + base64.b64encode(b"another secret of 32 bytes......").decode(), post.clock[0])


async def test_what_a_partner_may_not_see_never_leaves(post: Post) -> None:
    """C12.3: also when it became invisible between the writing and the sending of the delivery."""
    endpoint = await post.webhook()
    for whom in (Visibility.MEMBERS, Visibility.STAFF, Visibility.PERSON):
        await post.happens(visible_to=whom)
    taken_back = await post.happens()
    await post.courier.step()
    await post.courier.idle()
    assert [each.id for each in post.partner.got()] == [str(taken_back)]
    await replaying.replay((await delivered(endpoint)).id, by=post.keeper, now=post.clock[0])
    await OutboxEvent.filter(id=taken_back).update(visible_to=Visibility.STAFF)

    await post.goes_round()

    assert len(post.partner.got()) == 1
    assert (await delivered(endpoint)).state is D.CANCELLED


async def test_during_a_rotation_both_secrets_verify(post: Post) -> None:
    endpoint = await post.webhook()
    old = post.secrets[endpoint.id]
    _, new = await models.WebhookEndpoint.rotate(endpoint.id, timedelta(hours=24), by=post.keeper, now=post.clock[0])
    for hours, known in ((0, [old, new]), (23, [old, new]), (25, [new])):
        post.clock[0] += timedelta(hours=hours) - timedelta(hours=23 if hours == 25 else 0)
        await post.happens()
        await post.goes_round()
        received = post.partner.got()[-1]
        assert len(received.headers["webhook-signature"].split()) == len(known)
        for secret in (old, new):
            if secret in known:
                assert verified(received, secret, post.clock[0])
            else:
                with pytest.raises(WebhookVerificationError):
                    verified(received, secret, post.clock[0])
    row = (await models.WebhookEndpoint.filter(id=endpoint.id).values())[0]
    assert old not in str(row)
    assert new not in str(row)


async def test_events_of_a_subject_arrive_in_order_and_others_do_not_wait(post: Post) -> None:
    await post.webhook()
    one, other = new_id(), new_id()
    post.partner.answer("/hook", 500)
    first = await post.happens("story.published", one)
    await post.goes_round()
    second = await post.happens("story.corrected", one)
    elsewhere = await post.happens("story.published", other)
    await post.goes_round()
    assert [each.id for each in post.partner.got()] == [str(first), str(elsewhere)]

    await post.time_passes()
    await post.goes_round()

    assert [each.id for each in post.partner.got()][2:] == [str(first), str(second)]


async def test_a_dead_and_a_slow_endpoint_delay_nobody(post: Post) -> None:
    """Twelve events for each of three partners: the third has all of them while the others hold their requests."""
    healthy, slow = await post.webhook("/hook"), await post.webhook("/slow")
    dead = await post.webhook(url=post.partner.url("/dead"))
    post.partner.always["/dead"] = 503
    for _ in range(12):
        await post.happens()

    await post.courier.step()
    async with asyncio.timeout(10):
        while len(post.partner.got("/hook")) < 12:
            await asyncio.sleep(0.01)

    states = Counter(await models.WebhookDelivery.filter(endpoint_id=healthy.id).values_list("state", flat=True))
    assert states[D.DONE] + states[D.CLAIMED] == 12
    assert post.partner.in_the_air <= 8
    post.partner.hanging.set()
    await post.courier.idle()
    assert await models.WebhookDelivery.filter(endpoint_id=slow.id, state=D.DONE).count() == 12
    # The dead one is left in peace after its first requests, and rests.
    assert len(post.partner.got("/dead")) <= 8
    assert (await again(dead)).rest_until is not None


async def test_failures_are_tried_again_by_the_schedule_and_then_given_up(post: Post) -> None:
    endpoint = await post.webhook()
    post.partner.always["/hook"] = 500
    event = await post.happens()
    pauses = []
    for _ in range(len(PAUSES) + 1):
        began = utcnow()
        await post.goes_round()
        delivery = await delivered(endpoint)
        pauses.append(delivery.due_at - began)
        await post.time_passes()
    assert [received.id for received in post.partner.got()] == [str(event)] * 10
    assert delivery.state is D.FAILED
    assert (delivery.tries, delivery.status, delivery.last_error) == (10, 500, "The answer was 500.")
    for asked, waited in zip(PAUSES, pauses[:-1], strict=True):
        assert asked - timedelta(seconds=1) < waited < asked * 1.2 + timedelta(seconds=5)
    assert sum(PAUSES, timedelta()) > PATIENCE

    post.partner.always.clear()
    await replaying.replay(delivery.id, by=post.keeper, now=post.clock[0])
    await post.goes_round()
    assert (await delivered(endpoint)).state is D.DONE


async def test_the_breaker_opens_looks_with_one_request_and_closes(post: Post) -> None:
    endpoint = await post.webhook()
    post.partner.always["/hook"] = 502
    for _ in range(6):
        await post.happens()
    await post.goes_round()
    failing = await again(endpoint)
    assert failing.failures == 6
    assert failing.rest_until is not None
    asked = len(post.partner.got())
    await models.WebhookDelivery.filter(state="pending").update(due_at=utcnow())
    await post.goes_round()
    assert len(post.partner.got()) == asked

    await post.time_passes()
    await post.goes_round()
    assert len(post.partner.got()) == asked + 1
    post.partner.always.clear()
    await models.WebhookEndpoint.filter(id=endpoint.id).update(rest_until=utcnow() - timedelta(1))
    await post.goes_round()

    well = await again(endpoint)
    assert (well.failures, well.failing_since, well.rest_until) == (0, None, None)
    assert await models.WebhookDelivery.filter(endpoint_id=endpoint.id, state=D.DONE).count() == 6
    assert [rest(n) for n in (4, 5, 99)] == [timedelta(seconds=30), timedelta(minutes=1), timedelta(hours=1)]


@pytest.mark.parametrize("form", ["seconds", "date", "for ever", "nonsense"])
async def test_whoever_asks_to_wait_is_given_the_time(post: Post, form: str) -> None:
    endpoint = await post.webhook()
    until = post.clock[0] + timedelta(minutes=20)
    http_date = until.astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    said = {"seconds": "1200", "date": http_date, "for ever": "99999999999", "nonsense": "soon"}[form]
    post.partner.answer("/hook", 429, Retry_After=said)
    await post.happens()
    began = utcnow()

    await post.goes_round()

    waited = (await delivered(endpoint)).due_at - began
    asked = {"seconds": 1200, "date": 1200, "for ever": 6 * 3600, "nonsense": 5}[form]
    assert asked - 1 < waited.total_seconds() < asked + 5
    # Until then the endpoint hears of nothing else either.
    await post.happens()
    await post.goes_round()
    assert len(post.partner.got()) == (2 if form == "nonsense" else 1)


async def test_an_address_that_is_gone_is_disabled_at_once_and_its_keeper_told(post: Post) -> None:
    endpoint = await post.webhook()
    post.partner.answer("/hook", 410)
    event = await post.happens()
    await post.goes_round()

    gone = await again(endpoint)
    assert (gone.state, gone.disabled_for) == (W.DISABLED, "gone")
    told = await models.Notification.get(person_id=post.keeper.person_id)
    assert told.what == "webhook.disabled"
    assert told.about["description"] == "Webhook /hook"
    assert "127.0.0.1" not in str(told.about)
    missed = await post.happens()
    await post.goes_round()
    assert len(post.partner.got()) == 1

    await replaying.enable(endpoint.id, by=post.keeper, now=post.clock[0])
    await post.goes_round()
    assert {each.id for each in post.partner.got()[1:]} == {str(event), str(missed)}


async def test_after_three_days_of_failure_an_endpoint_is_disabled(post: Post) -> None:
    """C12.2: disabled after three days of failure, with a notice; nothing is lost."""
    endpoint = await post.webhook()
    post.partner.always["/hook"] = 500
    event = await post.happens()
    await post.goes_round()
    post.clock[0] += timedelta(days=2, hours=23)
    await post.time_passes()
    await post.goes_round()
    assert (await again(endpoint)).state is W.ENABLED

    post.clock[0] += timedelta(hours=2)
    await post.time_passes()
    await post.goes_round()
    disabled = await again(endpoint)
    assert (disabled.state, disabled.disabled_for) == (W.DISABLED, "failing")
    assert await models.Notification.filter(what="webhook.disabled").count() == 1

    # A test before it is enabled again, as one would.
    post.partner.always.clear()
    trial = await replaying.send_trial(endpoint.id, by=post.keeper, now=post.clock[0])
    await post.goes_round()
    assert post.partner.got()[-1].said["type"] == "webhook.test"
    assert (await models.WebhookDelivery.get(id=trial.id)).state is D.DONE
    assert (await again(endpoint)).state is W.DISABLED
    await replaying.enable(endpoint.id, by=post.keeper, now=post.clock[0])
    await post.goes_round()
    assert post.partner.got()[-1].id == str(event)


async def test_what_happens_during_a_pause_follows_in_order(post: Post) -> None:
    """C12.1: away for however long the log is kept, no gap, no duplicate, and a longer absence is said."""
    endpoint = await post.webhook()
    story = new_id()
    await models.WebhookEndpoint.pause(endpoint.id, by=post.keeper, now=post.clock[0])
    events = [await post.happens("story.corrected", story) for _ in range(5)]
    await post.goes_round()
    assert post.partner.got() == []
    lost = await number(events[0])
    await OutboxEvent.filter(seq__lte=lost).delete()

    await replaying.enable(endpoint.id, by=post.keeper, now=post.clock[0])
    await post.goes_round()

    assert [each.id for each in post.partner.got()] == [str(event) for event in events[1:]]
    assert (await again(endpoint)).gap == lost - endpoint.cursor


async def test_a_stretch_of_the_log_is_replayed(post: Post) -> None:
    endpoint = await post.webhook("/hook", "story.")
    events = [await post.happens() for _ in range(4)]
    await post.happens("team.listed")
    await post.goes_round()
    await models.WebhookDelivery.filter(event_id=events[2]).delete()

    first = await number(events[1])
    replayed = await replaying.replay_range(endpoint.id, first, 99, by=post.keeper, now=post.clock[0])
    await post.goes_round()

    assert replayed == 3
    assert sorted(each.id for each in post.partner.got()[4:]) == sorted(str(event) for event in events[1:])
    assert (await AuditEvent.filter(action="replay").get()).note == f"{first} to 99"


async def test_the_log_keeps_the_beginning_of_an_answer_without_secrets(post: Post) -> None:
    endpoint = await post.webhook()
    secret = "Qm9zcyBvZiBhbGwgc2VjcmV0cyBpcyBoZXJlISEh"
    post.partner.answer("/hook", 200, f"thanks, ada@example.org, token={secret}\x00 " + "x" * 5000)
    await post.happens()

    await post.goes_round()

    delivery = await delivered(endpoint)
    assert (delivery.state, delivery.status) == (D.DONE, 200)
    assert delivery.took_ms is not None
    assert delivery.answer.startswith("thanks, ")
    assert len(delivery.answer) <= 2048
    assert "ada@" not in delivery.answer
    assert secret not in delivery.answer


async def test_a_redirect_is_a_failure_and_nobody_goes_there(post: Post) -> None:
    endpoint = await post.webhook()
    post.partner.answer("/hook", 307, Location=post.partner.url("/elsewhere"))
    await post.happens()

    await post.goes_round()

    assert post.partner.got("/elsewhere") == []
    delivery = await delivered(endpoint)
    assert (delivery.state, delivery.status) == (D.PENDING, 307)
    assert "Redirects are not followed" in delivery.last_error


async def test_a_stop_gives_back_what_is_in_the_air(post: Post) -> None:
    await post.webhook("/slow")
    event = await post.happens()
    await post.courier.step()
    async with asyncio.timeout(10):
        while not post.partner.in_the_air:
            await asyncio.sleep(0.01)

    await post.courier.drain(0.05)

    delivery = await models.WebhookDelivery.get(event_id=event)
    assert (delivery.state, delivery.attempts, delivery.tries) == (D.PENDING, 0, 0)
