"""A frontend whose clock stands at `now`."""

from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from tests.graph import frontend as frontends


@pytest.fixture
async def frontend(database: str, now: datetime) -> AsyncIterator[frontends.Frontend]:
    async with frontends.opened(now) as frontend:
        yield frontend
