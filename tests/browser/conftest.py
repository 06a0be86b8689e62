"""The whole site on a real server, and Debian's Chromium in front of it.

Nothing is downloaded: without a Chromium on the path these tests are skipped, and say so. Screenshots go to
`LEUCHTTURM_SCREENSHOTS`, or to pytest's temporary folder.
"""

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright

from leuchtturm.asgi import build_app
from leuchtturm.bell import Bell
from leuchtturm.settings import Settings
from leuchtturm.wiring import House
from workers.queue import Ringer, connect

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
WCAG_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}


@dataclass
class Running:
    """A site that runs: its settings and where it is."""

    settings: Settings

    def url(self, path: str) -> str:
        return self.settings.address + path


@pytest.fixture
def port() -> Iterator[socket.socket]:
    """A listening socket on a port that was free."""
    listening = socket.create_server(("127.0.0.1", 0))
    yield listening
    listening.close()


@pytest.fixture
async def site(database: str, port: socket.socket, tmp_path: Path) -> AsyncIterator[Running]:
    """The site with its development pages."""
    number = port.getsockname()[1]
    settings = Settings(_env_file=None, data_dir=tmp_path, port=number, base_url=f"http://127.0.0.1:{number}")
    redis = connect("")
    house = House(settings, settings.site, redis, Ringer(redis), Bell())
    config = uvicorn.Config(build_app(house, dev=True), log_config=None, access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[port]))
    while not server.started:
        await asyncio.sleep(0.01)
    yield Running(settings)
    server.should_exit = True
    await serving
    await house.ringer.close()
    await redis.aclose(close_connection_pool=True)


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on the path: the screens were not opened in a browser")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


@dataclass
class Reader:
    """Somebody who looks at the site; `complaints` collects what the browser had to say against it."""

    page: Page
    site: Running
    screenshots: Path
    complaints: list[str]

    async def opens(self, path: str, status: int = 200) -> Page:
        answer = await self.page.goto(self.site.url(path))
        assert answer and answer.status == status
        return self.page

    async def sees(self, text: str) -> None:
        """The text is there, and visible."""
        await self.page.get_by_text(text, exact=False).first.wait_for(state="visible", timeout=5_000)

    async def finds_it_accessible(self) -> None:
        """WCAG 2.2 AA as far as a machine can tell (axe), and nothing sticks out at the side."""
        results = await Axe().run(self.page, options={"runOnly": WCAG_AA})
        assert results.violations_count == 0, results.generate_report()
        assert await self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    async def photographs(self, name: str) -> None:
        await self.page.screenshot(path=self.screenshots / f"{name}.png", full_page=True)


def _stranger(url: str, site: Running) -> list[str]:
    """Somebody else's server has answered: what the policy refuses never gets so far."""
    return [] if url.startswith((site.url(""), "data:")) else [f"asked a stranger: {url}"]


@asynccontextmanager
async def reading(
    chromium: Browser,
    site: Running,
    screenshots: Path,
    *,
    scheme: str = "light",
    narrow: bool = False,
    scripts: bool = True,
) -> AsyncIterator[Reader]:
    """A fresh browser profile."""
    context = await chromium.new_context(
        viewport=PHONE if narrow else DESK,  # type: ignore[arg-type]
        color_scheme=scheme,  # type: ignore[arg-type]
        java_script_enabled=scripts,
        locale="de-DE",
        reduced_motion="reduce",
    )
    page = await context.new_page()
    reader = Reader(page, site, screenshots, [])
    page.on("console", lambda said: reader.complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("response", lambda answer: reader.complaints.extend(_stranger(answer.url, site)))
    yield reader
    await context.close()


@pytest.fixture
def screenshots(tmp_path: Path) -> Path:
    folder = Path(os.environ.get("LEUCHTTURM_SCREENSHOTS") or tmp_path / "screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
async def reader(chromium: Browser, site: Running, screenshots: Path) -> AsyncIterator[Reader]:
    """A reader at a desk."""
    async with reading(chromium, site, screenshots) as somebody:
        yield somebody


@pytest.fixture
async def phone(chromium: Browser, site: Running, screenshots: Path) -> AsyncIterator[Reader]:
    """A reader with a small phone, at night."""
    async with reading(chromium, site, screenshots, scheme="dark", narrow=True) as somebody:
        yield somebody


@pytest.fixture
async def plain(chromium: Browser, site: Running, screenshots: Path) -> AsyncIterator[Reader]:
    """A reader whose browser runs no scripts."""
    async with reading(chromium, site, screenshots, scripts=False) as somebody:
        yield somebody
