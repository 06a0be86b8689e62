"""`stage`: the seeded community and both executions."""

import pytest

from tests.planner.comparing import Stage, staged


@pytest.fixture
async def stage(database: str) -> Stage:
    return await staged()
