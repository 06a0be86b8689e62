"""The demo community, in which everybody has left traces everywhere."""

from datetime import datetime

from leuchtturm.seeds import seed
from tests.conftest import as_pictured, on_postgres, pictured

_LIVED: dict[datetime, bytes] = {}


async def move_in(now: datetime) -> None:
    """Let the community move into the empty database; on SQLite once per process and moment, then from a picture."""
    if now in _LIVED:
        await as_pictured(_LIVED[now])
        return
    assert await seed(now)
    if not on_postgres():
        _LIVED[now] = await pictured()
