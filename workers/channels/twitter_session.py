"""The HTTP session under tweepy: our deadlines, our connector, and a way to lead its fixed host elsewhere."""

import logging
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

for talkative in ("tweepy", "oauthlib"):  # their DEBUG lines contain the Authorization header and what it is made of
    logging.getLogger(talkative).setLevel(logging.INFO)


class Toward(AbstractResolver):
    """Resolve every name to one address: how tests, and proxies, lead tweepy's fixed host elsewhere."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = ResolveResult(hostname=host, host=self._host, port=self._port, family=family, proto=0, flags=0)
        return [found]

    async def close(self) -> None:
        """Nothing to close."""


@asynccontextmanager
async def session(connect_to: str, ca_file: str, patience: timedelta) -> AsyncIterator[aiohttp.ClientSession]:
    """Our own session: tweepy's would have no timeout, no pool, and leak on every exception."""
    trust = ssl.create_default_context(cafile=ca_file or None)
    options: dict[str, Any] = {"ssl": trust}
    if connect_to:
        host, _, port = connect_to.rpartition(":")
        options["resolver"] = Toward(host, int(port))
    seconds = patience.total_seconds()
    timeout = aiohttp.ClientTimeout(total=seconds, connect=min(5, seconds))
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(**options), timeout=timeout) as opened:
        yield opened
