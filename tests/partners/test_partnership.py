"""People act for a partner, and no partner sees anything of another one (C12.3)."""

from datetime import datetime, timedelta
from typing import Any

import models
from models.notifications import Notification
from models.outbox import AuditEvent, OutboxEvent
from models.partners import MemberState
from models.redaction import redacted
from models.webhooks import Policy
from tests import people
from tests.graph.documents import operations
from tests.graph.frontend import Frontend
from tests.partners.partnering import again, asked, partnership

HOOK = {"url": "https://haken.example.org/", "description": "Haken", "topics": ["story."]}
A_YEAR = timedelta(days=365)


async def desk(frontend: Frontend, who: Any, partner_id: Any = None) -> dict[str, list[Any]]:
    answer = await frontend.post(who, operations()["PartnerDesk"], {"partnerId": partner_id and str(partner_id)})
    assert "errors" not in answer, answer["errors"]
    return {name: [edge["node"] for edge in page["edges"]] for name, page in answer["data"].items()}


async def test_somebody_is_invited_acts_and_leaves(frontend: Frontend, now: datetime) -> None:
    manager, administrator = await people.manager(now=now), await people.administrator(now=now)
    nora = await people.participant("Nora Wind", handle="nora-wind", now=now)
    partner = await models.Partner.create(name="Nordwind", purpose="implementation", state="published")
    to = {"partnerId": str(partner.id)}
    assert await frontend.code(nora, "InvitePartnerMember", **to, handle="nora-wind") == "NOT_ALLOWED"
    invited = (await frontend.do(manager, "InvitePartnerMember", **to, handle="@nora-wind"))["member"]
    assert await frontend.code(manager, "InvitePartnerMember", **to, handle="nora-wind") == "ALREADY_MEMBER"
    assert await frontend.code(manager, "InvitePartnerMember", **to, handle="niemand") == "NO_SUCH_PERSON"
    assert await Notification.filter(person_id=nora.person_id, what="partner.invited").count() == 1
    assert await frontend.code(manager, "AcceptPartnerInvitation", id=invited["id"]) == "NOT_ALLOWED"

    # Invited one belongs to nothing yet.
    assert await frontend.code(nora, "CreateWebhook", **HOOK, **to) == "NOT_ALLOWED"
    joined = (await frontend.do(nora, "AcceptPartnerInvitation", id=invited["id"]))["member"]
    assert (joined["state"], joined["partner"]["name"]) == ("ACTIVE", "Nordwind")
    made = (await frontend.do(nora, "CreateWebhook", **HOOK, **to))["webhook"]
    assert await frontend.code(nora, "CreateWebhook", **HOOK) == "NOT_ALLOWED", "the community's own are for managers"
    assert (await frontend.do(nora, "PauseWebhook", id=made["id"]))["webhook"]["state"] == "PAUSED"

    # Keys: the first one is an administrator's to give, the rest is the member's business.
    key = {**to, "name": "Website", "scopes": ["EVENTS_READ"]}
    for who in (nora, manager):
        assert await frontend.code(who, "IssuePartnerKey", **key) == "NOT_ALLOWED"
    issued = await frontend.do(administrator, "IssuePartnerKey", **key, clientMutationId="einmal")
    repeated = await frontend.do(administrator, "IssuePartnerKey", **key, clientMutationId="einmal")
    assert (repeated["key"]["id"], repeated["secret"]) == (issued["key"]["id"], None)
    assert issued["secret"].startswith(issued["key"]["prefix"])
    (mine,) = (await desk(frontend, nora))["partnerKeys"]
    assert (mine["rotate"]["allowed"], mine["revoke"]["allowed"]) == (True, True)
    assert await Notification.filter(person_id=nora.person_id, what="partner.key_changed").count() == 1

    left = (await frontend.do(nora, "LeavePartner", id=invited["id"]))["member"]
    assert left["state"] == "LEFT"
    assert await frontend.code(nora, "PauseWebhook", id=made["id"]) == "NOT_FOUND"
    assert (await desk(frontend, nora))["partnerKeys"] == []


