"""The statements of one request: composed once for the same question of the same viewer, run on one connection."""

import json
from collections.abc import Callable, Hashable, Sequence
from typing import Any

from models import sql
from models.pool import Pool, pool_of
from models.tally import fetched
from resolvers.planner.composing import PARENTS, Composer, Statement
from resolvers.planner.keeping import Kept
from schema.context import Context

KEPT: Kept[Any] = Kept(4_000)
"""Statements of the process; each is a string, mostly of a kilobyte or less, and a few values."""


class Statements:
    """Who asks, which dialect, how many statements were run. Give the connection back by `rest`."""

    def __init__(self, context: Context) -> None:
        self._context, self._connection = context, sql.connection()
        self.dialect = self._connection.capabilities.dialect
        self.ran = 0
        self.rows = 0
        self._pool: Pool | None = None
        self._lent: Any = None
        self._raw: Any = None

    @property
    def composer(self) -> Composer:
        """For whoever asks now: a mutation may have signed them in."""
        return Composer(self.dialect, self._context.viewer)

    @property
    def who(self) -> Hashable:
        """The viewer and the dialect, as a part of a key."""
        viewer = self._context.viewer
        return self.dialect, viewer, viewer.credential_id

    def kept(self, key: Hashable, scoped: bool, make: Callable[[Composer], Statement]) -> Statement:
        """The statement of this key. What is not `scoped` is the same for every viewer."""
        place = (key, self.who if scoped else self.dialect)
        found: Statement | None = KEPT.get(place)
        return KEPT.put(place, make(self.composer)) if found is None else found

    async def run(self, statement: Statement, parents: Sequence[Any] | None = None) -> Sequence[Any]:
        """The rows of a statement, for these parents where it has any."""
        values = statement.values
        if parents is not None:
            ids = self._ids(parents)
            values = [ids if value is PARENTS else value for value in values]
        self.ran += 1
        if self._context.noting is not None:
            self._context.noting.reads(statement.text)
        if self.dialect == "sqlite":
            _, found = await self._connection.execute_query(statement.text, list(values))
        else:
            if self._raw is None:
                self._raw = await self._borrowed()
            self._connection.log.debug("%s: %s", statement.text, values)
            found = await fetched(self._raw, statement.text, values)
        self.rows += len(found)
        return found

    async def number(self, statement: Statement) -> int:
        """What a statement counts; pages of one list that strangers ask for share the number."""

        async def count() -> int:
            return int((await self.run(statement))[0][0])

        noting = self._context.noting
        return await count() if noting is None else await noting.counted(statement.text, statement.values, count)

    async def aside(self) -> None:
        """Before somebody else reads: whoever notes what the answer is made of cannot see what they read."""
        if self._context.noting is not None:
            self._context.noting.elsewhere()
        await self.rest()

    async def rest(self) -> None:
        """Give the connection back, before anything else waits for one: who holds one and waits may wait for ever."""
        lent, raw, self._lent, self._raw = self._lent, self._raw, None, None
        if lent is not None:
            await lent.__aexit__(None, None, None)
        elif raw is not None and self._pool is not None:
            await self._pool.release(raw)

    async def _borrowed(self) -> Any:
        """A connection: of the pool, or through the ORM, which knows the one of a transaction."""
        self._pool = pool_of(self._connection)
        if self._pool is not None:
            return await self._pool.acquire()
        self._lent = self._connection.acquire_connection()
        return await self._lent.__aenter__()

    def _ids(self, parents: Sequence[Any]) -> Any:
        return json.dumps([str(one) for one in parents]) if self.dialect == "sqlite" else parents
