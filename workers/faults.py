"""Named points at which a test may end the process: `LEUCHTTURM_FAULTS=post.after_write=kill`."""

import os
import signal
from collections.abc import Callable

ACTIONS = {"kill": signal.SIGKILL, "term": signal.SIGTERM}


class Crashed(Exception):
    """What the action `raise` raises: an error that nobody expected."""


def armed(plan: str) -> Callable[[str], None]:
    """The function that job code calls at its points. `plan` is `point=kill|term|raise`, separated by commas."""
    actions = dict(part.strip().split("=", 1) for part in plan.split(",") if part.strip())
    if unknown := set(actions.values()) - {*ACTIONS, "raise"}:
        raise ValueError(f"LEUCHTTURM_FAULTS knows kill, term and raise, not {', '.join(sorted(unknown))}")

    def fault(point: str) -> None:
        action = actions.get(point)
        if action == "raise":
            raise Crashed(point)
        if action is not None:
            os.kill(os.getpid(), ACTIONS[action])

    return fault
