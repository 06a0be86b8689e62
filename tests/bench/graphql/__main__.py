"""`make bench-graphql`: processor time per request beside Mercurius with JIT, PostGraphile and hand-written SQL."""

import argparse
import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from models import sql
from tests.bench import places
from tests.bench.graphql import community, equality, growth, measuring, tables
from tests.bench.graphql.load import answer
from tests.bench.graphql.operations import OPERATIONS, Operation
from tests.bench.graphql.peers import installed
from tests.bench.graphql.servers import FLOOR, KEPT, MERCURIUS, OURS, POSTGRAPHILE, Server, running
from tests.bench.places import Place

HERE = Path(__file__).parent
NAMES = {"ours": OURS, "mercurius": MERCURIUS, "postgraphile": POSTGRAPHILE, "floor": FLOOR, "kept": KEPT}


@asynccontextmanager
async def settled(scale: float) -> AsyncIterator[Place]:
    """A database with the community in it, and what PostGraphile needs beside it."""
    async with places.postgres() as place:
        await community.settle(scale)
        await sql.connection().execute_script((HERE / "tables.sql").read_text())
        yield place


async def compared(servers: list[Server], operations: list[Operation]) -> None:
    """Every server answers the same, or the bench ends here."""
    for operation in operations:
        told: list[tuple[str, Any]] = []
        for server in [one for one in servers if one.takes(operation)]:
            said = await answer(server.port, server.request(operation, 0))
            assert not said.get("errors"), f"{server.name}, {operation.name}: {said['errors']}"
            told.append((server.name, equality.plain(said["data"])))
        for name, data in told[1:]:
            if what := equality.difference(told[0][1], data):
                raise AssertionError(f"{operation.name}: {told[0][0]} and {name} differ at {what}")
        print(f"  {operation.name:<22} {equality.values(told[0][1]):>6} values, the same from {len(told)}", flush=True)


async def run(given: argparse.Namespace) -> None:
    wanted = [NAMES[name] for name in given.servers.split(",")]
    operations = [
        one for one in OPERATIONS if not given.only or any(word in one.name for word in given.only.split(","))
    ]
    packages = installed() if {MERCURIUS, POSTGRAPHILE} & set(wanted) else None
    if packages is None:
        wanted = [name for name in wanted if name in (OURS, FLOOR, KEPT)]
    async with settled(given.scale) as place, AsyncExitStack() as stack:
        servers = [await stack.enter_async_context(running(name, place, packages)) for name in wanted]
        print("The answers", flush=True)
        await compared(servers, operations)
        if given.part != "growth":
            found = await measuring.interleaved(servers, operations, rounds=given.rounds, seconds=given.seconds)
            tables.printed(found, servers, operations)
        if given.part != "table":
            servers = [server for server in servers if server.name != KEPT]
            await growth.at_once(servers, OPERATIONS[0], given.seconds)
            await growth.longer(servers, given.seconds)
            await growth.deeper(servers, given.seconds)
            await growth.more_rows(servers, OPERATIONS[0], given.rows, given.scale)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench-graphql", description=__doc__)
    parser.add_argument("--servers", default=",".join(NAMES), help="some of: " + ", ".join(NAMES))
    parser.add_argument("--only", help="words of operations' names, separated by commas, such as feed,page")
    parser.add_argument("--scale", type=float, default=1.0, help="0.1: a tenth of the rows")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.6, help="processor time per measurement, about")
    parser.add_argument("--quick", action="store_true", help="three short rounds")
    parser.add_argument(
        "--part", choices=["table", "growth", "all"], default="table", help="growth: connections, rows …"
    )
    parser.add_argument("--rows", type=int, default=1_000_000, help="stories at most, while growing")
    given = parser.parse_args()
    if given.quick:
        given.rounds, given.seconds = 3, 0.25
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run(given))
    return 0


if __name__ == "__main__":
    sys.exit(main())
