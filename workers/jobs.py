"""The registry of work: which function does which kind of job."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from workers.work import Ending, Job, Tools

Handler = Callable[[Tools, Job], Awaitable[Ending]]
H = TypeVar("H", bound=Handler)

HANDLERS: dict[str, Handler] = {}
"""Filled by the `@job` decorators when `workers/main.py` imports the modules of each word."""


def job(work: str) -> Callable[[H], H]:
    """Register the handler of a kind of work, such as `mail.sign_in`. It must bear being run twice."""

    def register(handler: H) -> H:
        if work in HANDLERS:
            raise ValueError(f"two handlers for {work}")
        HANDLERS[work] = handler
        return handler

    return register