async def test_a_key_is_replaced_without_a_pause(frontend: Frontend, now: datetime) -> None:
    """Two are valid at once, for as long as was said; what is shown of a key is its beginning."""
    ours = await partnership(now)
    query = "{ viewer { key { partnerId } } }"
    rotated = await frontend.do(ours.member, "RotatePartnerKey", id=str(ours.key.id), overlapHours=2)
    fresh = rotated["secret"]
    assert rotated["key"]["scopes"] == ["EVENTS_READ", "PUBLIC_READ", "WEBHOOKS_MANAGE"]
    assert rotated["key"]["expiresAt"] == (now + A_YEAR).isoformat()
    assert await frontend.code(ours.member, "RotatePartnerKey", id=str(ours.key.id)) == "WRONG_STATE"
    for hours, known in ((0, {ours.secret, fresh}), (1, {ours.secret, fresh}), (2, {fresh}), (24 * 366, set())):
        frontend.at(now + timedelta(hours=hours))
        for secret in (ours.secret, fresh):
            assert (await asked(frontend, secret, query))[0] == (200 if secret in known else 401), hours
    frontend.at(now)
    await frontend.do(ours.member, "RevokePartnerKey", id=rotated["key"]["id"])
    assert (await asked(frontend, fresh, query))[0] == 401

    # Nothing that is kept or told holds a key.
    rows = [await each.all().values() for each in (models.PartnerKey, Notification, OutboxEvent, AuditEvent)]
    for secret in (ours.secret, fresh):
        assert secret not in str(rows)
        assert secret[-20:] not in redacted(f"Authorization: Bearer {secret}, and again {secret}")
    answer = await frontend.client.get("/graphql", params={"query": query, "authorization": f"Bearer {ours.secret}"})
    assert answer.json()["data"]["viewer"]["key"] is None, "an address carries no key"


async def test_no_partner_sees_anything_of_another(frontend: Frontend, now: datetime) -> None:
    """Members and keys of one: webhooks, deliveries, keys, grants and members of the other are not there (C12.3)."""
    ours, theirs = await partnership(now), await partnership(now, name="Südwind")
    hooks = {}
    for each in (ours, theirs):
        hooks[each.id], _ = await models.WebhookEndpoint.add(
            **HOOK, partner_id=each.id, by=each.member, now=now, policy=Policy()
        )
    trial = (await frontend.do(theirs.member, "TestWebhook", id=str(hooks[theirs.id].id)))["delivery"]
    log = operations()["WebhookWithItsLog"]
    foreign, owns = {"id": str(hooks[theirs.id].id)}, {"id": str(hooks[ours.id].id)}

    seen = await desk(frontend, ours.member)
    assert {row["partner"]["name"] for rows in seen.values() for row in rows} == {"Nordwind"}
    assert (len(seen["partnerMembers"]), len(seen["partnerGrants"]), len(seen["partnerKeys"])) == (1, 1, 1)
    assert await desk(frontend, ours.member, theirs.id) == {name: [] for name in seen}
    everybody = await desk(frontend, await people.manager(now=now))
    assert {len(rows) for rows in everybody.values()} == {2}
    for operation, id in (
        ("RevokePartnerGrant", theirs.grant.id), ("RotatePartnerKey", theirs.key.id),
        ("RevokePartnerKey", theirs.key.id), ("RemovePartnerMember", theirs.membership.id),
        ("LeavePartner", theirs.membership.id), ("PauseWebhook", hooks[theirs.id].id),
        ("RotateWebhookSecret", hooks[theirs.id].id), ("ReplayWebhookDelivery", trial["id"]),
    ):  # fmt: skip
        assert await frontend.code(ours.member, operation, id=str(id)) == "NOT_FOUND", operation
    for operation, id in (("RevokePartnerGrant", ours.grant.id), ("RemovePartnerMember", ours.membership.id)):
        assert await frontend.code(ours.member, operation, id=str(id)) == "NOT_ALLOWED", operation
    assert await frontend.code(ours.member, "CreateWebhook", **HOOK, partnerId=str(theirs.id)) == "NOT_ALLOWED"

    # The same with a key: what it keeps are the webhooks of its partner, and nothing else.
    _, told = await asked(frontend, ours.secret, log, foreign)
    assert (told["data"]["webhook"], told["data"]["webhookDeliveries"]["totalCount"]) == (None, 0)
    _, told = await asked(frontend, ours.secret, log, owns)
    assert told["data"]["webhook"]["id"] == owns["id"]
    pause = operations()["PauseWebhook"]
    _, told = await asked(frontend, ours.secret, pause, {"input": foreign})
    assert told["data"]["pauseWebhook"]["code"] == "NOT_FOUND"
    _, told = await asked(frontend, ours.secret, pause, {"input": owns})
    assert told["data"]["pauseWebhook"]["webhook"]["state"] == "PAUSED"
    assert (await AuditEvent.filter(action="pause").get()).key_id == ours.key.id
    _, told = await asked(frontend, ours.secret, operations()["CreateWebhook"], {"input": HOOK})
    assert told["data"]["createWebhook"]["webhook"]["partner"]["name"] == "Nordwind"
    _, told = await asked(frontend, ours.secret, operations()["PartnerDesk"])
    assert {len(page["edges"]) for page in told["data"].values()} == {0}


