"""The development pages in a real browser."""

from email.message import EmailMessage

import pytest

from leuchtturm.seeds import seed
from models.base import utcnow
from models.mailbox import CaughtMail
from models.publishing import PostPart, PostState, RecordedPost
from tests.browser.conftest import Reader

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]  # a browser on a busy machine takes its time

LETTER = """<!doctype html><html><head></head><body style="background:#fff"><h1 style="color:#0a0">Hallo Ada</h1>
<script>document.body.innerHTML = "hacked"</script>
<img src="https://tracker.example.org/pixel.gif" alt=""><a href="/de/stories">Weiter</a></body></html>"""


@pytest.fixture
async def community(database: str) -> None:
    """The demo community, its posts recorded and one mail caught."""
    await seed(utcnow())
    for part in await PostPart.filter(post__state=PostState.QUEUED).prefetch_related("post"):
        await RecordedPost.create(
            client_key=part.client_key, account="record", text=part.text, language=part.post.language,
            pictures=part.pictures,
        )  # fmt: skip
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "Hallo", "redaktion@example.org", "ada@example.org"
    message.set_content("Weiter: http://127.0.0.1/de/stories")
    message.add_alternative(LETTER, subtype="html")
    await CaughtMail.keep(sender="b@example.org", recipient="ada@example.org", content=message.as_bytes(), now=utcnow())


@pytest.mark.timeout(120)
async def test_development_pages_are_accessible(reader: Reader, phone: Reader, community: None) -> None:
    for path in ("/?language=en", "/dev/mailbox", "/dev/posts", "/dev/docs/README.md"):
        for somebody, where in ((reader, "desk"), (phone, "phone")):
            await somebody.opens(path)
            await somebody.finds_it_accessible()
            await somebody.photographs(f"workshop-{path.strip('/').partition('?')[0].replace('/', '-')}-{where}")
            assert somebody.complaints == [], path


async def test_a_caught_mail_is_shown_without_rights(reader: Reader, community: None) -> None:
    page = await reader.opens("/dev/mailbox")
    await page.get_by_role("link", name="Hallo").first.click()

    letter = page.frame_locator("iframe.letter")

    await letter.get_by_role("heading", name="Hallo Ada").wait_for()
    assert not [said for said in reader.complaints if "tracker" in said and said.startswith("asked")]
    await reader.photographs("workshop-mail")


async def test_posts_look_as_followers_would_see_them(reader: Reader, community: None) -> None:
    page = await reader.opens("/dev/posts")

    await page.get_by_role("article", name="Mastodon, Leuchtturm").first.wait_for()
    await page.get_by_role("article", name="X, Leuchtturm").first.wait_for()
    await page.get_by_alt_text("Ein kleiner Laden").first.wait_for()
