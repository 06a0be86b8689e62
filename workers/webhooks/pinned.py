"""Connections to checked addresses only: what a name means is asked once, and the other end is looked at again."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import httpcore2

from models.webhooks.networks import is_public
from models.webhooks.targets import Policy
from models.webhooks.unsafe import TargetPrivate, TargetUnknown

RESOLVING = 5.0  # seconds
ADDRESSES = 3  # of one name that are tried

Resolve = Callable[[str, int], Awaitable[list[str]]]


class Pinned(httpcore2.AsyncNetworkBackend):
    """Opens connections to checked addresses only."""

    def __init__(self, policy: Policy, resolve: Resolve, inner: httpcore2.AsyncNetworkBackend) -> None:
        self._policy, self._resolve, self._inner = policy, resolve, inner

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        trusted = f"{host}:{port}" in self._policy.trusted
        failed: Exception = httpcore2.ConnectError()
        for address in (await self._addresses(host, port, trusted))[:ADDRESSES]:
            try:
                stream = await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as closed:
                failed = closed
                continue
            return stream if trusted else await self._confirmed(stream)
        raise failed

    async def _addresses(self, host: str, port: int, trusted: bool) -> list[str]:
        """The addresses of a name. One that is not public refuses all: such a name is not to be trusted."""
        try:
            async with asyncio.timeout(RESOLVING):
                addresses = await self._resolve(host, port)
        except socket.gaierror:
            raise TargetUnknown("url") from None
        if not addresses:
            raise TargetUnknown("url")
        if not trusted and not all(map(is_public, addresses)):
            raise TargetPrivate("url")
        return addresses

    async def _confirmed(self, stream: httpcore2.AsyncNetworkStream) -> httpcore2.AsyncNetworkStream:
        """The connection, if its other end is where we wanted to go."""
        peer = stream.get_extra_info("server_addr")
        if not peer or not is_public(str(peer[0])):
            await stream.aclose()
            raise TargetPrivate("url")
        return stream

    async def connect_unix_socket(self, *args: Any, **options: Any) -> httpcore2.AsyncNetworkStream:
        raise TargetPrivate("url")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
