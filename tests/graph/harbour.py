"""A server on a port of its own, with a bell that a test rings and events that a test makes happen."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
import websockets

import models
from leuchtturm.wire import Wire
from models import db
from models.base import utcnow
from models.outbox import OutboxEvent
from models.roles import Visibility
from models.site import Site
from resolvers import endpoint
from resolvers.metrics import LISTENING
from schema.context import Services
from tests.conftest import empty, with_tables
from tests.graph.api import app_of


class Bell:
    """Rings for whoever listens."""

    def __init__(self) -> None:
        self._next = asyncio.Event()
        self.rung = 0

    def ring(self) -> None:
        self.rung += 1
        self._next.set()
        self._next = asyncio.Event()

    async def heard(self, within: float) -> bool:
        try:
            async with asyncio.timeout(within):
                await self._next.wait()
        except TimeoutError:
            return False
        return True


class Socket:
    """One client of the protocol."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    async def send(self, **message: Any) -> None:
        await self.connection.send(json.dumps(message))

    async def next(self, within: float = 5.0) -> Any:
        """The next message but for pings."""
        async with asyncio.timeout(within):
            return json.loads(await self.connection.recv())

    async def init(self, token: str | None = None) -> None:
        await self.send(type="connection_init", payload={"authorization": f"Bearer {token}"} if token else {})
        assert (await self.next())["type"] == "connection_ack"

    async def subscribe(self, query: str, id: str = "1", **variables: Any) -> None:
        await self.send(type="subscribe", id=id, payload={"query": query, "variables": variables})

    async def event(self) -> Any:
        message = await self.next()
        assert message["type"] == "next", message
        (value,) = message["payload"]["data"].values()
        return value

    async def closed(self) -> int:
        """The code with which the server closed."""
        async with asyncio.timeout(5):
            await self.connection.wait_closed()
        return int(self.connection.close_code)


class Harbour:
    """A running server on a port of its own."""

    def __init__(self, url: str, bell: Bell, stopping: asyncio.Event, server: uvicorn.Server) -> None:
        self.url, self.bell, self.stopping, self._server = url, bell, stopping, server
        self.seq = 0
        self._before = LISTENING._value.get()

    def stop(self) -> None:
        """As a deploy does."""
        self.stopping.set()
        self._server.should_exit = True

    @property
    def http(self) -> str:
        return self.url.replace("ws:", "http:", 1)

    @asynccontextmanager
    async def open(self, **more: Any) -> AsyncIterator[Socket]:
        given = {"subprotocols": ["graphql-transport-ws"], **more}
        async with websockets.connect(self.url, **given) as connection:
            yield Socket(connection)

    async def happen(self, *types: str, visible_to: Visibility = Visibility.PUBLIC, **payload: Any) -> None:
        """Numbered events, as the relay leaves them, and a ring."""
        for type_ in types:
            self.seq += 1
            event = await OutboxEvent.record(
                type_, subject_kind=type_.partition(".")[0], subject_id=models.base.new_id(), now=utcnow(),
                visible_to=visible_to, payload=payload,
            )  # fmt: skip
            await OutboxEvent.filter(id=event.id).update(seq=self.seq)
        self.bell.ring()

    async def listening(self, more_than: int = 0, within: float = 5.0) -> None:
        """Until a subscription, or more than so many, are told what happens."""
        async with asyncio.timeout(within):
            while LISTENING._value.get() - self._before <= more_than:
                await asyncio.sleep(0.005)


@asynccontextmanager
async def moored(
    database_url: str, options: endpoint.Options | None = None, *, wire: Any = Wire, **more: Any
) -> AsyncIterator[Harbour]:
    """A harbour whose server has these options and services. `wire` is what uvicorn calls `ws`."""
    async with db.opened(database_url):
        if db.is_sqlite(database_url):
            await with_tables()
        else:
            await empty()
        bell, stopping = Bell(), asyncio.Event()
        app = app_of(Services(site=Site(), heard=bell.heard, rung=lambda: bell.rung, **more), options, stopping)
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            config = uvicorn.Config(
                app, ws=wire, lifespan="off", log_level="error", ws_max_size=65_536, ws_per_message_deflate=wire != Wire
            )
            server = uvicorn.Server(config)
            running = asyncio.create_task(server.serve([listener]))
            while not server.started:
                await asyncio.sleep(0.005)
            yield Harbour(f"ws://127.0.0.1:{listener.getsockname()[1]}/graphql", bell, stopping, server)
            stopping.set()
            server.should_exit = True
            await running
