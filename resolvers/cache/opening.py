"""The cache of one process, put together from what the endpoint has."""

import hashlib
from dataclasses import dataclass
from importlib.metadata import version

from graphql import print_schema
from redis.asyncio import Redis

from resolvers.allowance import Allowance
from resolvers.cache.keeping import Keeping
from resolvers.cache.quick import Quick
from resolvers.cache.shared import Shared
from resolvers.cache.strangers import Strangers
from resolvers.cache.watch import Watch
from resolvers.running import Runner
from schema.context import Services


@dataclass(frozen=True)
class Cache:
    """Its parts: who looks, who answers from bytes, who answers questions."""

    watch: Watch
    quick: Quick
    strangers: Strangers


def opened(runner: Runner, services: Services, room: int, redis: Redis | None, allowance: Allowance) -> Cache:
    """A cache with so many bytes of room: half for answers by their bytes, half by what they ask."""
    watch = Watch(services.rung)
    shared = Shared(redis, _edition(runner, services)) if redis is not None else None
    keeping = Keeping(watch, room // 2, shared)
    return Cache(watch, Quick(watch, room // 2, allowance), Strangers(runner.planner, keeping))


def _edition(runner: Runner, services: Services) -> str:
    """Names code and site: what processes of another edition made is not ours."""
    text = f"{version('leuchtturm')}\n{services.site!r}\n{print_schema(runner.schema._schema)}"
    return hashlib.sha256(text.encode()).hexdigest()
