"""Suggestions as arithmetic: fair exposure, hard limits, and an order that nobody's place in a table decides."""

import math
import random
from collections import Counter
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.exchange.suggesting.facts import Opening, Seeker
from models.exchange.suggesting.ranking import people_for_roles, teams_for_people
from models.exchange.suggesting.weights import PRESENT, Weights
from tests.suggesting.community import applications, base, community, filled, per_seat

SIMILARITY = Weights(version="similarity", exposure=0.0, cap=math.inf, fields=1)


def test_a_whole_community_finds_teams_and_no_team_drowns() -> None:
    """C5.4 and domain.md, 9.6: 2,000 people, 300 teams."""
    people, roles = community(1, 2_000, 300)

    lists = teams_for_people(people, roles, seed="2020-04-14")

    applied = applications(lists, seed=1)
    fit = [base(one) for found in lists.values() for one in found]
    similar = teams_for_people(people, roles, seed="2020-04-14", weights=SIMILARITY)
    alike = [base(one) for found in similar.values() for one in found]
    shown = Counter(one.opening.team_id for found in lists.values() for one in found)
    seats = sum(role.seats for role in roles)
    assert filled(applied) >= 0.98 * seats
    assert per_seat(applied, roles)[int(0.95 * len(roles))] <= 15
    assert sum(fit) / len(fit) >= 0.95 * sum(alike) / len(alike)
    assert sum(len(found) == PRESENT.length for found in lists.values()) >= 0.95 * len(people)
    for role in roles:
        fair = PRESENT.length * len(people) * role.seats / seats
        assert shown[role.team_id] <= math.ceil(PRESENT.cap * fair), "no team is shown more than twice its share"
        assert shown[role.team_id] > 0


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(0, 12), st.integers(0, 12), st.randoms(use_true_random=False))
def test_the_order_of_the_tables_changes_nothing(seed: int, people: int, teams: int, chance: random.Random) -> None:
    """Also when there is nobody, or nothing open."""
    seekers, roles = community(seed, people, teams, skills=6)
    first = teams_for_people(seekers, roles, seed="a day"), people_for_roles(roles, seekers, seed="a day")

    chance.shuffle(seekers)
    chance.shuffle(roles)

    assert (teams_for_people(seekers, roles, seed="a day"), people_for_roles(roles, seekers, seed="a day")) == first


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_nobody_is_suggested_what_cannot_be(seed: int) -> None:
    """Hard filters: a common language, enough hours, an open seat, no wish not to meet (E38), nothing met before."""
    chance = random.Random(seed)
    seekers, roles = community(seed, 12, 15, skills=6)
    apart = {seeker.id: roles[chance.randrange(15)].team_id for seeker in seekers}
    met = {seeker.id: roles[chance.randrange(15)].id for seeker in seekers}
    seekers = [
        replace(seeker, not_teams=frozenset([apart[seeker.id]]), not_openings=frozenset([met[seeker.id]]))
        for seeker in seekers
    ]

    both = teams_for_people(seekers, roles, seed="s"), people_for_roles(roles, seekers, seed="s")

    for one in [one for lists in both for found in lists.values() for one in found]:
        person, role = one.seeker, one.opening
        assert set(person.languages) & set(role.languages)
        assert role.hours is None or person.hours is None or person.hours >= role.hours
        assert role.team_id != apart[person.id]
        assert role.id != met[person.id]
    for found in both[0].values():
        assert len({one.opening.team_id for one in found}) == len(found) <= PRESENT.length


@given(st.integers(0, 10_000))
@settings(max_examples=10)
def test_the_factors_add_up_to_what_a_place_was_found_by(seed: int) -> None:
    lists = teams_for_people(*community(seed, 8, 8, skills=6), seed="s")

    for found in lists.values():
        for one in found:
            names = [name for name, _, _ in one.factors]
            assert names == ["complement", "interest", "hours", "language", "exposure"]
            assert all(0 <= value <= 1 for name, value, _ in one.factors if name != "exposure")
            assert 0 <= base(one) <= 1


def an_opening(number: int, **more: object) -> Opening:
    return replace(Opening(UUID(int=number), UUID(int=number), 1, languages=("de",)), **more)  # type: ignore[arg-type]


def test_what_a_team_lacks_counts_and_not_what_it_has() -> None:
    """Complementarity, not similarity (domain.md, 9.6)."""
    code, law = UUID(int=1_000), UUID(int=1_001)
    lawyer = Seeker(UUID(int=1), frozenset([law]), ("de",))
    of_lawyers = an_opening(2, must=frozenset([law, code]), present=frozenset([law]))
    of_coders = an_opening(3, must=frozenset([law, code]), present=frozenset([code]))

    (found,) = teams_for_people([lawyer], [of_lawyers, of_coders], seed="s").values()

    assert [one.opening.id for one in found] == [of_coders.id, of_lawyers.id]
    assert {name: value for name, value, _ in found[0].factors}["complement"] == 1.0


def test_a_list_shows_more_than_one_field_of_action() -> None:
    health, law = UUID(int=90), UUID(int=91)
    person = Seeker(UUID(int=50), languages=("de",), fields=frozenset([health]))
    roles = [an_opening(number, field=health) for number in range(1, 9)]

    (found,) = teams_for_people([person], [*roles, an_opening(9, field=law)], seed="s").values()

    assert [one.opening.field for one in found] == [*[health] * 4, law]


def test_a_list_that_exists_counts_against_a_team() -> None:
    """Whoever is on many lists already steps back for one that is on none."""
    known, unknown = an_opening(1), an_opening(2)
    people = [Seeker(UUID(int=50), languages=("de",))]
    weights = replace(PRESENT, length=1, fields=1)

    def first(shown: dict[UUID, int]) -> UUID:
        (found,) = teams_for_people(people, [known, unknown], seed="s", shown=shown, lists=50, weights=weights).values()
        return found[0].opening.team_id

    assert first({known.team_id: 20}) == unknown.team_id
    assert first({unknown.team_id: 20}) == known.team_id


@pytest.mark.parametrize("people", [0, 1])
def test_impossible_communities_give_empty_lists(people: int) -> None:
    seekers = [Seeker(UUID(int=1), languages=("tr",))] * people
    assert teams_for_people(seekers, [an_opening(1)], seed="s") == {seeker.id: [] for seeker in seekers}
    assert people_for_roles([an_opening(1)], seekers, seed="s") == {UUID(int=1): []}
