"""The demo community, in which everybody has left traces everywhere; and a frontend."""

from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from leuchtturm.seeds import seed
from tests.conftest import as_pictured, on_postgres, pictured
from tests.graph import frontend as frontends

_LIVED: list[bytes] = []


@pytest.fixture
async def community(database: str, now: datetime) -> None:
    """On SQLite made once per process and put back from a picture."""
    if _LIVED:
        await as_pictured(_LIVED[0])
        return
    await seed(now)
    if not on_postgres():
        _LIVED.append(await pictured())


@pytest.fixture
async def frontend(database: str, now: datetime) -> AsyncIterator[frontends.Frontend]:
    async with frontends.opened(now) as frontend:
        yield frontend
