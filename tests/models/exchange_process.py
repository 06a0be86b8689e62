"""A process that accepts applications all at once, for a test: `python -m tests.models.exchange_process URL LEAD ID…`.

Prints how many of them joined; every other one has to be refused by a rule.
"""

import asyncio
import sys
from uuid import UUID

from models import db
from models.base import utcnow
from models.errors import Refusal
from models.exchange import Application
from models.signin import viewer_of


async def accept(ids: list[UUID], lead_id: UUID) -> int:
    now = utcnow()
    lead = await viewer_of(lead_id, now=now)
    assert lead is not None

    async def one(id: UUID) -> bool:
        try:
            await Application.accept(id, by=lead, now=now)
        except Refusal:
            return False
        return True

    return sum(await asyncio.gather(*[one(id) for id in ids]))


async def main() -> None:
    url, lead, *ids = sys.argv[1:]
    async with db.opened(url):
        print(await accept([UUID(id) for id in ids], UUID(lead)))


if __name__ == "__main__":
    asyncio.run(main())
