"""An order for lists that is another one each day, the same for everybody, and says nothing about anybody (E43)."""

import hashlib
import secrets
from datetime import date

from models import sql

PRIME = 2_147_483_647  # 2^31 - 1: (a * key + b) mod a prime moves every key to another place, and no two to the same


def new_key() -> int:
    """What a row is shuffled by, for as long as it lives."""
    return secrets.randbelow(PRIME)


async def shuffle(table: str, column: str, word: str, day: date, where: str = "") -> int:
    """Write each row's place of the day into `column`, made from its `shuffle_key`. Returns how many rows there are.

    One statement once a day, so that the order is a column: pages have plain cursors and an index. A second call for
    the same day changes nothing; `word` keeps the orders of different lists apart.
    """
    seed = hashlib.sha256(f"{word} {day.isoformat()}".encode()).digest()
    factor = 1 + int.from_bytes(seed[:8], "big") % (PRIME - 1)
    shift = int.from_bytes(seed[8:16], "big") % PRIME
    only = f" WHERE {where}" if where else ""
    return await sql.changed(
        f'UPDATE "{table}" SET "{column}" = (shuffle_key * $1 + $2) % {PRIME}{only}', factor, shift
    )
