"""An API that keeps answers, in this process, and how often it executed something."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx2
from prometheus_client import REGISTRY
from starlette.applications import Starlette
from starlette.routing import Route
from strawberry import Schema

from models.site import Site
from resolvers.cache.opening import Cache
from resolvers.endpoint import Endpoint, Options
from resolvers.events import News
from resolvers.events.sharing import Sharing
from resolvers.graph import build_schema
from resolvers.limits import RateGate
from resolvers.seats import Capacity, Seats
from resolvers.sse import Streams
from schema.context import Services
from tests.graph.api import Api

ROOM = 2_000_000
TEAMS = "query Teams($first: Int) { teams(first: $first) { totalCount edges { node { name slug } } } }"
HERE = Site(base_url="http://test")
SOON = 1.0  # seconds within which every process has to tell what was written


@dataclass
class Asking(Api):
    """`ask` and `answer` as ever; `ring` is the bell of events."""

    cache: Cache
    news: list[bool]

    def ring(self) -> None:
        self.news.append(True)

    async def names(self, **headers: str) -> list[str]:
        """The teams, as whoever sends these headers sees them."""
        data = (await self.post(TEAMS, {"first": 50}, **headers)).json()["data"]
        return [edge["node"]["name"] for edge in data["teams"]["edges"]]

    async def until(self, names: list[str]) -> None:
        """Ask until these are the teams; fails after a second."""
        async with asyncio.timeout(SOON):
            while await self.names() != names:
                await asyncio.sleep(0.01)  # a calm machine would ask so often that it is told to be patient

    @property
    def kept(self) -> int:
        """Bytes of answers, by question and by bytes."""
        return self.cache.strangers.keeping.used + self.cache.quick._shelf.used


@cache
def _schema() -> Schema:
    """Made once: it takes longer than all that is asked of it."""
    return build_schema()


def executed() -> float:
    """How many reads this process has executed by plans."""
    return REGISTRY.get_sample_value("leuchtturm_graphql_reads_total", {"how": "planned", "why": ""}) or 0.0


def found(how: str) -> float:
    return REGISTRY.get_sample_value("leuchtturm_graphql_kept_total", {"how": how}) or 0.0


@asynccontextmanager
async def asking(site: Site = HERE, **options: Any) -> AsyncIterator[Asking]:
    news: list[bool] = []
    services = Services(site=site, gate=RateGate(), rung=lambda: len(news))
    seats, given = Seats(Capacity()), Options(**{"kept_bytes": ROOM, **options})
    streams = Streams(_schema(), seats, asyncio.Event(), Sharing(_schema(), News(services)))
    at = Endpoint(_schema(), services, given, streams)
    assert at.cache is not None
    app = Starlette(routes=[Route("/graphql", at)])
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test") as client:
        yield Asking(client, app, [], at.cache, news)
