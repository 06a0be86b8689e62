"""The demo community, in which everybody has left traces everywhere; and a frontend."""

from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from tests.graph import frontend as frontends
from tests.living import move_in


@pytest.fixture
async def community(database: str, now: datetime) -> None:
    await move_in(now)


@pytest.fixture
async def frontend(database: str, now: datetime) -> AsyncIterator[frontends.Frontend]:
    async with frontends.opened(now) as frontend:
        yield frontend
