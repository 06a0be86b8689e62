"""Who could found a team together: groups of three to six, from facts alone. Reads nothing, knows no clock."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

FEWEST, MOST = 3, 6
TARGET = 4
"""Circles are begun with four; whoever is left over joins one, so that few stay alone."""
FAMILIES = 2
"""Kinds of skills in a circle: three developers are a start, a developer and a nurse are a project."""


@dataclass(frozen=True)
class Founder:
    """Somebody without a team."""

    id: UUID
    area: UUID | None = None
    """The field of action that they are drawn to; None goes with any."""
    zone: str = "Europe/Berlin"
    languages: tuple[str, ...] = ()
    parts: frozenset[str] = frozenset()
    """Parts of their week; none: not said."""
    families: frozenset[UUID] = frozenset()
    apart: frozenset[UUID] = frozenset()
    """People whom they do not meet, whoever said so (E38)."""


@dataclass
class Circle:
    """A group with what its people share. Nothing said counts as everything."""

    area: UUID | None
    people: list[Founder] = field(default_factory=list)

    @property
    def families(self) -> set[UUID]:
        return {family for person in self.people for family in person.families}

    @property
    def languages(self) -> set[str]:
        return _common([set(person.languages) for person in self.people])

    @property
    def parts(self) -> set[str]:
        return _common([set(person.parts) for person in self.people])

    @property
    def is_whole(self) -> bool:
        return FEWEST <= len(self.people) <= MOST and len(self.families) >= FAMILIES

    def takes(self, other: Founder) -> bool:
        """Whether somebody shares a language and a part of the week with all of them, and is kept apart from none."""
        if len(self.people) >= MOST or other.zone != self.people[0].zone or other.area not in (self.area, None):
            return False
        if any(person.id in other.apart or other.id in person.apart for person in self.people):
            return False
        return _meet(self.languages, other.languages) and _meet(self.parts, other.parts)


def circles(founders: Sequence[Founder], *, seed: str) -> list[Circle]:
    """Groups for as many as possible, each of one field of action; the same founders in another order give the same."""
    grouped: dict[tuple[str, str], list[Founder]] = defaultdict(list)
    for founder in _shuffled(seed, founders):
        grouped[str(founder.area or ""), founder.zone].append(founder)
    made: list[Circle] = []
    left: list[Founder] = []
    for key in sorted(key for key in grouped if key[0]):
        whole, over = _begin(grouped[key])
        made += whole
        left += _join(over, whole)
    # Whoever goes with any field completes circles that there are, then begins one with those who were left over.
    anywhere = [founder for key in sorted(grouped) if not key[0] for founder in grouped[key]]
    whole, over = _begin([*left, *_join(anywhere, made)])
    made += whole
    _join(over, made)
    return made


def _begin(people: list[Founder]) -> tuple[list[Circle], list[Founder]]:
    """Circles of about four, and who is left over."""
    waiting, whole, over = list(people), [], []
    while waiting:
        circle = Circle(waiting[0].area, [waiting.pop(0)])
        while len(circle.people) < TARGET and (best := _next(circle, waiting)):
            circle.people.append(best)
            waiting.remove(best)
        if circle.is_whole:
            whole.append(circle)
        else:
            over.append(circle.people[0])
            waiting = [*circle.people[1:], *waiting]
    return whole, over


def _next(circle: Circle, waiting: list[Founder]) -> Founder | None:
    """Who brings most that is new; then who shares most of the week; then whoever comes first."""
    fitting = [person for person in waiting if circle.takes(person)]
    known, parts = circle.families, circle.parts
    return max(
        fitting, key=lambda p: (min(1, len(p.families - known)), len(p.parts & parts) if parts else 0), default=None
    )


def _join(people: Iterable[Founder], made: list[Circle]) -> list[Founder]:
    """Let people complete circles that have room, the smallest first. Returns who still waits."""
    still = []
    for person in people:
        open_to = [circle for circle in made if circle.takes(person)]
        if open_to:
            min(open_to, key=lambda circle: len(circle.people)).people.append(person)
        else:
            still.append(person)
    return still


def _common(said: Iterable[set[str]]) -> set[str]:
    """What all of those share who said anything."""
    spoken = [words for words in said if words]
    return set.intersection(*spoken) if spoken else set()


def _meet(ours: set[str], theirs: Iterable[str]) -> bool:
    return not ours or not theirs or bool(ours & set(theirs))


def _shuffled(seed: str, founders: Iterable[Founder]) -> list[Founder]:
    return sorted(founders, key=lambda one: hashlib.sha256(f"{seed} {one.id}".encode()).digest())
