"""Scalars that say what a string means. Rules about their content stand in `models/`, where refusals are typed."""

from collections.abc import Callable
from typing import Any, NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

Markdown = NewType("Markdown", str)
EmailAddress = NewType("EmailAddress", str)
Url = NewType("Url", str)
EventCursor = NewType("EventCursor", str)


class Malformed(ValueError):
    """A value that its scalar cannot be; the message names the scalar and never repeats the value."""


def _text(name: str, most: int) -> Callable[[Any], str]:
    def parse(value: Any) -> str:
        if not isinstance(value, str) or len(value) > most or "\x00" in value:
            raise Malformed(f"{name} is a string of at most {most} characters")
        return value

    return parse


def _scalar(name: str, description: str, most: int) -> ScalarDefinition:
    return strawberry.scalar(name=name, description=description, serialize=str, parse_value=_text(name, most))


SCALARS: dict[object, ScalarDefinition] = {
    Markdown: _scalar(
        "Markdown", "A text in Markdown (CommonMark). It is rendered to safe HTML; raw HTML is not kept.", 200_000
    ),
    EmailAddress: _scalar("EmailAddress", "An e-mail address, such as `ada@example.org`.", 320),
    Url: _scalar("Url", "An absolute address, such as `https://example.org/`.", 2_000),
    EventCursor: _scalar(
        "EventCursor", "A place in the log of events: pass the last one you saw to go on after it.", 40
    ),
}
