"""The latest so many of something, by key: what any number of different requests cannot make grow."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """Forgets what was wanted longest ago."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, T] = OrderedDict()

    def get(self, key: Hashable) -> T | None:
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def put(self, key: Hashable, what: T) -> T:
        self._kept[key] = what
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return what

    def __len__(self) -> int:
        return len(self._kept)
