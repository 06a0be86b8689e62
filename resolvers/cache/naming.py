"""Which tables a statement may read, from its text."""

import re
from functools import lru_cache

from models import touches

_WORD = re.compile(r"\w+")


@lru_cache(maxsize=2_000)
def tables_named(statement: str) -> frozenset[str]:
    """Every table whose name stands in the statement, as whatever. Rather one too many: it costs a repetition."""
    return frozenset(_WORD.findall(statement)) & touches.tables()
