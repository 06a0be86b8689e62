"""`python -m tests.bench.reads [--rounds N] [--profile NAME]`: CPU of the process per read, planned against plain.

The whole way of a request (HTTP handling, viewer, limits, execution, JSON) through the ASGI application, without
sockets to the client; PostgreSQL works elsewhere and is not counted. `driver` is asyncpg alone with the same
statements. Compare the columns of one run: all are measured in turns.
"""

import argparse
import asyncio
import cProfile
import logging
import pstats
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
import structlog
import uvloop
from starlette.routing import Route

import models
from models import sql
from models.base import utcnow
from models.language import Language
from models.stories import StoryState
from models.teams import TeamState
from resolvers import endpoint
from resolvers.limits import RateGate
from resolvers.planner import Planner
from resolvers.planner.composing import PARENTS, Statement
from resolvers.planner.statements import Statements
from schema.context import Services
from tests.bench import places

TEAMS, STORIES, SUCCESSES = 200, 2_000, 1_000
FEED = """query Feed($first: Int) { lighthouses(first: $first) { edges { node {
  id slug title tags publishedAt url(language: DE) team { name slug pitch } texts { language headline teaser }
} } } }"""
PAGE = """query Page($slug: String!) { storyBySlug(slug: $slug) {
  slug state title publishedAt team { name slug successes(first: 3) { edges { node { metric value unit asOf } } } }
  texts { language headline teaser bodyHtml } facts { claim sourceUrl asOf }
} }"""
CATALOGUE = """query Catalogue { successes(first: 100) { edges { node {
  id title { de en } metric value unit asOf sourceUrl state changedAt createdAt team { id slug name }
} } } }"""
ONE = "query One($id: UUID!) { team(id: $id) { id slug name state } }"
CONNECTION = """query Teams { teams(first: 20) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node {
  id slug name pitch stage
} } } }"""


class Declining(Planner):
    """Leaves everything to plain execution."""

    async def answer(self, *_: Any, **more: Any) -> None:
        return None


async def community() -> tuple[UUID, str]:
    """Many teams, stories and successes; one team's id and one story's slug."""
    now = utcnow()
    author = await models.Person.join(email="a@example.org", name="Ada", handle="ada", now=now)
    teams = [models.Team(slug=f"t{n}", name=f"Team {n}", pitch="…" * 60, state=TeamState.LISTED) for n in range(TEAMS)]
    await models.Team.bulk_create(teams)
    stories = [
        models.Story(
            team_id=teams[n % TEAMS].id,
            author_id=author.id,
            slug=f"s{n}",
            title=f"Geschichte {n}",
            tags=["Bildung", "offen"],
            state=StoryState.PUBLISHED,
            published_at=now - timedelta(minutes=n),
        )
        for n in range(STORIES)
    ]
    await models.Story.bulk_create(stories)
    texts = [
        models.StoryText(story_id=s.id, language=tongue, headline=s.title, teaser="Kurz. " * 10, body="Lang. " * 100)
        for s in stories
        for tongue in Language
    ]
    await models.StoryText.bulk_create(texts)
    reached = [
        models.Success(
            team_id=teams[n % TEAMS].id,
            title_de=f"Erfolg {n}",
            metric="Geräte",
            value=str(n),
            as_of=(now - timedelta(days=n)).date(),
            source_url="https://example.org/",
            state="published",
        )
        for n in range(SUCCESSES)
    ]
    await models.Success.bulk_create(reached)
    return teams[0].id, stories[0].slug


async def ask(app: Any, body: bytes) -> bytes:
    """One POST, as a server would hand it over."""
    headers = [(b"content-type", b"application/json"), (b"host", b"test"), (b"content-length", str(len(body)).encode())]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/graphql",
        "query_string": b"",
        "headers": headers,
        "client": ("127.0.0.1", 1),
    }
    told: list[bytes] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        told.append(message.get("body", b""))

    await app(scope, receive, send)
    return b"".join(told)


async def spent(app: Any, body: bytes, times: int) -> float:
    """Milliseconds of this process's CPU per request."""
    started = time.process_time()
    for _ in range(times):
        await ask(app, body)
    return (time.process_time() - started) * 1000 / times


@contextmanager
def recorded() -> Iterator[list[tuple[str, list[Any]]]]:
    """The statements that plans run inside."""
    ran: list[tuple[str, list[Any]]] = []
    run = Statements.run

    async def recording(self: Statements, statement: Statement, parents: Any = None) -> Any:
        ran.append((statement.text, [parents if value is PARENTS else value for value in statement.values]))
        return await run(self, statement, parents)

    Statements.run = recording  # type: ignore[method-assign]
    try:
        yield ran
    finally:
        Statements.run = run  # type: ignore[method-assign]


async def driven(statements: list[tuple[str, list[Any]]], times: int) -> float:
    """Milliseconds of CPU for the same statements by the driver alone: what no server can go below."""
    pool: Any = sql.connection()
    started = time.process_time()
    for _ in range(times):
        async with pool.acquire_connection() as connection:
            for text, values in statements:
                await connection.fetch(text, *values)
    return (time.process_time() - started) * 1000 / times


async def run(rounds: int, profile: str | None) -> None:
    async with places.postgres():
        team, slug = await community()
        sent = {
            "feed of 20": (FEED, {"first": 20}),
            "story page": (PAGE, {"slug": slug}),
            "catalogue of 100": (CATALOGUE, {}),
            "object by id": (ONE, {"id": str(team)}),
            "connection page": (CONNECTION, {}),
        }
        bodies = {n: orjson.dumps({"query": query, "variables": given}) for n, (query, given) in sent.items()}
        apps = {}
        for way in ("planned", "plain"):
            services = Services(gate=RateGate())
            (route, *_) = endpoint.routes(services, endpoint.Options(rate="1000000/minute"), asyncio.Event())
            assert isinstance(route, Route)
            app: Any = route.endpoint
            apps[way] = app
        apps["plain"].runner.planner = Declining(apps["plain"].runner.schema)
        if profile is not None:
            await profiled(apps["planned"], next(body for name, body in bodies.items() if profile in name))
            return
        print(f"{'CPU ms per request':<20}{'driver':>10}{'planned':>10}{'plain':>10}{'ratio':>8}")
        for name, body in bodies.items():
            assert await ask(apps["planned"], body) == await ask(apps["plain"], body), name
            with recorded() as statements:
                await ask(apps["planned"], body)
            taken: dict[str, list[float]] = {"driver": [], "planned": [], "plain": []}
            for _ in range(rounds):
                taken["driver"].append(await driven(statements, 40))
                for way, app in apps.items():
                    taken[way].append(await spent(app, body, 40))
            driver, planned, plain = (min(each) for each in taken.values())
            print(f"{name:<20}{driver:>10.3f}{planned:>10.3f}{plain:>10.3f}{planned / plain:>8.3f}", flush=True)


async def profiled(app: Any, body: bytes) -> None:
    await spent(app, body, 50)
    profile = cProfile.Profile()
    profile.enable()
    await spent(app, body, 300)
    profile.disable()
    pstats.Stats(profile).sort_stats("cumulative").print_stats(45)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.reads", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--profile", help="a word of one operation's name, such as feed")
    given = parser.parse_args()
    quiet = structlog.make_filtering_bound_logger(logging.INFO)  # as in production
    structlog.configure(wrapper_class=quiet, cache_logger_on_first_use=True)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:  # as served
        runner.run(run(given.rounds, given.profile))


if __name__ == "__main__":
    main()
