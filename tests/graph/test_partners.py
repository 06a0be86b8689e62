"""The wall of partners: by kind and as editors say, described, and gone when its time is over (C15)."""

from datetime import datetime, timedelta
from typing import Any

import httpx2
from starlette.applications import Starlette

from models.partners import Partner, PartnerState
from resolvers.http import partners, pictures
from tests import people
from tests.graph.frontend import Frontend

DAY = timedelta(days=1)
LOGO = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


async def entry(frontend: Frontend, who: Any, name: str, kind: str = "FUNDING", **more: Any) -> Any:
    saved = await frontend.do(who, "SavePartner", name=name, kind=kind, **more)
    return (await frontend.do(who, "PublishPartner", id=saved["partner"]["id"]))["partner"]


async def names(frontend: Frontend, who: Any, **more: Any) -> list[str]:
    return [edge["node"]["name"] for edge in (await frontend.ask(who, "PartnerWall", **more))["edges"]]


async def test_partners_stand_by_kind_and_as_editors_say(frontend: Frontend, now: datetime) -> None:
    """C15.3: patronage, funding, implementation, initiator; never by amount."""
    editor, guest = await people.editor(now=now), await people.participant(now=now)
    for name, kind, position in (
        ("Verein", "INITIATOR", 0), ("Bank B", "FUNDING", 2), ("Amt", "PATRONAGE", 9), ("Bank A", "FUNDING", 1),
        ("Werkstatt", "IMPLEMENTATION", 0),
    ):  # fmt: skip
        await entry(frontend, editor, name, kind, position=position)

    assert await names(frontend, guest) == ["Amt", "Bank A", "Bank B", "Werkstatt", "Verein"]
    assert await frontend.code(guest, "SavePartner", name="Ich", kind="FUNDING") == "NOT_ALLOWED"
    assert (await frontend.ask(guest, "Partners"))["edges"] == []


async def test_the_wall_asks_the_time_and_nobody_has_to_act(frontend: Frontend, now: datetime) -> None:
    """C15.1: only while published and between its dates; staff may look at another moment."""
    editor, guest = await people.editor(now=now), await people.participant(now=now)
    span = {"visibleFrom": (now + DAY).isoformat(), "visibleTo": (now + 3 * DAY).isoformat()}
    shown = await entry(frontend, editor, "Zwei Tage", **span)
    assert await names(frontend, guest) == []
    assert await names(frontend, editor, at=(now + DAY).isoformat()) == ["Zwei Tage"]
    assert await names(frontend, guest, at=(now + DAY).isoformat()) == [], "the future is for staff"

    frontend.at(now + 2 * DAY)
    assert await names(frontend, guest) == ["Zwei Tage"]
    frontend.at(now + 3 * DAY)
    assert await names(frontend, guest) == []

    assert await Partner.expire_due(now=now + 3 * DAY) == 1
    assert (await Partner.get(id=shown["id"])).state is PartnerState.EXPIRED
    twisted = await frontend.code(editor, "SavePartner", name="X", kind="FUNDING", visibleFrom=span["visibleTo"],
                                  visibleTo=span["visibleFrom"])  # fmt: skip
    assert twisted == "TIMES_TWISTED"


async def test_no_logo_without_alternative_text_reaches_the_wall(frontend: Frontend, now: datetime) -> None:
    """C15.2, E40: not when it is published, and not by a change afterwards; the file is served while it stands."""
    editor, guest = await people.editor(now=now), await people.participant(now=now)
    said = {"name": "Mit Logo", "kind": "FUNDING", "logo": LOGO}
    saved = (await frontend.do(editor, "SavePartner", **said))["partner"]
    assert await frontend.code(editor, "PublishPartner", id=saved["id"]) == "ALT_MISSING"

    described = {**said, "id": saved["id"], "logoAltDe": "Ein Anker", "logoAltEn": "An anchor"}
    await frontend.do(editor, "SavePartner", **described)
    shown = (await frontend.do(editor, "PublishPartner", id=saved["id"]))["partner"]

    assert shown["logoAlt"] == {"de": "Ein Anker", "en": "An anchor"}
    assert await frontend.code(editor, "SavePartner", id=saved["id"], name="Ohne", kind="FUNDING") == "ALT_MISSING"
    app = Starlette(routes=[*pictures.routes, *partners.routes])
    app.state.services, app.state.site, app.state.now = frontend.services, frontend.services.site, frontend.services.now
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test") as browser:
        assert (await browser.get(shown["logoUrl"])).status_code == 200
        wall = (await browser.get("/en/partners")).text
        assert 'alt="An anchor"' in wall
        await frontend.do(editor, "HidePartner", id=saved["id"])
        assert (await browser.get(shown["logoUrl"])).status_code == 404
    assert await names(frontend, guest) == []
