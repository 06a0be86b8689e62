"""What was taken back stops within five seconds: questions, open subscriptions, deliveries (C12.3, E53)."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta

import pytest

import models
from models import partners
from models.base import utcnow
from models.outbox import AuditEvent
from models.partners import Extent, PartnerGrant, PartnerKey
from models.roles import Visibility
from models.webhooks import WebhookDelivery, WebhookDeliveryState, replaying
from tests.graph.frontend import Frontend
from tests.graph.harbour import Harbour, moored
from tests.partners.partnering import Partnership, asked, partnership
from tests.webhooks.conftest import Post

SOON = 5.0  # seconds, as promised
EVENTS = 'subscription { communityEvents(topics: ["story"]) { type } }'
LOG = "{ communityEvents { totalCount } }"
Taking = Callable[[Partnership, datetime], Awaitable[object]]


async def key_revoked(ours: Partnership, now: datetime) -> None:
    await PartnerKey.revoke(ours.key.id, by=ours.member, now=now)


async def grant_revoked(ours: Partnership, now: datetime) -> None:
    await PartnerGrant.revoke(ours.grant.id, by=ours.administrator, now=now)


async def deactivated(ours: Partnership, now: datetime) -> None:
    await partners.deactivate(ours.id, by=ours.administrator, now=now)


@pytest.fixture
async def harbour(database_url: str) -> AsyncIterator[Harbour]:
    async with moored(database_url) as harbour:
        yield harbour


@pytest.mark.parametrize("take", [key_revoked, grant_revoked, deactivated])
async def test_the_next_question_knows(frontend: Frontend, now: datetime, take: Taking) -> None:
    ours = await partnership(now)
    await models.OutboxEvent.record(
        "story.published", subject_kind="story", subject_id=ours.id, now=now, visible_to=Visibility.PUBLIC
    )
    await models.OutboxEvent.filter(type="story.published").update(seq=1)
    assert (await asked(frontend, ours.secret, LOG))[1]["data"]["communityEvents"]["totalCount"] == 1

    await take(ours, now)

    status, answer = await asked(frontend, ours.secret, LOG)
    if take is grant_revoked:
        assert answer["data"]["communityEvents"]["totalCount"] == 0
    else:
        assert (status, answer["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize("take", [key_revoked, deactivated])
async def test_an_open_subscription_ends_although_nothing_happens(harbour: Harbour, take: Taking) -> None:
    """E53: nobody is told anything, and the socket learns of it all the same."""
    ours = await partnership(utcnow())
    async with harbour.open() as client:
        await client.init(ours.secret)
        await client.subscribe(EVENTS)
        await harbour.listening()
        began = time.monotonic()

        await take(ours, utcnow())
        message = await client.next(within=2 * SOON)

        assert time.monotonic() - began < SOON
        errors = message["payload"] if message["type"] == "error" else message["payload"]["errors"]
        assert errors[0]["extensions"]["code"] == "AUTHORISATION_ENDED"


async def test_an_open_subscription_tells_nothing_of_a_grant_that_was_revoked(harbour: Harbour) -> None:
    """With the very next event, and what is granted anew is told again."""
    ours = await partnership(utcnow())
    async with harbour.open() as client:
        await client.init(ours.secret)
        await client.subscribe(EVENTS)
        await harbour.listening()
        await harbour.happen("story.published")
        assert await client.event() == {"type": "story.published"}

        await grant_revoked(ours, utcnow())
        await harbour.happen("story.corrected")
        with pytest.raises(TimeoutError):
            await client.next(within=0.3)
        await PartnerGrant.give(ours.id, Extent(["story."]), by=ours.administrator, now=utcnow())
        await harbour.happen("story.retracted")

        assert await client.event() == {"type": "story.retracted"}


async def waiting(post: Post, ours: Partnership, path: str = "/ours") -> models.WebhookEndpoint:
    """An endpoint of the partner's that fails."""
    endpoint, secret = await models.WebhookEndpoint.add(
        post.partner.url(path), path, [], partner_id=ours.id, by=ours.member, now=post.clock[0], policy=post.policy
    )
    post.secrets[endpoint.id] = secret
    post.partner.always[path] = 500
    return endpoint


@pytest.mark.parametrize("take", [grant_revoked, deactivated])
async def test_what_waits_for_a_webhook_is_dropped_at_the_next_look(post: Post, now: datetime, take: Taking) -> None:
    """A look follows each event and each second; the reason stands in the log of deliveries."""
    ours, others = await partnership(now), await partnership(now, name="Südwind")
    endpoint, untouched = await waiting(post, ours), await waiting(post, others, "/others")
    await post.happens()
    await post.goes_round()
    await WebhookDelivery.all().update(due_at=utcnow() + timedelta(hours=10))

    await take(ours, now)
    await post.happens("story.corrected")
    await post.courier.step()
    await post.courier.idle()

    (dropped,) = await WebhookDelivery.filter(endpoint_id=endpoint.id)
    assert dropped.state is WebhookDeliveryState.CANCELLED
    assert dropped.last_error == "The event is not for this endpoint any more."
    states = await WebhookDelivery.filter(endpoint_id=untouched.id).values_list("state", flat=True)
    assert states == [WebhookDeliveryState.PENDING, WebhookDeliveryState.PENDING]
    # Whatever is replayed by hand is looked at as well before it leaves; and so is a trial of who is deactivated.
    told = len(post.partner.got("/ours"))
    await replaying.replay(dropped.id, by=ours.administrator, now=now)
    trial = await replaying.send_trial(endpoint.id, by=ours.administrator, now=now)
    await post.goes_round()
    assert (await WebhookDelivery.get(id=dropped.id)).state is WebhookDeliveryState.CANCELLED
    left = (await WebhookDelivery.get(id=trial.id)).state
    assert left is (WebhookDeliveryState.CANCELLED if take is deactivated else WebhookDeliveryState.FAILED)
    assert len(post.partner.got("/ours")) == told + (0 if take is deactivated else 1)


async def test_what_was_sent_is_on_record_without_its_signature(post: Post, now: datetime) -> None:
    """Notices about an endpoint go to those who act for its partner."""
    ours = await partnership(now)
    endpoint = await waiting(post, ours)
    await post.happens()
    await post.goes_round()
    (delivery,) = await WebhookDelivery.filter(endpoint_id=endpoint.id)
    (received,) = post.partner.got("/ours")
    noted = delivery.request
    assert noted["headers"]["webhook-id"] == received.id
    assert noted["bytes"] == len(received.body)
    assert received.headers["webhook-signature"] not in str(noted)
    post.partner.always["/ours"] = 410
    await post.time_passes()
    await post.goes_round()
    told = await models.Notification.filter(what="webhook.disabled").values_list("person_id", flat=True)
    assert told == [ours.member.person_id]
    assert await AuditEvent.filter(action="disable", subject_id=endpoint.id).count() == 1
