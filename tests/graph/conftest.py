"""The API without a server between: `api`."""

from collections.abc import AsyncIterator
from datetime import datetime

import httpx2
import pytest

from models.site import Site
from resolvers.limits import RateGate
from schema.context import Services
from tests.graph import frontend as frontends
from tests.graph.api import Api, app_of


@pytest.fixture
async def api(database: str) -> AsyncIterator[Api]:
    rings: list[bool] = []

    async def ring() -> None:
        rings.append(True)

    app = app_of(Services(site=Site(base_url="http://test"), ring=ring, gate=RateGate()))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test") as client:
        yield Api(client, app, rings)


@pytest.fixture
async def frontend(database: str, now: datetime) -> AsyncIterator[frontends.Frontend]:
    """A single-page application; its clock stands at `now`."""
    async with frontends.opened(now) as frontend:
        yield frontend
