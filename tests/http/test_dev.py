"""The development pages: what was caught, as its receiver would see it."""

from collections.abc import AsyncIterator
from datetime import datetime
from email.message import EmailMessage
from uuid import uuid4

import httpx2
import pytest
from starlette.applications import Starlette

from leuchtturm import dev
from models.mailbox import CaughtMail
from models.publishing import RecordedPost
from models.site import Site
from models.stories import Asset
from resolvers.http import problems
from tests import telling


@pytest.fixture
async def developer(database: str, now: datetime) -> AsyncIterator[httpx2.AsyncClient]:
    app = Starlette(routes=dev.routes, exception_handlers=problems.handlers)
    app.state.site, app.state.now = Site(base_url="http://test"), lambda: now
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(
        transport=transport, base_url="http://test", headers={"accept": "text/html"}
    ) as client:
        yield client


async def caught(now: datetime, to: str = "reader@example.org") -> CaughtMail:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "Grüße <script>", "redaktion@example.org", to
    message["List-Unsubscribe"] = "<http://test/newsletter/unsubscribe/t>, <mailto:off@example.org>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content("Bestätigen: http://test/newsletter/confirm/t")
    message.add_alternative("<html><head></head><body><script>alert(1)</script>Hallo</body></html>", subtype="html")
    return await CaughtMail.keep(sender="bounce@example.org", recipient=to, content=message.as_bytes(), now=now)


async def test_the_start_page_leads_to_everything(developer: httpx2.AsyncClient) -> None:
    page = (await developer.get("/?language=en")).text

    for path in ("/graphql", "/dev/mailbox", "/dev/posts", "/en/stories", "/newsletter", "/sign-in", "/live", "/ready"):
        assert f'href="{path}' in page
    assert "edda@example.org" in page
    assert 'href="/dev/docs/README.md"' in page


async def test_a_mail_is_shown_as_its_receiver_would_see_it(developer: httpx2.AsyncClient, now: datetime) -> None:
    mail = await caught(now)
    await caught(now, "other@example.org")

    listing = (await developer.get("/dev/mailbox?to=reader@example.org")).text
    page = (await developer.get(f"/dev/mailbox/{mail.id}")).text

    assert "Grüße &lt;script&gt;" in listing
    assert "other@example.org" not in listing
    assert '<a href="http://test/newsletter/confirm/t" rel="noopener">' in page
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    assert 'action="/newsletter/unsubscribe/t"' in page
    assert "List-Unsubscribe-Post" in page


async def test_the_html_of_a_mail_may_do_nothing(developer: httpx2.AsyncClient, now: datetime) -> None:
    mail = await caught(now)

    answer = await developer.get(f"/dev/mailbox/{mail.id}/html")

    assert "Hallo" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "sandbox allow-popups" in answer.headers["content-security-policy"]
    assert "allow-scripts" not in answer.headers["content-security-policy"]


async def test_a_post_is_shown_with_its_picture_and_alt_text(developer: httpx2.AsyncClient, now: datetime) -> None:
    await telling.approved(now, images=[telling.picture()])
    asset = (await Asset.all())[0].sha256
    await RecordedPost.create(
        client_key=uuid4(), account="record", text="Neu: https://example.org/s/a <b>", language="de",
        pictures=[{"sha256": asset, "alt": "Eine Tafel"}],
    )  # fmt: skip

    page = (await developer.get("/dev/posts")).text
    picture = await developer.get(f"/dev/pictures/{asset}")

    assert '<a href="https://example.org/s/a" rel="noopener">' in page
    assert "&lt;b&gt;" in page
    assert 'alt="Eine Tafel"' in page
    assert picture.headers["content-type"] == "image/png"


@pytest.mark.parametrize(
    "path",
    [
        "/dev/mailbox/1",
        "/dev/mailbox/00000000-0000-7000-8000-000000000001",
        "/dev/mailbox/00000000-0000-7000-8000-000000000002/html",
        "/dev/pictures/..",
        "/dev/pictures/" + "0" * 64,
        "/dev/docs/pyproject.toml",
        "/dev/docs/docs/../pyproject.toml",
        "/dev/docs/%2e%2e/etc/passwd",
        "/dev/docs//etc/passwd",
    ],
)
async def test_what_is_not_there_is_not_there(developer: httpx2.AsyncClient, path: str) -> None:
    assert (await developer.get(path)).status_code == 404


@pytest.mark.parametrize("receiver", ["x" * 10_000, "%00", "%27%3B--"])
async def test_an_odd_receiver_has_no_mail(developer: httpx2.AsyncClient, receiver: str) -> None:
    assert (await developer.get(f"/dev/mailbox?to={receiver}")).status_code == 200


async def test_the_readme_is_a_page(developer: httpx2.AsyncClient) -> None:
    answer = await developer.get("/dev/docs/README.md")

    assert answer.status_code == 200
    assert "<h2>" in answer.text
