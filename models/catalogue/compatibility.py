"""What readers of an older schema would stumble over in a newer one. Nothing of the kind leaves a release."""

from collections.abc import Iterator, Mapping
from typing import Any

ORDER = ("person", "staff", "members", "public")
"""Who may see it, from few to all."""


def broken(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Every promise of `old` that `new` does not keep, in plain words: a type or a field that is gone, another form, a
    word or an address that is no more, something that need not be there any longer, or is shown to fewer.
    """
    return [each for name, was in old["$defs"].items() for each in _of_type(name, was, new["$defs"].get(name))]


def _of_type(name: str, was: Mapping[str, Any], now: Mapping[str, Any] | None) -> Iterator[str]:
    if now is None:
        yield f"{name} is gone"
        return
    if was["x-since"] != now["x-since"]:
        yield f"{name} came with {was['x-since']}, not with {now['x-since']}"
    if gone := set(was["x-visible-to"]) - set(now["x-visible-to"]):
        yield f"{name} is no longer shown to {', '.join(sorted(gone, key=ORDER.index))}"
    yield from _of_value(name, was, now)


def _of_value(path: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    for word in ("type", "format", "const", "pattern", "minimum"):
        if was.get(word) != now.get(word):
            yield f"{path}: {word} was {was.get(word)}, is {now.get(word)}"
    if gone := [each for each in was.get("enum", []) if each not in now.get("enum", [])]:
        yield f"{path}: no more {', '.join(gone)}"
    if gone := [each for each in was.get("required", []) if each not in now.get("required", [])]:
        yield f"{path}: {', '.join(gone)} need not be there any more"
    for name, value in was.get("properties", {}).items():
        if name not in now.get("properties", {}):
            yield f"{path}.{name} is gone"
        else:
            yield from _of_value(f"{path}.{name}", value, now["properties"][name])
