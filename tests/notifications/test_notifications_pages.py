"""The pages behind the links of a mail: GET shows, POST acts, and a mail provider's one click is enough."""

import re

import httpx2
import pytest
from starlette.applications import Starlette

import models
from models.mailbox import CaughtMail
from models.notifications import Way, tell
from resolvers.http import assets, notifications, problems
from tests.newsletters import SITE
from tests.notifications.conftest import MORNING, story
from tests.notifications.test_notifications_mail import ABOUT, ANSWER, NEWS, at, member
from workers.notifications.loop import move

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
async def browser(database):
    app = Starlette(routes=[*assets.routes, *notifications.routes], exception_handlers=problems.handlers)
    app.state.site, app.state.now = SITE, lambda: MORNING
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test") as client:
        yield client


def path(mail, what):
    return re.search(rf"{SITE.base_url}(/notifications/{what}/\S+)", mail.text).group(1)


async def wishes():
    return await models.Preference.all().order_by("id").values("person_id", "ways", "digest_at", "urgent")


async def test_the_mails_links_show_change_and_leave_without_signing_in(post, browser):
    zoe = await member()
    subject = await story()
    await tell(zoe, NEWS, subject=subject, now=post.now, about=ABOUT)
    await tell(zoe, ANSWER, subject=subject, now=post.now, about=ABOUT)
    await post.step()
    news, answer = await post.mails()
    leave, prefer = path(news, "unsubscribe"), path(news, "preferences")
    head = news.source.partition("\r\n\r\n")[0] + "\r\n"
    assert f"<{SITE.base_url}{leave}>" in re.search(r"(?m)^List-Unsubscribe: (.*)\r$", head).group(1)
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in head
    assert "/notifications/unsubscribe/" not in answer.text  # somebody waits for this one

    for shown in (leave, prefer, f"{prefer}?language=en"):
        page = await browser.get(shown)
        assert page.status_code == 200 and page.headers["cache-control"] == "no-store"
        assert "zoe" not in page.text and "<script" not in page.text
    assert await wishes() == []  # E7: a scanner that opens every link changes nothing
    assert "Your notifications" in page.text

    for _ in range(2):
        assert (await browser.post(leave, data=ONE_CLICK)).status_code == 200
    assert [row["ways"] for row in await wishes()] == [{NEWS: "none"}]
    saved = await browser.post(prefer, data={NEWS: "digest", ANSWER: "none", "digest_at": "19:30", "urgent": "yes"})
    assert "Gespeichert" in saved.text
    assert await wishes() == [
        {"person_id": zoe, "ways": {NEWS: "digest", ANSWER: "none"}, "digest_at": "19:30", "urgent": True}
    ]
    for wrong in ({"digest_at": "23:00"}, {"digest_at": "acht"}):
        refused = await browser.post(prefer, data=wrong)
        assert refused.status_code == 422 and "zwischen 8:00 und 20:59" in refused.text
    assert (await browser.post(prefer)).status_code == 200
    assert (await wishes())[0]["urgent"]

    # Leaving a digest ends everything that can be left by a click.
    await tell(zoe, NEWS, subject=subject, now=at(15, 10), about=ABOUT)
    for moment in (at(15, 10), at(15, 19, 30)):
        await post.step(moment)
    *_, digest = await post.mails()
    await browser.post(path(digest, "unsubscribe"), data={"leave": "yes"})
    ways = (await wishes())[0]["ways"]
    assert {name for name, way in ways.items() if way == Way.NONE.value} == {
        kind.name for kind in models.notifications.KINDS.values() if not kind.transactional
    } | {ANSWER}

    for broken in (f"{prefer[:-3]}xyz", "/notifications/preferences/" + "ä" * 5, "/notifications/unsubscribe/x"):
        assert (
            (await browser.get(broken)).status_code == (await browser.post(broken, data=ONE_CLICK)).status_code == 404
        )
    await models.members.Person.filter(id=zoe).update(state="erased")
    assert (await browser.get(prefer)).status_code == 404


async def test_no_token_is_in_a_row(post):
    """E12: what opens the preferences is made when the mail is, and kept as a hash."""
    zoe = await member()
    await tell(zoe, NEWS, subject=await story(), now=post.now, about=ABOUT)
    await move(post.tools)
    (mail,) = await models.NotificationMail.all()
    await post.step()
    assert mail.token in (await CaughtMail.get()).text
    assert mail.token not in str(await models.NotificationMail.all().values())
    assert mail.token not in str(await models.AuditEvent.all().values())
