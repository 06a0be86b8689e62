"""Scenes for the kill tests: on SQLite files, or on PostgreSQL when the suite runs there."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from models import vault
from models.publishing import ChannelKind
from tests.channels.conftest import certificate  # noqa: F401  # a fixture
from tests.conftest import SERVER, on_postgres
from tests.kills.scene import Nursery, PostgresPlaces, Scene, SqlitePlaces
from tests.standins.mastodon import MastodonStandin
from tests.standins.twitter import TwitterStandin


@pytest.fixture(scope="module")
def loop() -> Any:
    """One event loop for the module: the nursery and the prepared databases live as long as it."""
    made = asyncio.new_event_loop()
    yield made
    made.close()


@pytest.fixture(scope="module")
def nursery(loop: Any) -> Any:
    opened = loop.run_until_complete(Nursery.open())
    yield opened
    loop.run_until_complete(opened.close())


@pytest.fixture(scope="module")
def places(loop: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    before = list(vault._keys)
    made = PostgresPlaces(SERVER) if on_postgres() else SqlitePlaces(tmp_path_factory.mktemp("places"))
    yield made
    loop.run_until_complete(made.close())
    vault._keys[:] = before


@pytest.fixture
def play(loop: Any, nursery: Any, places: Any, certificate: Any, tmp_path: Path) -> Any:  # noqa: F811
    """Run a coroutine function with a fresh scene for a kind of channel."""
    with ExitStack() as stack:

        def played(kind: ChannelKind, acts: Callable[[Scene], Awaitable[None]]) -> None:
            twitter, mastodon = TwitterStandin(), MastodonStandin()
            for standin, secure in ((twitter, certificate[1]), (mastodon, None)):
                standin.start(secure)
                stack.callback(standin.stop)
            url = loop.run_until_complete(places.fresh(kind))
            ask = partial(places.ask, url)
            scene = Scene(nursery, url, ask, twitter, mastodon, certificate[0], tmp_path)
            loop.run_until_complete(acts(scene))
            assert twitter.mistakes == mastodon.mistakes == []

        yield played
