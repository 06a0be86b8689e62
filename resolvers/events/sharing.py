"""Those who ask alike and may see the same are told by one execution, and what it says is written down once.

The key of a class holds everything that an answer follows from: the document, the operation's name, the variables but
for the place to begin, the viewer with all rights, and the language. A subscriber first catches up with its class by an
execution of its own, over the stretch of the log that the class has passed; then it is told what the class is told.
When its viewer changes it moves into another class and goes on from where it was.
"""

from collections.abc import AsyncIterator, Callable, Hashable, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, replace
from typing import Any

from strawberry import Schema
from strawberry.types.execution import PreExecutionError

from models.errors import Refusal
from resolvers.events.asked import Document, Reader
from resolvers.events.batches import Batch, Told, mistake, told
from resolvers.events.classes import Class
from resolvers.events.courses import Stretch
from resolvers.events.members import Member, Then
from resolvers.events.news import News
from resolvers.events.standing import Credential, Ended
from resolvers.loaders import RelationLoaders
from resolvers.scopes import lacking
from schema.context import Context

CURSOR = 40  # characters of a cursor at most, as its scalar has it


@dataclass(frozen=True)
class Subscriber:
    """Who asks for what."""

    document: Document
    variables: dict[str, Any]
    context: Context

    @property
    def key(self) -> Hashable:
        asked = (self.document.query, self.document.name, self.document.alike(self.variables))
        return *asked, self.context.viewer, self.context.language

    @property
    def after(self) -> Any:
        return self.context.resume if self.context.resume is not None else self.document.after(self.variables)


class Sharing:
    """The classes of a process."""

    def __init__(self, schema: Schema, news: News) -> None:
        self._schema, self.news, self._reader = schema, news, Reader(schema)
        self._open: dict[Hashable, Class] = {}

    def subscriber(self, query: str, name: str | None, variables: Any, context: Context) -> Subscriber | None:
        """None: it has to be executed for itself alone, or is a mistake that plain execution tells."""
        document = self._reader.subscription(query, name)
        if document is None:
            return None
        asked = Subscriber(document, variables or {}, context)
        after = asked.after
        return asked if after is None or (isinstance(after, str) and len(after) <= CURSOR) else None

    async def tell(self, who: Subscriber, straight: Callable[[Batch], bool] | None = None) -> AsyncIterator[Told]:
        """What the subscriber is told, without end, but for what `straight` has taken. Raises `TooSlow`."""
        member = Member(straight)
        with self.news.standing.watched(who.context, member.move) as credential:
            while member.then is not Then.LEAVE:
                member.then = Then.WAIT
                if credential is not None:
                    if credential.viewer is None:
                        yield mistake(Ended())
                        return
                    who.context.viewer = credential.viewer
                if no := lacking(who.document.query, who.document.name, who.context.viewer):
                    yield mistake(no)  # the key that listens has another scope by now
                    return
                with self._class_of(who) as home:
                    turn = self._turn(who, home, member, credential)
                    async with aclosing(turn):  # type: ignore[type-var]
                        async for told in turn:
                            yield told

    @contextmanager
    def _class_of(self, who: Subscriber) -> Iterator[Class]:
        """The class of the subscriber; the last to leave closes it."""
        key = who.key
        home = self._open.get(key)
        if home is None or home.over is not None:
            home = self._open[key] = Class(self._schema, self.news, who.document, who.variables, who.context)
        home.users += 1
        try:
            yield home
        finally:
            home.users -= 1
            if not home.users:
                home.close()
                if self._open.get(key) is home:
                    del self._open[key]

    async def _turn(
        self, who: Subscriber, home: Class, member: Member, credential: Credential | None
    ) -> AsyncIterator[Told]:
        """What is told in one class: first what the class has passed already, then what all of it are told."""
        await home.ready()
        try:
            if member.place is None and home.over is None:
                member.begin(home.place if who.after is None else await self.news.tail.begin(who.after))
            while home.over is None and member.then is Then.WAIT and member.known < home.place:
                async with aclosing(self._passed(who, home, member, credential)) as passed:  # type: ignore[type-var]
                    async for told in passed:
                        yield told
            if home.over is None and member.then is Then.WAIT:
                home.enter(member, credential)  # without a pause since the comparison: nothing is told in between
                while (one := await member.next()) is not None:
                    yield one
        except Refusal as no:
            member.go(Then.LEAVE)
            yield mistake(no)
            return
        finally:
            home.leave(member)
        if home.over is not None and member.then is not Then.MOVE:
            member.go(Then.LEAVE)
            for one in home.over:
                yield one

    async def _passed(
        self, who: Subscriber, home: Class, member: Member, credential: Credential | None
    ) -> AsyncIterator[Told]:
        """What the class was told since the place of the member, executed for this one alone."""
        begin, end = member.known, home.place
        if await home.missed(begin):
            own = replace(who.context, done={}, loaders=RelationLoaders(lambda: own.viewer, cache=False), place=None)
            own.course = Stretch(begin, end, credential)
            asked = who.document
            results: Any = await self._schema.subscribe(
                asked.query, variable_values=who.variables, context_value=own, operation_name=asked.name
            )
            async with aclosing(results):
                async for result in results:
                    place = int(own.place or 0)
                    if isinstance(result, PreExecutionError) or place <= member.known:
                        member.go(Then.LEAVE)
                        yield told(result, None)  # a mistake instead of an event
                        return
                    member.begin(place)
                    yield told(result, own.place)
        if member.then is Then.WAIT:
            member.begin(end)
