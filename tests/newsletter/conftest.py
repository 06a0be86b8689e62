"""A community with something to tell, readers who want to hear it, and a browser without cookies or scripts."""

from collections.abc import AsyncIterator
from datetime import datetime

import httpx2
import pytest
from starlette.applications import Starlette

from resolvers.http import archive, assets, letters, problems
from resolvers.limits import RateGate
from tests.newsletter.readers import SITE


@pytest.fixture
async def browser(database: str, now: datetime) -> AsyncIterator[httpx2.AsyncClient]:
    """In front of the newsletter's pages; `browser.rings` counts how often the workers were rung."""
    app = Starlette(routes=[*assets.routes, *letters.routes, *archive.routes], exception_handlers=problems.handlers)
    app.state.site, app.state.gate = SITE, RateGate()
    app.state.now = lambda: app.state.at
    app.state.at = now

    async def ring() -> None:
        """Nobody is there."""

    app.state.ring = ring
    transport = httpx2.ASGITransport(app, raise_app_exceptions=True)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test", headers={"accept": "text/html"}) as it:
        it.app = app  # type: ignore[attr-defined]
        yield it
