"""Community managers keep webhooks through the graph; nobody else sees their addresses, and nobody a secret twice."""

from datetime import datetime, timedelta

import models
from models.base import utcnow
from models.outbox import AuditEvent, OutboxEvent
from tests import people
from tests.graph.documents import operations
from tests.graph.frontend import ANONYMOUS, Frontend

URL = "https://hooks.example.org/leuchtturm/9f2c"


async def test_a_webhook_from_its_birth_to_its_end(frontend: Frontend, now: datetime) -> None:
    wanda = await people.administrator(now=now)
    made = await frontend.do(
        wanda, "CreateWebhook", url=URL, description="  Förderpartner ", topics=["story.", "story."],
        clientMutationId="once",
    )  # fmt: skip
    webhook, secret = made["webhook"], made["secret"]
    assert (webhook["description"], webhook["topics"], webhook["state"]) == ("Förderpartner", ["story."], "ENABLED")
    assert secret.startswith("whsec_")
    # Asked again with the same intention there is the same webhook, and no secret any more.
    repeated = await frontend.do(
        wanda, "CreateWebhook", url=URL, description="  Förderpartner ", topics=["story.", "story."],
        clientMutationId="once",
    )  # fmt: skip
    assert (repeated["webhook"]["id"], repeated["secret"]) == (webhook["id"], None)

    id = webhook["id"]
    changed = await frontend.do(
        wanda, "ChangeWebhook", id=id, version=webhook["version"], url=URL + "/neu", description="Neu", topics=[]
    )
    assert changed["webhook"]["url"] == URL + "/neu"
    stale = await frontend.code(wanda, "ChangeWebhook", id=id, version=1, url=URL, description="Alt", topics=[])
    assert stale == "STALE"
    rotated = await frontend.do(wanda, "RotateWebhookSecret", id=id)
    assert rotated["secret"] != secret
    assert rotated["webhook"]["rotatingUntil"] == (now + timedelta(hours=24)).isoformat()
    assert await frontend.code(wanda, "RotateWebhookSecret", id=id, overlapHours=169) == "OVERLAP_OUT_OF_RANGE"

    tested = await frontend.do(wanda, "TestWebhook", id=id)
    assert (tested["delivery"]["type"], tested["delivery"]["cursor"]) == ("webhook.test", None)
    assert await frontend.code(wanda, "TestWebhook", id=id) == "TEST_UNDER_WAY"
    assert (await frontend.do(wanda, "PauseWebhook", id=id))["webhook"]["state"] == "PAUSED"
    assert await frontend.code(wanda, "PauseWebhook", id=id) == "WRONG_STATE"
    assert (await frontend.do(wanda, "EnableWebhook", id=id))["webhook"]["state"] == "ENABLED"
    again = await frontend.do(wanda, "ReplayWebhookEvents", id=id, first="1", last="5000")
    assert again["replayed"] == 0
    for first, last, code in (("1", "5001", "RANGE_TOO_LONG"), ("5", "4", "RANGE_TWISTED"), ("x", "4", "INVALID")):
        assert await frontend.code(wanda, "ReplayWebhookEvents", id=id, first=first, last=last) == code

    seen = await frontend.ask(wanda, "Webhooks")
    (edge,) = seen["edges"]
    assert edge["node"]["waiting"] == 1
    assert (edge["node"]["pause"]["allowed"], edge["node"]["enable"]["allowed"]) == (True, False)
    assert (await frontend.do(wanda, "RemoveWebhook", id=id))["webhook"]["state"] == "REMOVED"
    assert await frontend.code(wanda, "EnableWebhook", id=id) == "NOT_FOUND"
    assert (await frontend.ask(wanda, "Webhooks"))["totalCount"] == 0
    row = await models.WebhookEndpoint.get(id=id)
    assert row.secrets_at(now) == []

    # Neither the address nor a secret stands in the log of events or in the audit log.
    written = str([await OutboxEvent.all().values(), await AuditEvent.all().values()])
    assert "hooks.example.org" not in written
    assert secret not in written


