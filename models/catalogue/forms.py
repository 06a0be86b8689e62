"""What a payload may hold: ids, words of closed sets, moments, whole numbers. Nothing in which a name would fit."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Form(StrEnum):
    """The form of one value."""

    ID = "id"
    WORD = "word"
    NAME = "name"
    """A word of ours from an open set, such as the name of a kind of work."""
    MOMENT = "moment"
    COUNT = "count"


_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_NAME = re.compile(r"[a-z][a-z0-9_.]{0,79}")


@dataclass(frozen=True)
class Field:
    """One entry of a payload. `words` is the closed set of a `WORD`, in its order."""

    form: Form
    words: tuple[str, ...] = ()
    required: bool = False

    def holds(self, value: Any) -> bool:
        """Whether a value has the form."""
        if self.form is Form.COUNT:
            return type(value) is int and value >= 0
        if not isinstance(value, str):
            return False
        if self.form is Form.WORD:
            return value in self.words
        if self.form is Form.MOMENT:
            return _is_moment(value)
        return (_UUID if self.form is Form.ID else _NAME).fullmatch(value) is not None

    def schema(self) -> dict[str, Any]:
        """The same for programs (JSON Schema)."""
        schemas: Mapping[Form, dict[str, Any]] = {
            Form.ID: {"type": "string", "format": "uuid"},
            Form.WORD: {"type": "string", "enum": list(self.words)},
            Form.NAME: {"type": "string", "pattern": f"^{_NAME.pattern}$"},
            Form.MOMENT: {"type": "string", "format": "date-time"},
            Form.COUNT: {"type": "integer", "minimum": 0},
        }
        return schemas[self.form]

    def example(self) -> Any:
        examples: Mapping[Form, Any] = {
            Form.ID: "01717d5c-2c00-7a4e-9d1b-3f6c0b7e4a12",
            Form.WORD: next(iter(self.words), ""),
            Form.NAME: "search.index",
            Form.MOMENT: "2020-04-14T17:00:00+02:00",
            Form.COUNT: 10,
        }
        return examples[self.form]


def _is_moment(value: str) -> bool:
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def identity(*, required: bool = False) -> Field:
    return Field(Form.ID, required=required)


def word(of: type[StrEnum] | tuple[str, ...], *, required: bool = False) -> Field:
    """One of a closed set."""
    words = of if isinstance(of, tuple) else tuple(each.value for each in of)
    return Field(Form.WORD, words, required)


def both(one: Field, other: Field) -> Field:
    """A field that two causes of one type write: every word of either, required where both write it."""
    words = tuple(dict.fromkeys([*one.words, *other.words]))
    return Field(one.form, words, one.required and other.required)
