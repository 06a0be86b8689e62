"""One class of subscribers: one execution, and everybody who is told what it says."""

import asyncio
from contextlib import aclosing
from typing import Any

import structlog
from strawberry import Schema
from strawberry.types.execution import PreExecutionError

from resolvers import metrics
from resolvers.contexts import context_of
from resolvers.events.asked import Document
from resolvers.events.lines import Line
from resolvers.events.members import Member, Then, Told, mistake, told
from resolvers.events.news import News
from resolvers.events.standing import Credential
from schema.context import Context

PAUSE = 1.0  # seconds until credentials that could not be looked up are asked for again

log = structlog.get_logger("leuchtturm.events")


class Class:
    """Lives as long as somebody uses it. `place`: up to here its members were told everything."""

    def __init__(
        self, schema: Schema, news: News, document: Document, variables: dict[str, Any], like: Context
    ) -> None:
        self.viewer, self.place, self.users = like.viewer, 0, 0
        self.over: list[Told] | None = None
        """Its execution has ended; with these words."""
        self._news = news
        self._line: Line | None = None
        self._members: dict[Member, Credential | None] = {}
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
        self._line, self.place = line, line.start
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

    def passed(self, place: int) -> None:
        self.place = max(self.place, place)

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
                    if isinstance(result, PreExecutionError) or place <= self.place:
                        self._end(told(result, None))  # a mistake instead of an event
                        return
                    self._tell(told(result, context.place), place)
            self._end()
        except Exception as problem:
            self._end(mistake(problem))
        finally:
            metrics.CLASSES.dec()

    def _tell(self, what: Told, place: int) -> None:
        for member in self._members:
            member.put(what, place)
        self.place = place

    def _end(self, *last: Told) -> None:
        self.over = list(last)
        if not self._ready.done():
            self._ready.set_result(None)
        for member in self._members:
            member.go(Then.LEAVE)
