"""Refusals as GraphQL answers: one twin per family of `models/errors.py`, a member of every mutation's union."""

from typing import Annotated, Any, Union

import strawberry

from models import errors
from schema.described import answer, describe


@strawberry.interface(description="Why a mutation was refused. Nothing was changed.")
class Problem:
    code: str
    """What a program decides by, such as `FOUR_EYES`. Codes are stable; new ones may appear."""
    message_de: str
    """What a person reads, in German: what happened and what to do."""
    message_en: str
    path: str
    """The input field at fault, such as `email`; empty when it is the whole request."""


describe(Problem)


@answer
class ValidationProblem(Problem):
    """The input is not acceptable as it stands."""


@answer
class NotAllowed(Problem):
    """The viewer may not do this."""


@answer
class Conflict(Problem):
    """The input is fine, but not in the present state of things."""


@answer
class RateLimited(Problem):
    """Too often in too short a time."""


TWINS: dict[type[errors.Refusal], type[Problem]] = {
    errors.ValidationProblem: ValidationProblem,
    errors.NotAllowed: NotAllowed,
    errors.Conflict: Conflict,
    errors.RateLimited: RateLimited,
}
"""Families, and what answers them; a subclass is answered by the twin of its family."""


def problem(refusal: errors.Refusal) -> Problem:
    """The twin of a refusal. A refusal of no family counts as a conflict."""
    twin = next((t for family, t in TWINS.items() if isinstance(refusal, family)), Conflict)
    return twin(code=refusal.code, message_de=refusal.de, message_en=refusal.en, path=refusal.path)


def extensions(refusal: errors.Refusal) -> dict[str, Any]:
    """The same for a query or subscription, whose refusals travel in `errors[].extensions`."""
    return {"code": refusal.code, "messageDe": refusal.de, "messageEn": refusal.en, "path": refusal.path}


def result(payload: type) -> Any:
    """The union that a mutation answers: `XPayload | ValidationProblem | NotAllowed | Conflict | RateLimited`."""
    name = payload.__name__.removesuffix("Payload") + "Result"
    description = f"Answer of the mutation: `{payload.__name__}`, or why it was refused."
    members: Any = Union[payload, ValidationProblem, NotAllowed, Conflict, RateLimited]  # noqa: UP007
    return Annotated[members, strawberry.union(name, description=description)]
