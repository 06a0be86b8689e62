"""Who a listener is *now*: asked again before each event and every few seconds, once per credential and not per socket.

A process that would have to ask more than `STRICT` times a second trusts answers that are at most `TRUST` old: so a
role that was taken and a session, token or key that was revoked end what they carried with the next event, and in a
storm of events within five seconds (E53).
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

import structlog

from models.access import Viewer
from models.errors import NotAllowed
from schema.context import Context

STRICT = 200  # questions a second, some 0.7 ms of CPU each
TRUST = 3.0  # seconds
AT_ONCE = 8  # questions under way; the database has others to serve

log = structlog.get_logger("leuchtturm.events")


class Ended(NotAllowed):
    """The session or token was revoked or has expired, or the roles of the viewer changed."""

    code = "AUTHORISATION_ENDED"
    de = "Eure Anmeldung ist zu Ende. Bitte meldet euch neu an."
    en = "Your sign-in has ended. Please sign in again."


async def authorise(context: Context) -> None:
    """Who is this *now*? Raises `Ended` when the credential that opened the connection is gone."""
    if context.refresh is None or context.viewer.is_stranger:
        return
    viewer = await context.refresh()
    if viewer is None:
        raise Ended()
    context.viewer = viewer


class Credential:
    """A session, a token or a key by which somebody listens, over any number of connections."""

    def __init__(self, context: Context) -> None:
        self.viewer: Viewer | None = context.viewer
        """Who it made the viewer the last time; None: it has ended."""
        self.asked = time.monotonic()
        self.pokes: set[Callable[[], None]] = set()
        """What to call when the answer is another one."""
        self._refresh = context.refresh

    async def ask(self) -> None:
        asked = time.monotonic()
        if self._refresh is not None:
            self.says(await self._refresh())
        self.asked = asked

    def says(self, viewer: Viewer | None) -> None:
        """Who it makes the viewer now."""
        if viewer != self.viewer:
            self.viewer = viewer
            for poke in list(self.pokes):
                poke()


class Standing:
    """The credentials by which somebody listens to this process."""

    def __init__(self) -> None:
        self._known: dict[UUID, Credential] = {}
        self._task: asyncio.Task[None] | None = None
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._left, self._since = float(STRICT), time.monotonic()

    @contextmanager
    def watched(self, context: Context, poke: Callable[[], None]) -> Iterator[Credential | None]:
        """The credential of a connection; `poke` is called when its viewer changes. None: a stranger's."""
        id = context.viewer.credential_id
        if id is None or context.refresh is None:
            yield None
            return
        credential = self._known.setdefault(id, Credential(context))
        credential.says(context.viewer)  # looked up a moment ago, when they asked
        credential.pokes.add(poke)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._rounds(), name="standing")
        try:
            yield credential
        finally:
            credential.pokes.discard(poke)
            if not credential.pokes and self._known.get(id) is credential:
                del self._known[id]
            if not self._known and self._task is not None:
                self._task.cancel()
                self._task = None

    async def fresh(self, wanted: Iterable[Credential]) -> None:
        """Ask again, as far as a process can: afterwards each credential knows its viewer as of now, or `TRUST` ago."""
        due = list(wanted)
        if not self._afford(len(due)):
            ago = time.monotonic() - TRUST
            due = [credential for credential in due if credential.asked < ago]
        await self._ask(due)

    def _afford(self, questions: int) -> bool:
        now = time.monotonic()
        self._left = min(float(STRICT), self._left + (now - self._since) * STRICT)
        self._since = now
        if questions > self._left:
            return False
        self._left -= questions
        return True

    async def _ask(self, due: list[Credential]) -> None:
        if len(due) == 1:
            await due[0].ask()
            return
        for first in range(0, len(due), STRICT):
            await asyncio.gather(*(self._one(credential) for credential in due[first : first + STRICT]))

    async def _one(self, credential: Credential) -> None:
        async with self._at_once:
            await credential.ask()

    async def _rounds(self) -> None:
        """Those of whom nothing was heard for a while: whoever listens to silence is asked for as well, the longest
        unasked first. With more than some hundred of them a round takes longer; no event leaves before it is asked."""
        while True:
            await asyncio.sleep(TRUST / 3)
            ago = time.monotonic() - TRUST * 2 / 3
            due = sorted((each for each in self._known.values() if each.asked < ago), key=lambda each: each.asked)
            try:
                await self._ask(due[:STRICT])
            except Exception as problem:
                log.warning("credentials of listeners cannot be looked up; trying again", exc_info=problem)
