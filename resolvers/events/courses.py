"""How far `follow` goes for whom: without end for one alone, a stretch of the log, or live for many."""

from dataclasses import dataclass
from typing import Protocol

from resolvers.events.lines import Line
from resolvers.events.standing import Credential


@dataclass(frozen=True)
class Stretch:
    """From behind `begin` up to `end`, and then it is over: for one who catches up with others."""

    begin: int
    end: int
    credential: Credential | None


class Live(Protocol):
    """From now on, for many who may see the same (`sharing.py`)."""

    def joined(self, line: Line) -> None:
        """The line is open: what comes behind `line.start` will be told."""

    async def admit(self) -> None:
        """Events are about to be told: send away whoever may not see them any more."""

    async def passed(self, place: int) -> None:
        """Everything up to here was told, or was not to be seen."""
