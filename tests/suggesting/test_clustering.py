"""Founder circles as arithmetic: three to six people who have a language, times and different skills."""

import random
from dataclasses import replace
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from models.exchange.circles.clustering import FAMILIES, FEWEST, MOST, Founder, circles
from tests.suggesting.community import an_id

PARTS = ["monday_evening", "tuesday_evening", "saturday_morning", "sunday_morning"]


def founders(seed: int, count: int) -> list[Founder]:
    chance = random.Random(seed)
    fields, families = [an_id(chance) for _ in range(2)], [an_id(chance) for _ in range(4)]
    people = [
        Founder(
            an_id(chance),
            chance.choice([None, *fields]),
            chance.choice(["Europe/Berlin", "Europe/Berlin", "America/Bogota"]),
            chance.choice([(), ("de",), ("de", "en"), ("en",)]),
            frozenset(chance.sample(PARTS, chance.randint(0, 3))),
            frozenset(chance.sample(families, chance.randint(0, 2))),
        )
        for _ in range(count)
    ]
    return [replace(one, apart=frozenset([chance.choice(people).id]) - {one.id}) for one in people]


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.integers(0, 30))
def test_a_circle_can_meet_and_nobody_is_in_two(seed: int, count: int) -> None:
    made = circles(founders(seed, count), seed="2020-W16")

    everybody = [person.id for circle in made for person in circle.people]
    assert len(everybody) == len(set(everybody))
    for circle in made:
        assert FEWEST <= len(circle.people) <= MOST
        assert len(circle.families) >= FAMILIES
        assert len({person.zone for person in circle.people}) == 1
        assert {person.area for person in circle.people} <= {circle.area, None}
        for said in ([p.languages for p in circle.people], [p.parts for p in circle.people]):
            spoken = [set(words) for words in said if words]
            assert not spoken or set.intersection(*spoken), "all of them share something"
        ids = {person.id for person in circle.people}
        assert not any(person.apart & ids for person in circle.people), "a wish not to meet is binding (E38)"


@settings(max_examples=15)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_the_order_of_the_table_changes_nothing(seed: int, chance: random.Random) -> None:
    people = founders(seed, 20)
    first = circles(people, seed="2020-W16")
    chance.shuffle(people)
    assert circles(people, seed="2020-W16") == first


def test_most_people_with_something_in_common_find_a_circle() -> None:
    """Forty people of one field with different skills: at most two stay alone, and nobody is pressed into a sixth."""
    chance, area = random.Random(3), UUID(int=7)
    families = [UUID(int=number) for number in range(1, 5)]
    people = [
        Founder(
            an_id(chance), area, languages=("de",), parts=frozenset(PARTS[:2]), families=frozenset([families[n % 4]])
        )
        for n in range(41)
    ]

    made = circles(people, seed="2020-W16")

    assert sum(len(circle.people) for circle in made) == 41
    assert max(len(circle.people) for circle in made) <= 5
