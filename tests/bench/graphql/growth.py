"""What grows with what: answers at once, items in a list, rows in the table."""

import base64
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import httpx2

import models
from models import sql
from schema.paging import Order
from tests.bench.graphql import community
from tests.bench.graphql.community import STORY, uid
from tests.bench.graphql.load import fire, request
from tests.bench.graphql.measuring import requests, spent
from tests.bench.graphql.operations import Operation
from tests.bench.graphql.servers import FLOOR, MERCURIUS, OURS, POSTGRAPHILE, Server
from tests.bench.graphql.tables import heading, line

AT_ONCE = (1, 4, 16, 64, 256)
LENGTHS = (10, 30, 100, 1_000)
DEPTHS = (1, 2, 3, 4, 5)
SIZES = (1_000, 10_000, 100_000, 1_000_000)
PAGE = 100  # the longest page that we give; a longer list is asked for as so many pages in one document
SIMPLE = "metric value unit asOf"


async def at_once(servers: Sequence[Server], feed: Operation, seconds: float) -> None:
    """The feed over more and more connections: p50 / p99 and answers a second."""
    print("\nFeed, milliseconds until the answer, p50 / p99 (answers a second), by connections\n")
    heading("connections", *(server.name for server in servers))
    for lines in AT_ONCE:
        cells = []
        for server in servers:
            ms, _ = await spent(server, feed, 100)
            taken = await fire(
                server.port, requests(server, feed, 1), max(10 * lines, int(seconds * 1000 / max(ms, 0.05))), lines
            )
            cells.append(f"{taken.p(50):.1f} / {taken.p(99):.1f} ({taken.rate:,.0f})")
        line(lines, *cells)


def catalogue(server: Server, length: int) -> bytes:
    """A list of so many items, as pages under different names where it is longer than one."""
    pages, size = max(1, length // PAGE), min(length, PAGE)
    field = f"successes(first: {size}) {{ edges {{ node {{ id title {{ de en }} {SIMPLE} team {{ slug name }} }} }} }}"
    if server.name == POSTGRAPHILE:
        given = f'first: {size}, orderBy: [AS_OF_DESC, ROW_ID_DESC], condition: {{ state: "published" }}'
        nodes = f"id: rowId titleDe titleEn {SIMPLE} team: teamByTeamId {{ slug name }}"
        field = f"allSuccesses({given}) {{ edges {{ node {{ {nodes} }} }} }}"
    document = " ".join(f"p{page}: {field}" for page in range(pages))
    return request(f"query Catalogue {{ {document} }}", {})


async def longer(servers: Sequence[Server], seconds: float) -> None:
    """Processor time by the length of a list; the floor knows its six operations alone and is not asked."""
    print("\nMilliseconds of processor time by the length of the list\n")
    asked = [server for server in servers if server.name != FLOOR]
    heading("items", *(server.name for server in asked))
    for length in LENGTHS:
        cells = []
        for server in asked:
            sent = [catalogue(server, length)]
            await fire(server.port, sent, 60)
            times = max(30, int(seconds * 1000 / (length / 40)))
            before = server.cpu()
            taken = await fire(server.port, sent, times)
            cells.append(f"{(server.cpu() - before) * 1000 / len(taken.each):.2f}")
        line(f"{length:,}", *cells)


LEVELS = (
    "id slug name pitch",
    "successes(first: 3) {{ edges {{ node {{ id metric value unit {below} }} }} }}",
    "team {{ id slug name stage {below} }}",
    "successes(first: 2) {{ edges {{ node {{ id metric value {below} }} }} }}",
    "team {{ id slug name }}",
)
"""A page of teams, and what is asked for below: a page of each, a row behind that, and so on."""


def nested(depth: int) -> bytes:
    """Ten teams with so many levels."""
    below = ""
    for level in reversed(LEVELS[1:depth]):
        below = level.format(below=below)
    return request(f"query Nested {{ teams(first: 10) {{ edges {{ node {{ {LEVELS[0]} {below} }} }} }} }}", {})


async def deeper(servers: Sequence[Server], seconds: float) -> None:
    """Processor time by the depth of nesting; PostGraphile names its levels otherwise and is not asked."""
    print("\nMilliseconds of processor time by the depth of nesting\n")
    asked = [server for server in servers if server.name in (OURS, MERCURIUS)]
    heading("levels", *(server.name for server in asked))
    for depth in DEPTHS:
        sent, cells = [nested(depth)], []
        for server in asked:
            await fire(server.port, sent, 200)
            before = server.cpu()
            taken = await fire(server.port, sent, max(100, int(seconds * 1000 / depth)))
            cells.append(f"{(server.cpu() - before) * 1000 / len(taken.each):.2f}")
        line(depth, *cells)


def cursor(server: Server, story: models.Story) -> str:
    """The place behind a story in the words of the server; "" for one whose cursors we cannot write."""
    moment, id = story.published_at, story.id
    match server.name:
        case "Leuchtturm":
            return Order.of(models.Story, ("-published_at", "-id")).cursor(story)
        case "Mercurius JIT":
            text = json.dumps([moment.isoformat(), str(id)])
            return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()
        case _:
            return json.dumps([str(moment), str(id)])


async def statements(server: Server) -> float:
    """How many our server has counted."""
    async with httpx2.AsyncClient() as client:
        text = (await client.get(f"http://127.0.0.1:{server.port}/metrics")).text
    found = [row for row in text.splitlines() if row.startswith("leuchtturm_graphql_statements_total")]
    return sum(float(row.rpartition(" ")[2]) for row in found)


async def more_rows(servers: Sequence[Server], feed: Operation, most: int, scale: float) -> None:
    """The first page, and the page in the middle, while the table grows."""
    asked = [server for server in servers if server.name in (OURS, MERCURIUS, FLOOR)]
    teams, people = (max(40, int(n * scale)) for n in (1_500, 28_000))
    print("\nFeed by the number of stories: milliseconds of processor time, p50, SQL statements of ours\n")
    heading("stories", "page", *(f"{s.name}, processor / p50" for s in asked), "statements")
    begin = min(SIZES[0], int(5_000 * scale))
    await community.fewer_stories(begin)
    for size in (n for n in SIZES if n <= most):
        if size > begin:
            await community.more_stories(begin, size, teams, people)
            begin = size
        await sql.changed("VACUUM (ANALYZE) story")
        middle = await models.Story.get(id=uid(STORY, size // 2))
        for name in ("first", "middle"):
            cells, ran = [], 0.0
            for server in asked:
                given: dict[str, Any] = {"first": 20}
                if name == "middle":
                    given["after"] = cursor(server, middle)
                one = replace(feed, variables=lambda n, given=given: given)
                await spent(server, one, 100)
                before = await statements(server) if server.name == OURS else 0.0
                ms, times = await spent(server, one, 400)
                ran = (await statements(server) - before) / len(times.each) if server.name == OURS else ran
                cells.append(f"{ms:.2f} / {times.p(50):.2f}")
            line(f"{size:,}", name, *cells, f"{ran:.2f}")
