"""What a partner sees is what it was granted, by whichever way it asks (C12.3)."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

import models
from models.outbox import OutboxEvent
from models.partners import Extent, PartnerGrant, secret, using, viewer_by_key
from models.programme import FieldOfAction
from models.roles import KeyScope, Visibility
from models.webhooks import WebhookDelivery, replaying
from tests import people
from tests.graph.api import Api
from tests.graph.documents import operations
from tests.graph.frontend import ANONYMOUS, Frontend, heard_document
from tests.partners.partnering import Partnership, asked, partnership
from tests.webhooks.conftest import Post

EVENTS = "query ($topics: [String!]) { communityEvents(topics: $topics, first: 50) { edges { node { id } } } }"
LISTENING = 'subscription { communityEvents(after: "0") { id } }'


async def in_a_field(key: str) -> UUID:
    """A team of this field of action."""
    field = await FieldOfAction.create(key=key, title_de=key)
    return (await people.team(f"Team {key}", field_of_action_id=field.id)).id


async def queried(frontend: Frontend, ours: Partnership) -> set[str]:
    status, answer = await asked(frontend, ours.secret, EVENTS)
    assert status == 200, answer
    return {edge["node"]["id"] for edge in answer["data"]["communityEvents"]["edges"]}


async def listened(frontend: Frontend, ours: Partnership, now: datetime, many: int) -> set[str]:
    """The first so many events of a subscription, from the beginning of the log."""
    viewer = await viewer_by_key(ours.secret, now=now)
    assert viewer is not None
    stream = heard_document(frontend, viewer, LISTENING, {})
    told = {(await anext(stream))["id"] for _ in range(many)}
    await stream.aclose()  # type: ignore[attr-defined]
    return told


GRANTS: list[tuple[list[Extent], set[str]]] = [
    ([Extent(["story."])], {"health", "school", "none"}),
    ([Extent(["story.published"], ["health"])], {"health", "none"}),
    ([Extent(["story."], ["health", "school"]), Extent(["team.listed"])], {"health", "school", "none", "team"}),
    ([Extent(["stor"]), Extent(["story.publish"])], set()),
    ([], set()),
]


@pytest.mark.parametrize(("extents", "seen"), GRANTS, ids=["all", "one field", "two grants", "half words", "none"])
async def test_every_way_shows_what_was_granted_and_nothing_else(
    frontend: Frontend, post: Post, now: datetime, extents: list[Extent], seen: set[str]
) -> None:
    """C12.3: asked, subscribed to, delivered and replayed; public, under a granted topic, of a team in the fields."""
    ours = await partnership(now)
    await PartnerGrant.revoke(ours.grant.id, by=ours.administrator, now=now)
    health, school = await in_a_field("health"), await in_a_field("school")
    for extent in extents:
        await PartnerGrant.give(ours.id, extent, by=ours.administrator, now=now)
    endpoint, _ = await models.WebhookEndpoint.add(
        post.partner.url(), "Alles", [], partner_id=ours.id, by=ours.member, now=now, policy=post.policy
    )
    told: dict[str, str] = {}
    for name, type, more in (
        ("health", "story.published", {"team_id": health}), ("school", "story.published", {"team_id": school}),
        ("none", "story.published", {}), ("team", "team.listed", {"team_id": school}),
        ("another word", "story_consent.granted", {}), ("members", "story.published", {"visible_to": "members"}),
        ("staff", "story.published", {"visible_to": "staff"}),
    ):  # fmt: skip
        given: dict[str, Any] = {**more}
        if "visible_to" in given:
            given["visible_to"] = Visibility(given["visible_to"])
        told[name] = str(await post.happens(type, **given))
    expected = {told[name] for name in seen}

    assert await queried(frontend, ours) == expected
    assert await listened(frontend, ours, now, len(expected)) == expected
    await post.goes_round()
    assert {received.id for received in post.partner.got()} == expected
    last = await OutboxEvent.all().count()
    assert await replaying.replay_range(endpoint.id, 1, last, by=ours.member, now=now) == len(expected)
    await WebhookDelivery.all().delete()
    assert await replaying.replay_range(endpoint.id, 1, last, by=ours.member, now=now) == len(expected)
    # Grants are about keys and webhooks: the person sees the log as any member does.
    assert len((await frontend.post(ours.member, EVENTS))["data"]["communityEvents"]["edges"]) > len(expected)


async def test_a_grant_counts_between_its_dates(frontend: Frontend, post: Post, now: datetime) -> None:
    """Nobody has to act: the time is asked."""
    ours, day = await partnership(now, "story.", ends_at=now + timedelta(days=1)), timedelta(days=1)
    later = Extent(["story."], (), now + 3 * day, now + 4 * day)
    await PartnerGrant.give(ours.id, later, by=ours.administrator, now=now)
    id = str(await post.happens())
    for days, seen in ((0, {id}), (1, set()), (2, set()), (3, {id}), (4, set())):
        frontend.at(now + days * day)
        assert await queried(frontend, ours) == seen, days


async def test_what_a_key_is_for_is_all_that_it_does(frontend: Frontend, now: datetime) -> None:
    """Each root field wants a scope; a key never acts as a person, and says of itself what it is."""
    fields = {
        KeyScope.EVENTS_READ: "{ communityEvents { edges { node { id } } } }",
        KeyScope.PUBLIC_READ: "query { ...F } fragment F on Query { partnerWall { edges { node { name } } } }",
        KeyScope.WEBHOOKS_MANAGE: "{ webhooks { totalCount } }",
    }
    for scope in KeyScope:
        ours = await partnership(now, scopes=[scope])
        for wanted, query in fields.items():
            _, answer = await asked(frontend, ours.secret, query)
            code = answer.get("errors", [{}])[0].get("extensions", {}).get("code")
            assert code == (None if wanted is scope else "SCOPE_MISSING"), (scope, wanted)
        input = {"email": "neu@example.org", "name": "Neu", "agreed": True}
        _, answer = await asked(frontend, ours.secret, operations()["JoinCommunity"], {"input": input})
        assert answer["errors"][0]["extensions"]["code"] == "NOT_FOR_KEYS"
        _, answer = await asked(frontend, ours.secret, operations()["MyKey"])
        assert answer["data"]["viewer"]["key"] == {
            "partnerId": str(ours.id), "scopes": [scope.name], "sees": [{"topics": ["story."], "fields": []}]
        }  # fmt: skip
    ours = await partnership(now)
    _, answer = await asked(frontend, ours.secret, "{ people { totalCount } viewer { person { id } roles } }")
    stranger = await frontend.post(ANONYMOUS, "{ people { totalCount } viewer { person { id } roles } }")
    assert answer["data"] == stranger["data"]


async def test_keys_are_told_from_inventions_without_asking_anybody(database: str, now: datetime) -> None:
    ours = await partnership(now)
    assert secret.is_key(ours.secret)
    assert secret.SHAPE.fullmatch(ours.secret)
    for wrong in (ours.secret[:-1] + "!", ours.secret[:-1] + ("0" if ours.secret[-1] != "0" else "1"), ours.key.prefix):
        assert not secret.is_key(wrong)
    mine = await Api(None, None, []).token(ours.member)  # type: ignore[arg-type]
    assert not secret.is_key(mine)
    assert await viewer_by_key(secret.fresh().whole, now=now) is None


async def test_when_a_key_was_used_is_written_down_beside_the_requests(database: str, now: datetime) -> None:
    ours = await partnership(now)
    await using.write_down()
    for seconds in (0, 10, 20):
        await viewer_by_key(ours.secret, now=now + timedelta(seconds=seconds))
    assert (await models.PartnerKey.get(id=ours.key.id)).last_used_at is None

    assert await using.write_down() == 1
    assert (await models.PartnerKey.get(id=ours.key.id)).last_used_at == now + timedelta(seconds=20)
    assert await using.write_down() == 0
