"""The three kinds of process: everything in one, an API, a worker. Each drains on SIGTERM and Ctrl-C."""

import asyncio
import gc
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager

import click
import uvicorn

from leuchtturm.settings import Settings
from leuchtturm.telemetry import configure_logging, private_pages
from leuchtturm.wiring import House, open_house, open_tools, work_of

SOCKET_BYTES = 65_536  # a subscription's messages are small (reliability.md, W10)
PING_SECONDS = 8.0
COLLECT_AFTER = (10_000, 20, 50)  # new objects, and rounds of the younger generations; Python's own are 700, 10, 10
GRACE_SECONDS = 8  # uvicorn never exits while a stream is open without it (reliability.md, 0.9)


class Server(uvicorn.Server):
    """uvicorn without signal handlers of its own: it would raise Ctrl-C again and cut the worker's drain short."""

    greeting = ""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        settle()
        if self.started and self.greeting:
            click.echo(self.greeting)


def settle() -> None:
    """Have the garbage collector leave alone what lives as long as the process: it would look there again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


def listening(settings: Settings) -> socket.socket:
    """Take the port before anything else is opened, so that a taken one is said at once and in words."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        door = socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as problem:
        raise click.ClickException(
            f"{settings.host}:{settings.port} cannot be used ({problem.strerror}). Try LEUCHTTURM_PORT=8001."
        ) from problem
    # asyncio sets this on sockets that name their protocol alone, and a socket made so does not. Without it each answer
    # waits 40 ms, for the client's delayed acknowledgement of its head (measured with `make bench-graphql`).
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return door


def _server(house: House, *, dev: bool) -> Server:
    # A worker needs none of it, and starts in half the time without.
    from leuchtturm.asgi import build_app
    from leuchtturm.wire import Wire

    settings = house.settings
    return Server(
        uvicorn.Config(
            build_app(house, dev=dev),
            host=settings.host,
            port=settings.port,
            ws=Wire,
            ws_max_size=SOCKET_BYTES,
            ws_max_queue=16,
            ws_ping_interval=PING_SECONDS,
            ws_ping_timeout=PING_SECONDS,
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
            access_log=False,  # paths hold tokens; our own log line names the route (E12)
            log_config=None,
            server_header=False,
            proxy_headers=True,
        )
    )


def _on_signals(loop: asyncio.AbstractEventLoop, house: House, server: Server | None) -> None:
    """The first signal stops kindly, the second at once."""

    def stop() -> None:
        if house.stopping.is_set():
            sys.stderr.write("Stopping at once.\n")
            loop.remove_signal_handler(signal.SIGINT)
            if server:
                server.force_exit = True
        house.stopping.set()
        house.bell.ring()
        if server:
            server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)


async def serve_api(settings: Settings) -> None:
    """Serve until a signal. Refuses to start on SQLite, which carries one process only."""
    configure_logging(settings.log_format, settings.log_level)
    if settings.one_process:
        raise click.ClickException("SQLite carries one process: use `leuchtturm dev`, or set LEUCHTTURM_DATABASE_URL.")
    door = listening(settings)
    async with open_house(settings) as house:
        server = _server(house, dev=settings.dev_pages)
        _on_signals(asyncio.get_running_loop(), house, server)
        await server.serve(sockets=[door])


async def serve_worker(settings: Settings) -> None:
    """Work until a signal, then finish what has begun."""
    configure_logging(settings.log_format, settings.log_level)
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(open_house(settings))
        tools = await stack.enter_async_context(open_tools(house))
        _on_signals(asyncio.get_running_loop(), house, None)
        if settings.metrics_port:
            address = (settings.host, settings.metrics_port)
            await stack.enter_async_context(private_pages(settings.database, *address))
        await work_of(house, tools)


async def serve_dev(settings: Settings, *, seed: bool) -> None:
    """Everything in this process: upgraded database, demo community, site, worker, schedule."""
    from leuchtturm.seeds import rehearses
    from leuchtturm.seeds import seed as seed_community
    from models import catalogue
    from models.base import utcnow
    from models.upgrade import upgrade

    catalogue.watch()

    configure_logging(settings.log_format, settings.log_level)
    if "undo_seconds" not in settings.model_fields_set:
        settings.undo_seconds = 5  # whoever tries things out does not want to wait ten minutes for an issue
    door = listening(settings)
    for line in await upgrade(settings.database):
        click.echo(line)
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(open_house(settings))
        if seed and await seed_community(utcnow(), house.site, networks=rehearses(settings)):
            click.echo("The demo community has moved in.")
        tools = await stack.enter_async_context(open_tools(house))
        server = _server(house, dev=True)
        server.greeting = f"\n  Leuchtturm shines at {settings.address}/  (Ctrl-C puts it out)\n"
        _on_signals(asyncio.get_running_loop(), house, server)
        working = asyncio.create_task(work_of(house, tools), name="work")
        serving = asyncio.create_task(server.serve(sockets=[door]), name="serve")
        await asyncio.wait({working, serving}, return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        house.stopping.set()
        await asyncio.gather(serving, working)
    click.echo("Everything is put away. See you next time.")
