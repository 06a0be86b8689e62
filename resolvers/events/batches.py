"""Answers of a class, and those of one moment together: what they are as bytes is worked out once for all."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import orjson
from graphql import GraphQLError
from strawberry.types.execution import ExecutionResult, PreExecutionError

from resolvers.masking import outgoing

FORMS = 100  # byte strings kept for one batch; clients number their operations, or give each a name of its own


class Told(NamedTuple):
    """One answer as it is sent, and the cursor behind which to go on."""

    payload: str
    """`{"data": …}` as JSON, on one line."""
    place: str | None
    refused: bool = False
    """Nothing was executed: the payload is a list of errors."""


class Batch:
    """Answers to events, in their order; one at least."""

    __slots__ = ("_forms", "told")

    def __init__(self, told: Sequence[Told]) -> None:
        self.told = told
        self._forms: dict[str, bytes] = {}

    @property
    def first(self) -> int:
        """The place of the first one."""
        return int(self.told[0].place or 0)

    @property
    def place(self) -> int:
        """Who has taken all of them knows everything up to here."""
        return int(self.told[-1].place or 0)

    def behind(self, place: int) -> "Batch":
        """Those that come after a place. There must be some."""
        return Batch([one for one in self.told if int(one.place or 0) > place])

    def written(self, form: str, write: Callable[[Sequence[Told]], bytes]) -> bytes:
        """The bytes of a form, made the first time that they are asked for."""
        known = self._forms.get(form)
        if known is None:
            known = write(self.told)
            if len(self._forms) < FORMS:
                self._forms[form] = known
        return known


def told(result: ExecutionResult | PreExecutionError, place: str | None) -> Told:
    """A result as all of the class are sent it."""
    if isinstance(result, PreExecutionError):
        errors = [error.formatted for error in result.errors or []]
        return Told(orjson.dumps(errors, default=str).decode(), None, True)
    said: dict[str, object] = {"data": result.data} if result.data is not None or not result.errors else {}
    if result.errors:
        said["errors"] = [error.formatted for error in result.errors]
    return Told(orjson.dumps(said, default=str).decode(), place)


def mistake(problem: Exception) -> Told:
    """The last answer of a subscription that cannot go on."""
    error = outgoing(GraphQLError(str(problem), original_error=problem))
    return told(ExecutionResult(data=None, errors=[error]), None)
