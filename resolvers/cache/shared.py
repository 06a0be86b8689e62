"""Answers that other processes made, in Redis. Losing it costs an execution; a slow one is left alone for a while.

There is a fixed number of places, and a new answer takes the place of an older one: Redis holds at most
`PLACES * LARGEST` bytes for us, whatever strangers ask. Whether an answer still holds is decided by whoever takes it,
against its own looks at the database (`watch.py`): nothing in Redis is believed to be fresh.
"""

import asyncio
import hashlib
import struct
import time
from collections.abc import Callable

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from resolvers.cache.kept import Made

PLACES = 1_024
LARGEST = 65_536  # bytes of an answer; longer ones are made by each process for itself
LONGEST = 10_000  # characters of a snapshot: some hundred transactions under way
LIFE = 60  # seconds
PATIENCE = 0.1  # seconds: asking must not take longer than making
PAUSE = 3.0  # seconds for which a Redis that failed is not asked
_HEAD = struct.Struct(">32sHH?")  # the question, the lengths of the place and of the tables, by language

log = structlog.get_logger("leuchtturm.cache")


class Shared:
    """`edition` names the code and the site: processes of another edition answer differently."""

    def __init__(self, redis: Redis, edition: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._redis, self._edition, self._clock = redis, edition, clock
        self._again = float("-inf")

    async def get(self, digest: bytes, server: str) -> tuple[str, Made] | None:
        """An answer, and the place of the look before it was made; None when there is none."""
        if self._clock() < self._again:
            return None
        try:
            async with asyncio.timeout(PATIENCE):
                found = await self._redis.get(self._place(digest, server))
        except (RedisError, OSError, TimeoutError) as problem:
            self._away(problem)
            return None
        return _unpacked(found, digest) if found else None

    async def put(self, digest: bytes, server: str, place: str, made: Made) -> None:
        if len(made.body) > LARGEST or len(place) > LONGEST or self._clock() < self._again:
            return
        try:
            async with asyncio.timeout(PATIENCE):
                await self._redis.set(self._place(digest, server), _packed(digest, place, made), ex=LIFE)
        except (RedisError, OSError, TimeoutError) as problem:
            self._away(problem)

    def _place(self, digest: bytes, server: str) -> str:
        whose = hashlib.sha256(f"{self._edition}\n{server}".encode()).hexdigest()[:16]
        return f"leuchtturm:answers:{whose}:{int.from_bytes(digest[:4], 'big') % PLACES}"

    def _away(self, problem: Exception) -> None:
        log.warning("Redis is away; each process answers for itself", problem=type(problem).__name__)
        self._again = self._clock() + PAUSE


def _packed(digest: bytes, place: str, made: Made) -> bytes:
    tables = "\n".join(sorted(made.tables or ())).encode()
    head = _HEAD.pack(digest, len(place), len(tables), made.by_language)
    return head + place.encode() + tables + made.body


def _unpacked(found: bytes, digest: bytes) -> tuple[str, Made] | None:
    """None when there is the answer to another question, or something else altogether."""
    if len(found) < _HEAD.size or found[:32] != digest:
        return None
    _, of_place, of_tables, by_language = _HEAD.unpack_from(found)
    at = _HEAD.size + of_place
    tables = frozenset(found[at : at + of_tables].decode().split("\n"))
    return found[_HEAD.size : at].decode(), Made(found[at + of_tables :], tables, by_language)
