"""Every promise that is kept so far is named by the test that holds us to it."""

import re
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent.parent
NUMBER = re.compile(r"\b(?:E\d{1,2}|C\d{1,2}\.\d{1,2})\b")

KEPT = (
    *(f"E{number}" for number in (*range(1, 15), *range(16, 45))),
    *("E49", "E50", "E52", "E53", "E54", "E55", "E60"),
    *("C1.1", "C1.2", "C1.3", "C1.4", "C1.5", "C1.6", "C1.7"),
    *("C2.1", "C2.2", "C2.3", "C2.4", "C7.3", "C7.4", "E61", "C5.1", "C5.2", "C5.3", "C5.4"),
    *("C12.1", "C12.2", "C12.3", "C15.1", "C15.2", "C15.3", "C15.4", "E58", "E63"),
)
"""Expectations of the community and acceptance points, by the numbers that docs and tests use."""


@pytest.fixture(scope="module")
def named() -> set[str]:
    return {
        number
        for file in HERE.rglob("test_*.py")
        if file.name != Path(__file__).name
        for number in NUMBER.findall(file.read_text(encoding="utf-8"))
    }


@pytest.mark.parametrize("number", KEPT)
def test_a_promise_is_held_by_a_test_that_names_it(named: set[str], number: str) -> None:
    assert number in named, f"no test names {number}: name it in the docstring of the one that proves it"
