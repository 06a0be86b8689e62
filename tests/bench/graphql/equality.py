"""Do the servers answer the same? Compared before anything is measured, but for what is their convention alone."""

import re
from datetime import datetime
from typing import Any

MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d.*")
OPAQUE = {"cursor", "endCursor"}
WORDS = {"state", "stage", "role", "language"}


def plain(value: Any, key: str = "") -> Any:
    """Cursors as present or not, moments as moments, enum values in capitals, PostGraphile's columns as ours."""
    match value:
        case dict():
            return _object(value)
        case list():
            return [plain(one) for one in value]
        case str() if key in OPAQUE:
            return "a cursor"
        case str() if key in WORDS:
            return value.upper()
        case str() if MOMENT.fullmatch(value):
            return datetime.fromisoformat(value)
    return value


def _object(value: dict[str, Any]) -> Any:
    if value.keys() == {"nodes"}:
        return plain(value["nodes"])  # a plain list, where all that PostGraphile has are connections
    found = {key: plain(inner, key) for key, inner in value.items() if key not in ("titleDe", "titleEn")}
    if "titleDe" in value:
        found["title"] = {"de": value["titleDe"], "en": value["titleEn"]}
    return found


def difference(one: Any, other: Any, path: str = "data") -> str:
    """Where two answers differ first; empty when they do not."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return next((d for key in one if (d := difference(one[key], other[key], f"{path}.{key}"))), "")
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return next((d for n, (a, b) in pairs if (d := difference(a, b, f"{path}[{n}]"))), "")
    return "" if one == other else f"{path}: {str(one)[:200]} is not {str(other)[:200]}"


def values(value: Any) -> int:
    """How many scalars an answer holds."""
    if isinstance(value, dict | list):
        return sum(map(values, value.values() if isinstance(value, dict) else value))
    return 1
