"""Requests to addresses that others have given us, such that they never reach anything of ours (SSRF).

A name is resolved once per connection. All of its addresses must be public, the connection goes to one of the checked
addresses, and its other end is looked at again once it stands; TLS and the Host header keep the name. So a name that
resolves otherwise the second time, or a redirect, leads nowhere: redirects are not followed, proxies of the environment
are not used, and answers end by size and by time.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpcore2

from models.webhooks.targets import Policy, Target, target
from workers.webhooks.pinned import Pinned, Resolve
from workers.webhooks.reply import NoAnswer, Reply, host_of, in_words

DEADLINE = 15.0  # seconds for everything from the name to the last byte; the specification advises 15 to 30
CONNECTING = 5.0
MOST_BYTES = 65_536  # of an answer; whatever comes after that is not waited for
CONNECTIONS = 20  # to one address at a time; more wait
DOORS = 200  # addresses whose connections are kept open
KEPT_OPEN = 20.0  # seconds: most servers close after 60 or more
RESOLVERS = 32  # threads of our own, so that a slow name server delays nobody else's work


@dataclass
class Door:
    """The connections to one address, and how many requests use them."""

    pool: httpcore2.AsyncConnectionPool
    users: int = 0


class SafeClient:
    """Posts to checked addresses. Each has a pool of its own: one pool for all looks at each of its connections for
    every request, which at twenty endpoints was more than half of the work.
    """

    def __init__(self, policy: Policy, network: Pinned, deadline: float, trust: ssl.SSLContext | None) -> None:
        self._policy, self._network, self._deadline, self._trust = policy, network, deadline, trust
        self._doors: dict[Target, Door] = {}
        """By address, the one that was used last at the end."""

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Send, and return the answer whatever it says. Raises `UnsafeTarget` and `NoAnswer`."""
        to = target(url, self._policy)
        try:
            async with asyncio.timeout(self._deadline):
                return await self._posted(to, body, headers)
        except TimeoutError as late:
            raise NoAnswer(f"There was no answer within {self._deadline:.0f} seconds.") from late
        except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as closed:
            raise NoAnswer(in_words(closed)) from closed
        except httpcore2.TimeoutException as late:
            raise NoAnswer(f"There was no answer within {self._deadline:.0f} seconds.") from late
        except (httpcore2.NetworkError, httpcore2.ProtocolError, OSError) as cut:
            raise NoAnswer("The connection ended before there was an answer.") from cut

    async def _posted(self, to: Target, body: bytes, headers: Mapping[str, str]) -> Reply:
        said = {"host": host_of(to), "content-length": str(len(body)), "accept-encoding": "identity", **headers}
        url = httpcore2.URL(
            scheme=to.scheme.encode(), host=to.host.encode(), port=to.port, target=to.path.encode()
        )  # fmt: skip
        extensions: Any = {"timeout": {"connect": CONNECTING, "pool": self._deadline}}
        lines = [(name.encode(), value.encode()) for name, value in said.items()]
        async with (
            self._through(to) as pool,
            pool.stream("POST", url, headers=lines, content=body, extensions=extensions) as answer,
        ):
            got = b""
            async for chunk in answer.aiter_stream():
                got += chunk
                if len(got) >= MOST_BYTES:
                    break
            found = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers}
            return Reply(answer.status, found, got[:MOST_BYTES])

    @asynccontextmanager
    async def _through(self, to: Target) -> AsyncIterator[httpcore2.AsyncConnectionPool]:
        door = self._doors.pop(to, None) or Door(self._pool())
        self._doors[to] = door
        door.users += 1
        try:
            yield door.pool
        finally:
            door.users -= 1
            await self._close_spare()

    def _pool(self) -> httpcore2.AsyncConnectionPool:
        return httpcore2.AsyncConnectionPool(
            ssl_context=self._trust, max_connections=CONNECTIONS, keepalive_expiry=KEPT_OPEN, retries=0,
            network_backend=self._network,
        )  # fmt: skip

    async def _close_spare(self) -> None:
        """Let go of the address that nobody has asked for the longest."""
        if len(self._doors) <= DOORS:
            return
        spare = [to for to, door in self._doors.items() if not door.users]
        if spare:
            await self._doors.pop(spare[0]).pool.aclose()

    async def close(self) -> None:
        for door in self._doors.values():
            await door.pool.aclose()


@asynccontextmanager
async def opened(
    policy: Policy,
    *,
    deadline: float = DEADLINE,
    resolve: Resolve | None = None,
    network: httpcore2.AsyncNetworkBackend | None = None,
    trust: ssl.SSLContext | None = None,
) -> AsyncIterator[SafeClient]:
    """A client, closed at the end. The last three are for tests that play a hostile name server or network."""
    threads = ThreadPoolExecutor(RESOLVERS, thread_name_prefix="resolve")

    async def resolved(host: str, port: int) -> list[str]:
        def ask() -> list[str]:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            return list(dict.fromkeys(str(each[4][0]) for each in found))

        return await asyncio.get_running_loop().run_in_executor(threads, ask)

    pinned = Pinned(policy, resolve or resolved, network or httpcore2.AnyIOBackend())
    client = SafeClient(policy, pinned, deadline, trust)
    try:
        yield client
    finally:
        await client.close()
        threads.shutdown(wait=False, cancel_futures=True)
