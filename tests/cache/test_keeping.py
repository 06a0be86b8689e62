"""Making an answer once for many: failures, languages, a Redis that is slow, and the portions of a rate."""

import asyncio
from typing import Any

import pytest
from fakeredis import FakeAsyncRedis
from redis.asyncio import Redis

from resolvers.allowance import Allowance
from resolvers.cache import shared
from resolvers.cache.keeping import Keeping
from resolvers.cache.kept import Key, Made
from resolvers.cache.shared import Shared
from resolvers.cache.watch import Watch
from resolvers.limits import RateGate

KEY = Key("{ teams }", None, b"{}")
TEAM = frozenset({"team"})


async def test_what_failed_for_the_first_the_others_try_for_themselves(database: str) -> None:
    keeping, go, made = Keeping(Watch(), 1_000_000), asyncio.Event(), []

    async def fails() -> Made:
        made.append(1)
        await go.wait()
        raise RuntimeError("the database is away")

    asked = [asyncio.create_task(keeping.answer(KEY, "de", fails)) for _ in range(5)]
    while not made:
        await asyncio.sleep(0)
    go.set()
    first, *others = await asyncio.gather(*asked, return_exceptions=True)

    assert isinstance(first, RuntimeError)
    assert others == [None] * 4  # execute it yourselves
    assert len(made) == 1


async def test_an_answer_that_depends_on_the_language_is_kept_for_each(database: str) -> None:
    keeping, made = Keeping(Watch(), 1_000_000), []

    async def ask(language: str) -> Any:
        async def make() -> Made:
            made.append(language)
            return Made(language.encode(), TEAM, by_language=True)

        answer = await keeping.answer(KEY, language, make)
        assert answer is not None
        return answer.body

    assert [await ask(tongue) for tongue in ("de", "en", "de", "en", "de")] == [b"de", b"en", b"de", b"en", b"de"]
    assert made == ["de", "en"]


async def test_a_database_that_cannot_be_looked_at_makes_everything_be_executed() -> None:
    """Nobody serves what may be out of date; nobody waits for each attempt either."""
    keeping, made = Keeping(Watch(), 1_000_000), []

    async def make() -> Made:
        made.append(1)
        return Made(b"", TEAM)

    assert [await keeping.answer(KEY, "de", make) for _ in range(3)] == [None] * 3  # no database is open here
    assert made == []


async def test_a_redis_that_does_not_answer_is_left_alone() -> None:
    calls = []

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        calls.append(1)
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    redis = Redis(port=server.sockets[0].getsockname()[1])
    now = 0.0
    shared = Shared(redis, "edition", clock=lambda: now)
    async with server:
        assert await shared.get(KEY.digest, "server") is None
        await shared.put(KEY.digest, "server", "1:1:", Made(b"x", TEAM))
        assert await shared.get(KEY.digest, "server") is None
        assert len(calls) == 1
        now = 60.0
        assert await shared.get(KEY.digest, "server") is None
        assert len(calls) == 2
        await redis.aclose()


async def test_processes_of_another_code_or_database_have_their_own_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "PATIENCE", 10.0)  # a busy machine is slow, not away
    redis = FakeAsyncRedis()
    one, same, other = (Shared(redis, edition) for edition in ("1", "1", "2"))
    made = Made(b'{"data":1}', frozenset({"team", "story"}), by_language=True)

    await one.put(KEY.digest, "server", "7:9:8", made)

    assert await same.get(KEY.digest, "server") == ("7:9:8", made)
    assert await same.get(KEY._replace(name="b").digest, "server") is None
    assert await same.get(KEY.digest, "another server") is None
    assert await other.get(KEY.digest, "server") is None
    await redis.aclose()


@pytest.mark.parametrize(("rule", "least"), [("5/minute", 5), ("1200/minute", 1140)])
async def test_portions_of_several_processes_keep_to_the_rule(rule: str, least: int) -> None:
    gate = RateGate()
    processes = [Allowance(gate, rule, "operations") for _ in range(2)]

    allowed = [await processes[n % 2].allows("address:1") for n in range(1300)]

    assert least <= sum(allowed) <= int(rule.split("/")[0])
    assert await processes[0].allows("address:2")
