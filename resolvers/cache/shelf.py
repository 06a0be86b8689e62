"""A shelf with room for so many bytes: what was not used for the longest time makes room."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")

OVERHEAD = 400  # bytes of an entry beside its content: keys, numbers, the dictionary itself


class Shelf(Generic[T]):
    """Things with their sizes. One that would take more than an eighth of the room is not kept."""

    def __init__(self, room: int) -> None:
        self.room, self.used = room, 0
        self._things: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._things)

    def get(self, key: Hashable) -> T | None:
        found = self._things.get(key)
        if found is None:
            return None
        self._things.move_to_end(key)
        return found[0]

    def put(self, key: Hashable, thing: T, size: int) -> None:
        self.drop(key)
        size += OVERHEAD
        if size > self.room // 8:
            return
        self._things[key] = thing, size
        self.used += size
        while self.used > self.room:
            self.used -= self._things.popitem(last=False)[1][1]

    def drop(self, key: Hashable) -> None:
        gone = self._things.pop(key, None)
        if gone is not None:
            self.used -= gone[1]
