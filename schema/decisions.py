"""`viewerCan(action)`: may this viewer do it now, and if not, why not. Asked from the transition table itself."""

import inspect
from enum import Enum
from typing import Any

import strawberry

from models.machine import Decision as Decided
from models.machine import Stateful
from schema.batched import Batched
from schema.context import Context
from schema.described import answer

MAY = "May you do this now? The same rules as the mutation's, acting on nothing."


@answer
class Decision:
    """Whether the viewer may follow an action now; so a client can explain why a button is off."""

    allowed: bool
    reason_code: str | None
    """The code of the refusal that the mutation would answer, such as `FOUR_EYES`; null when it is allowed."""
    message_de: str | None
    message_en: str | None

    @classmethod
    def of(cls, decided: Decided) -> "Decision":
        no = decided.refusal
        return cls(
            allowed=decided.allowed,
            reason_code=no.code if no else None,
            message_de=no.de if no else None,
            message_en=no.en if no else None,
        )


def viewer_can(name: str, model: type[Stateful]) -> Any:
    """The field for a bound type with a machine; its actions become an enum of their own."""
    named: Any = Enum(f"{name}Action", {action.upper(): action for action in model.transitions.actions})  # type: ignore[misc]
    actions: Any = strawberry.enum(
        named,
        name=f"{name}Action",
        description=f"What can be done with a {name}: the actions of its state machine.",
    )

    async def can(rows: list[Any], context: Context, action: Any) -> list[Decision]:
        by, now = context.viewer, context.now
        return [Decision.of(await row.decide(action.value, by=by, now=now)) for row in rows]

    action = inspect.Parameter("action", inspect.Parameter.KEYWORD_ONLY, annotation=actions)
    return Batched((), can).field(Decision, [action], MAY)
