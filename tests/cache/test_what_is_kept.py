"""Over the whole schema: every table that strangers can reach tells of its writes, and nothing kept depends on more."""

from random import Random
from typing import Any

import pytest
from tortoise import Tortoise

import models
from models import sql, touches
from models.access import ANONYMOUS, SCOPES
from resolvers.allowance import Allowance
from resolvers.cache.kept import Key
from resolvers.cache.opening import opened
from resolvers.cache.strangers import Strangers, Written
from resolvers.negotiation import Question
from resolvers.planner.shapes import shape
from resolvers.running import READS
from schema.binding import BINDINGS, Read
from schema.context import OpenGate
from tests.conftest import on_postgres
from tests.graph.documents import operations
from tests.planner.comparing import Stage, staged, written
from tests.planner.operations import Making
from tests.planner.test_equality import PUBLIC, variables_of

NEVER_KEPT = {
    "api_token",  # of who is signed in
    "attempt",  # for staff
    "audit_event",  # for staff
    "delivery",  # for staff
    "job_run",  # for staff
    "notification_mail",  # of who is signed in
    "outbox_event",  # changes with everything that happens
    "partner_key",  # for the people of the partner
    "session",  # of who is signed in
    "webhook_delivery",  # for managers
}
"""Tables of types of the schema that are not watched, with the reason why nobody misses it."""
CLOCKS = {"utcnow", "today", "clock", "time", "monotonic"}


@pytest.fixture
async def stage(database: str) -> Stage:
    return await staged()


async def test_every_table_of_a_type_is_watched_or_known_not_to_be(database: str) -> None:
    """A new type needs no line anywhere; a table that is not watched needs a reason here."""
    reached = {binding.model._meta.db_table for binding in BINDINGS.values()}

    assert reached - await touches.watched() == reached & NEVER_KEPT
    assert touches.NOT_WATCHED - {"touch"} <= touches.tables()


@pytest.mark.skipif(not on_postgres(), reason="SQLite counts by itself")
async def test_every_watched_table_tells_of_its_writes_on_postgres(stage: Stage) -> None:
    """Whoever writes, event or not: the database itself notes it."""
    assert await touches.watched() == touches.to_be_watched()
    filled = {name for name in touches.tables() if await sql.rows(f'SELECT 1 FROM "{name}" LIMIT 1')}
    before = (await touches.look(None)).look

    for name in filled:
        await sql.changed(f'UPDATE "{name}" SET id = id WHERE id = (SELECT id FROM "{name}" LIMIT 1)')
    updated = await touches.look(before)
    nothing = await touches.look(updated.look)
    await models.StoryText.all().delete()
    deleted = await touches.look(nothing.look)
    await sql.changed("TRUNCATE story CASCADE")
    emptied = await touches.look(deleted.look)

    assert set(updated.touched or ()) == filled & touches.to_be_watched()
    assert nothing.touched == {}
    assert set(deleted.touched or ()) == {"story_text"}
    assert {"story", "asset", "fact"} <= set(emptied.touched or ())


@pytest.mark.skipif(not on_postgres(), reason="SQLite commits one after the other")
async def test_a_write_that_commits_late_is_not_missed_on_postgres(database: str) -> None:
    """Numbers are given before the commit; snapshots tell what could not be seen yet."""
    import asyncpg

    await models.Team.create(slug="a", name="A", place=1)
    early, late = [await asyncpg.connect(database) for _ in range(2)]
    try:
        first = early.transaction()
        await first.start()
        await early.execute("UPDATE team SET name = 'B'")
        begun = (await touches.look(None)).look
        await late.execute("UPDATE field_of_action SET key = key; INSERT INTO touch (xid, name) VALUES "
                           "(pg_current_xact_id(), 'field_of_action')")  # fmt: skip
        between = await touches.look(begun)
        await first.commit()
        after = await touches.look(between.look)
    finally:
        await early.close()
        await late.close()

    assert set(between.touched or ()) == {"field_of_action"}
    assert set(after.touched or ()) == {"team"}
    assert max((after.touched or {})["team"]) < min((between.touched or {})["field_of_action"])
    assert not touches.Snapshot.of(between.look.place).covers(touches.Snapshot.of(after.look.place))
    assert touches.Snapshot.of(after.look.place).covers(touches.Snapshot.of(between.look.place))


def strangers_of(stage: Stage) -> Strangers:
    allowance = Allowance(OpenGate(), "1/minute", "operations")
    return opened(stage.endpoint.runner, stage.services, 50_000_000, None, allowance).strangers


async def test_a_kept_answer_says_what_plain_execution_says_to_a_stranger(stage: Stage) -> None:
    """Generated operations, made once and taken from memory once; members' never are."""
    strangers, kept, members = strangers_of(stage), 0, stage.viewers[1:]
    for number in range(60):
        random = Random(number)
        query, variables = Making(stage.schema._schema, random, stage.pool, plannable=True).query()
        question = Question({"query": query, "variables": variables})
        assert await strangers.answer(question, stage.context(random.choice(members))) is None
        made, again = [await strangers.answer(question, stage.context(ANONYMOUS)) for _ in range(2)]
        if isinstance(made, Written) and made.kept is not None:
            kept += 1
            assert isinstance(again, Written)
            assert again.kept is made.kept
            plain = await stage.endpoint.run(question, stage.context(ANONYMOUS), READS)
            assert made.body == written(plain).replace(b',"errors":[]', b"")

    assert kept > 10, "too few are kept for real"
    await _public_pages_are_kept(stage, strangers)


async def _public_pages_are_kept(stage: Stage, strangers: Strangers) -> None:
    given = await variables_of(stage)
    for name in PUBLIC:
        asked = [Question({"query": operations()[name], "variables": each}) for each in given.get(name, [{}])]
        made = [await strangers.answer(question, stage.context(ANONYMOUS)) for question in asked]

        written_ones = [one for one in made if isinstance(one, Written)]
        found = [one for one in written_ones if not one.body.endswith(b":null}}")]
        assert written_ones, name
        assert all(one.kept is not None for one in found), name


def conditions(name: str) -> Any:
    model = Tortoise.apps["models"][name]
    values: list[Any] = []
    return shape(model.all().filter(SCOPES[name](ANONYMOUS)), values), values


async def test_what_a_stranger_may_see_depends_on_no_clock(database: str) -> None:
    """A scope with the present moment in it would change without a write."""
    for name in SCOPES:
        assert conditions(name) == conditions(name), name
    functions = [one.function for binding in BINDINGS.values() for one in binding.derived.values()]
    functions += [read.resolver for read in _reads()]
    for function in functions:
        assert not CLOCKS & set(function.__code__.co_names), function.__qualname__


def _reads() -> list[Read]:
    from resolvers.graph import Query

    declared = (field.metadata.get("read") for field in Query.__strawberry_definition__.fields)  # type: ignore[attr-defined]
    return [read for read in declared if isinstance(read, Read)]


def test_the_order_of_variables_makes_no_other_question() -> None:
    one = Question({"query": "{ a }", "variables": {"a": 1, "b": {"c": 2, "d": 3}}})
    two = Question({"query": "{ a }", "variables": {"b": {"d": 3, "c": 2}, "a": 1}})

    assert Key.of(one) == Key.of(two)
