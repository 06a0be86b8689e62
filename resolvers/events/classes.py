"""One class of subscribers: one execution, and everybody who is told what it says."""

import asyncio
import time
from contextlib import aclosing
from typing import Any

import structlog
from strawberry import Schema
from strawberry.types.execution import PreExecutionError

from resolvers import metrics
from resolvers.contexts import context_of
from resolvers.events.asked import Document
from resolvers.events.batches import Batch, Told, mistake, told
from resolvers.events.lines import Line
from resolvers.events.members import Member, Then
from resolvers.events.news import News
from resolvers.events.standing import Credential
from schema.context import Context

PAUSE = 1.0  # seconds until credentials that could not be looked up are asked for again
AT_ONCE = 500  # members told without a pause: some milliseconds, for which all other requests wait
TOGETHER = 50  # answers that leave together, when events come faster than they can be told one by one
SOON = 0.02  # seconds that an answer waits for others at most

log = structlog.get_logger("leuchtturm.events")


class Class:
    """Lives as long as somebody uses it. `place`: whoever comes now is told what is behind it."""

    def __init__(
        self, schema: Schema, news: News, document: Document, variables: dict[str, Any], like: Context
    ) -> None:
        self.viewer, self.place, self.users = like.viewer, 0, 0
        self.everywhere = 0
        """Up to here each of its members was told everything; behind `place` while they are being told."""
        self.over: list[Told] | None = None
        """Its execution has ended; with these words."""
        self._news = news
        self._line: Line | None = None
        self._members: dict[Member, Credential | None] = {}
        self._due: list[Told] = []
        self._since = 0.0
        self._ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        context = context_of(like.services, cache=False)
        context.viewer, context.language, context.tell, context.news = like.viewer, like.language, like.tell, news
        context.course = self
        self._task = asyncio.create_task(self._run(schema, document, variables, context), name="class")

    async def ready(self) -> None:
        """Until it listens, or has ended before it did."""
        await asyncio.shield(self._ready)

    def enter(self, member: Member, credential: Credential | None) -> None:
        """Tell this one as well, from now on."""
        self._members[member], member.home = credential, self
        metrics.LISTENING.inc()

    def leave(self, member: Member) -> None:
        if member.home is self:
            del self._members[member]
            member.home = None
            metrics.LISTENING.dec()

    def close(self) -> None:
        self._task.cancel()

    async def missed(self, place: int) -> bool:
        """Whether its members were told anything since `place`: by memory, or perhaps."""
        tail = self._news.tail
        if self._line is None or not tail.remembers(place):
            return True
        events = await tail.about(self._line, tail.between(place, self.place))
        return bool(await self._news.seen(events, self.viewer))

    # What `follow` calls (`courses.Live`)

    def joined(self, line: Line) -> None:
        self._line, self.place, self.everywhere = line, line.start, line.start
        self._ready.set_result(None)

    async def admit(self) -> None:
        wanted = {credential for credential in self._members.values() if credential is not None}
        while wanted:
            try:
                await self._news.standing.fresh(wanted)
                break
            except Exception as problem:
                log.warning("credentials of listeners cannot be looked up; they wait", exc_info=problem)
                await asyncio.sleep(PAUSE)
        for member, credential in list(self._members.items()):
            if credential is not None and credential.viewer != self.viewer:
                member.move()
                self.leave(member)

    async def passed(self, place: int) -> None:
        await self._tell()
        self.place = self.everywhere = max(self.place, place)

    # The one execution

    async def _run(self, schema: Schema, document: Document, variables: dict[str, Any], context: Context) -> None:
        metrics.CLASSES.inc()
        try:
            results: Any = await schema.subscribe(
                document.query,
                variable_values=document.live(variables),
                context_value=context,
                operation_name=document.name,
            )
            async with aclosing(results):
                async for result in results:
                    place = int(context.place or 0)
                    if isinstance(result, PreExecutionError) or place <= self._last:
                        await self._end(told(result, None))  # a mistake instead of an event
                        return
                    await self._keep(told(result, context.place))
            await self._end()
        except Exception as problem:
            await self._end(mistake(problem))
        finally:
            metrics.CLASSES.dec()

    @property
    def _last(self) -> int:
        return int(self._due[-1].place or 0) if self._due else self.place

    async def _keep(self, what: Told) -> None:
        """Tell this soon: at the latest when what happened at the same time is executed as well (`passed`)."""
        if not self._due:
            self._since = time.monotonic()
        self._due.append(what)
        if len(self._due) >= TOGETHER or time.monotonic() - self._since > SOON:
            await self._tell()

    async def _tell(self) -> None:
        if not self._due:
            return
        batch, self._due = Batch(self._due), []
        self.place = batch.place  # from here on newcomers read it for themselves
        for number, member in enumerate(list(self._members), 1):
            if member.home is self:
                member.put(batch)
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)
        self.everywhere = batch.place

    async def _end(self, *last: Told) -> None:
        await self._tell()
        self.over = list(last)
        if not self._ready.done():
            self._ready.set_result(None)
        for member in self._members:
            member.go(Then.LEAVE)