async def test_the_log_of_deliveries_is_shown_page_by_page(frontend: Frontend, now: datetime) -> None:
    manager = await people.manager(now=now)
    id = (await frontend.do(manager, "CreateWebhook", url=URL, description="Log", topics=[]))["webhook"]["id"]
    for number in range(3):
        await models.WebhookDelivery.create(
            endpoint_id=id, event_id=now_id(number), seq=number + 1, type="story.published", subject_id=now_id(number),
            state="failed" if number else "done", due_at=utcnow(), tries=10 if number else 1, status=500,
        )  # fmt: skip
    whole = await frontend.post(manager, log_document(), {"id": id, "first": 2})
    log = whole["data"]["webhookDeliveries"]
    assert (log["totalCount"], log["pageInfo"]["hasNextPage"]) == (3, True)
    assert log["edges"][0]["node"]["endpoint"]["id"] == id
    assert log["edges"][0]["node"]["replay"]["allowed"] is True
    failed = await frontend.post(manager, log_document(), {"id": id, "states": ["FAILED"]})
    assert failed["data"]["webhookDeliveries"]["totalCount"] == 2

    delivery = log["edges"][0]["node"]
    replayed = await frontend.do(manager, "ReplayWebhookDelivery", id=delivery["id"])
    assert (replayed["delivery"]["state"], replayed["delivery"]["tries"]) == ("PENDING", 0)
    assert replayed["delivery"]["eventId"] == delivery["eventId"]


async def test_only_those_who_keep_webhooks_see_or_touch_them(frontend: Frontend, now: datetime) -> None:
    manager = await people.manager(now=now)
    id = (await frontend.do(manager, "CreateWebhook", url=URL, description="Geheim", topics=[]))["webhook"]["id"]
    trial = (await frontend.do(manager, "TestWebhook", id=id))["delivery"]["id"]
    strangers = [ANONYMOUS, await people.participant(now=now), await people.editor(now=now)]
    for stranger in strangers:
        assert (await frontend.ask(stranger, "Webhooks"))["totalCount"] == 0
        told = await frontend.post(stranger, log_document(), {"id": id})
        assert (told["data"]["webhook"], told["data"]["webhookDeliveries"]["totalCount"]) == (None, 0)
        assert await frontend.code(stranger, "CreateWebhook", url=URL, description="Meiner", topics=[]) in (
            "SIGN_IN_NEEDED",
            "NOT_ALLOWED",
        )
        for operation in ("PauseWebhook", "EnableWebhook", "RemoveWebhook", "RotateWebhookSecret", "TestWebhook"):
            assert await frontend.code(stranger, operation, id=id) == "NOT_FOUND"
        assert await frontend.code(stranger, "ReplayWebhookDelivery", id=trial) == "NOT_FOUND"
        assert await frontend.code(stranger, "ReplayWebhookEvents", id=id, first="1", last="2") == "NOT_FOUND"
    assert await models.WebhookEndpoint.all().count() == 1


async def test_an_address_that_leads_inside_is_refused_when_it_is_given(frontend: Frontend, now: datetime) -> None:
    manager = await people.manager(now=now)
    made = await frontend.do(manager, "CreateWebhook", url=URL, description="Gut", topics=[])
    for url, code in (
        ("https://169.254.169.254/", "TARGET_PRIVATE"),
        ("http://hooks.example.org/", "TARGET_NOT_HTTPS"),
    ):
        refused = await frontend.do(manager, "CreateWebhook", url=url, description="Böse", topics=[])
        assert (refused["code"], refused["path"]) == (code, "url")
        assert refused["messageDe"]
        assert refused["messageEn"]
        webhook = made["webhook"]
        change = {"id": webhook["id"], "version": webhook["version"], "description": "Böse", "topics": []}
        assert await frontend.code(manager, "ChangeWebhook", url=url, **change) == code
    for topics in (["*"], ["Story Published"], ["a." * 50], ["story."] + [f"t{n}." for n in range(30)]):
        given = {"url": URL, "description": "Themen", "topics": topics}
        assert await frontend.code(manager, "CreateWebhook", **given) == "TOPICS_INVALID"
    partner = await models.Partner.create(name="Nordwind", purpose="implementation")
    for id, code in ((str(partner.id), None), (made["webhook"]["id"], "NOT_FOUND")):
        given = {"url": URL, "description": "Nordwind", "topics": [], "partnerId": id}
        assert await frontend.code(manager, "CreateWebhook", **given) == code
    shown = [edge["node"]["partner"] for edge in (await frontend.ask(manager, "Webhooks"))["edges"]]
    assert shown == [{"id": str(partner.id), "name": "Nordwind"}, None]


def now_id(number: int) -> str:
    return f"01a20fde-0000-7000-8000-{number:012d}"


def log_document() -> str:
    return operations()["WebhookWithItsLog"]