async def test_a_partner_that_is_deactivated_has_no_access_until_it_is_given_back(
    frontend: Frontend, now: datetime
) -> None:
    ours = await partnership(now)
    webhook = (await frontend.do(ours.member, "CreateWebhook", **HOOK, partnerId=str(ours.id)))["webhook"]
    assert await frontend.code(ours.member, "DeactivatePartner", id=str(ours.id)) == "NOT_ALLOWED"
    await frontend.do(await people.manager(now=now), "DeactivatePartner", id=str(ours.id))

    assert (await again(ours.member, now)).partners == frozenset()
    assert (await asked(frontend, ours.secret, "{ __typename }"))[0] == 401
    assert await frontend.code(ours.member, "PauseWebhook", id=webhook["id"]) == "NOT_FOUND"
    more = {"partnerId": str(ours.id), "name": "Neu", "scopes": ["EVENTS_READ"]}
    assert await frontend.code(ours.administrator, "IssuePartnerKey", **more) == "PARTNER_INACTIVE"
    assert (await ours.membership.__class__.get(id=ours.membership.id)).state is MemberState.ACTIVE

    await frontend.do(ours.administrator, "ActivatePartner", id=str(ours.id))
    assert (await asked(frontend, ours.secret, "{ __typename }"))[0] == 200
    assert await frontend.code(ours.member, "PauseWebhook", id=webhook["id"]) is None


async def test_what_is_wrong_is_said(frontend: Frontend, now: datetime) -> None:
    ours = await partnership(now)
    to, past = {"partnerId": str(ours.id)}, (now - timedelta(days=1)).isoformat()
    granting = [
        ({"topics": []}, "TOPICS_MISSING"), ({"topics": ["*"]}, "TOPICS_INVALID"),
        ({"topics": ["story."], "fields": ["gibt-es-nicht"]}, "UNKNOWN_FIELD_OF_ACTION"),
        ({"topics": ["story."], "endsAt": past}, "GRANT_TIMES"),
    ]  # fmt: skip
    for given, code in granting:
        assert await frontend.code(ours.administrator, "GrantToPartner", **to, **given) == code
    issuing = [
        ({"scopes": []}, "SCOPES_MISSING"), ({"scopes": ["EVENTS_READ"], "expiresAt": past}, "KEY_TIMES"),
        ({"scopes": ["EVENTS_READ"], "expiresAt": (now + 3 * A_YEAR).isoformat()}, "KEY_TIMES"),
    ]  # fmt: skip
    for given, code in issuing:
        assert await frontend.code(ours.administrator, "IssuePartnerKey", **to, name="X", **given) == code
    assert await frontend.code(ours.member, "RotatePartnerKey", id=str(ours.key.id), overlapHours=169) == "KEY_OVERLAP"
