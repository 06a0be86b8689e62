"""What tests of workers share: a Redis (or its stand-in) of their own, tools that reach nothing, a running crew."""

from collections.abc import AsyncIterator

import pytest
from arq.connections import ArqRedis

from models.site import Site
from tests.conftest import REDIS
from workers.mail.caught import CaughtMailbox
from workers.queue import connect
from workers.work import Tools


@pytest.fixture
async def redis(worker_id: str) -> AsyncIterator[ArqRedis]:
    """A real Redis when one is given (a database per test process), otherwise the stand-in; empty either way."""
    number = 1 + int(worker_id.removeprefix("gw")) % 15 if worker_id.startswith("gw") else 1
    client = connect(f"{REDIS}/{number}" if REDIS else "")
    await client.flushdb()
    yield client
    await client.aclose(close_connection_pool=True)


@pytest.fixture
def tools() -> Tools:
    return Tools(site=Site(), mailer=CaughtMailbox())
