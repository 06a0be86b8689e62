"""Whether an event is as declared; in development and in tests, one that is not is refused where it is written."""

from collections.abc import Callable
from typing import Any

from models import outbox
from models.catalogue.catalogue import catalogue


class Undeclared(AssertionError):
    """An event that partners could not have expected: a mistake in the program, not of a person."""


def objections(event: Any) -> list[str]:
    """What is wrong with an event, in plain words; none for one that is as declared."""
    declared = catalogue().get(event.type)
    if declared is None:
        return [f"{event.type} is not declared in models/catalogue/"]
    said, fields = dict(event.payload), declared.payload
    wrong = []
    if event.subject_kind != declared.subject_kind:
        wrong.append(f"it is about {event.subject_kind}, not {declared.subject_kind}")
    if event.visible_to not in declared.visible_to:
        wrong.append(f"it is shown to {event.visible_to.value}")
    wrong += [f"{name} is not declared" for name in said.keys() - fields.keys()]
    wrong += [f"{name} is missing" for name, field in fields.items() if field.required and name not in said]
    wrong += [
        f"{name} is not a {fields[name].form}" for name in said.keys() & fields.keys() if not _fits(said, name, fields)
    ]
    return [f"{event.type}: {each} (models/catalogue/recorded.py)" for each in wrong]


def _fits(said: dict[str, Any], name: str, fields: Any) -> bool:
    return bool(fields[name].holds(said[name]))


def watch(heed: Callable[[Any], bool] = lambda event: True) -> None:
    """From now on refuse to write undeclared events in this process, of those that `heed` picks out."""

    def look(event: Any) -> None:
        if heed(event) and (wrong := objections(event)):
            raise Undeclared("; ".join(wrong))

    outbox.look = look
