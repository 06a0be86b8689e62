"""The facts, read in a dozen statements for everybody or for one person. No name is read, and no picture."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from models.exchange.application import Application
from models.exchange.listing import Listing
from models.exchange.listing_row import ListingLanguage, ListingSkill
from models.exchange.listing_states import ListingState
from models.exchange.suggesting.facts import Opening, Seeker
from models.exchange.words import ListingKind, Need
from models.members import Consent, ConsentStatus, Person, PersonSkill, Purpose, blocked_pairs
from models.members.person import PersonState
from models.teams import MembershipState, TeamMembership, TeamState

LATELY = timedelta(days=60)  # whoever has not been there for longer gets no list, and is on none
Sets = dict[UUID, set[UUID]]


@dataclass
class Facts:
    """Both sides of the board at one moment."""

    openings: list[Opening]
    seekers: list[Seeker]
    """People with their profile: for the lists that they read themselves."""
    listed: list[Seeker] = field(default_factory=list)
    """People by what they listed, and nothing of their profile: for the lists that teams read."""
    listing_of: dict[UUID, UUID] = field(default_factory=dict)
    """A person's newest open listing that seeks a team."""
    in_team: set[UUID] = field(default_factory=set)
    """Those of the seekers who belong to a team already."""


async def gather(now: datetime, *, person_id: UUID | None = None) -> Facts:
    """Read everybody, or of the people only one."""
    openings = await _openings(now)
    people = await _people(now, person_id)
    ids = set(people)
    listings = await _looking(now, ids)
    in_teams = await _pairs(TeamMembership.filter(state=MembershipState.ACTIVE), "person_id", "team_id")
    met = await _pairs(Application.filter(**_one(person_id)), "person_id", "listing_id")
    apart = _apart(await blocked_pairs(), in_teams)
    skills = await _pairs(PersonSkill.filter(**_one(person_id)), "person_id", "skill_id")
    seekers, listed = [], []
    for id, (languages, hours) in people.items():
        own, asked = in_teams.get(id, set()), listings.get(id)
        if own and asked is None:
            continue  # has a team and is not looking
        never = {"not_teams": frozenset(own | apart.get(id, set())), "not_openings": frozenset(met.get(id, ()))}
        drawn = frozenset([asked.area] if asked and asked.area else [])
        wide = frozenset(skills.get(id, set()) | (asked.skills if asked else set()))
        seekers.append(
            Seeker(
                id,
                wide,
                tuple(languages) or (asked.languages if asked else ()),
                hours if hours is not None else (asked.hours if asked else None),
                drawn,
                **never,
            )
        )
        if asked:
            listed.append(Seeker(id, frozenset(asked.skills), asked.languages, asked.hours, drawn, **never))
    return Facts(
        openings,
        seekers,
        listed,
        {id: asked.id for id, asked in listings.items()},
        {id for id in ids if in_teams.get(id)},
    )


def _one(person_id: UUID | None) -> dict[str, Any]:
    return {} if person_id is None else {"person_id": person_id}


async def _pairs(rows: Any, key: str, value: str) -> Sets:
    found: Sets = defaultdict(set)
    for one, other in await rows.values_list(key, value):
        found[one].add(other)
    return found


async def _people(now: datetime, person_id: UUID | None) -> dict[UUID, tuple[list[str], int | None]]:
    """Active people who want suggestions (E9) and have been there lately."""
    willing = Consent.filter(purpose=Purpose.MATCHING, state=ConsentStatus.GIVEN, **_one(person_id))
    ids = set(await willing.values_list("person_id", flat=True))
    rows = Person.filter(state=PersonState.ACTIVE, last_active_at__gt=now - LATELY)
    if person_id is not None:
        rows = rows.filter(id=person_id)
    said = await rows.values_list("id", "languages", "hours_per_week")
    return {id: (languages, hours) for id, languages, hours in said if id in ids}


@dataclass
class _Asked:
    """What a listing says."""

    id: UUID
    area: UUID | None
    hours: int | None
    must: set[UUID] = field(default_factory=set)
    nice: set[UUID] = field(default_factory=set)
    languages: tuple[str, ...] = ()

    @property
    def skills(self) -> set[UUID]:
        return self.must | self.nice


async def _asked(rows: Iterable[tuple[UUID, UUID | None, int | None]]) -> dict[UUID, _Asked]:
    asked = {id: _Asked(id, area, hours) for id, area, hours in rows}
    skills = ListingSkill.filter(listing__state=ListingState.OPEN)
    for id, skill, need in await skills.values_list("listing_id", "skill_id", "need"):
        if id in asked:
            (asked[id].must if need == Need.MUST else asked[id].nice).add(skill)
    spoken = ListingLanguage.filter(listing__state=ListingState.OPEN).order_by("id")
    for id, code in await spoken.values_list("listing_id", "code"):
        if id in asked:
            asked[id].languages += (code,)
    return asked


async def _looking(now: datetime, people: set[UUID]) -> dict[UUID, _Asked]:
    rows = Listing.filter(purpose=ListingKind.SEEKS_TEAM, state=ListingState.OPEN, expires_at__gt=now).order_by("id")
    found = [
        row
        for row in await rows.values_list("id", "person_id", "field_of_action_id", "hours_per_week")
        if row[1] in people
    ]
    asked = await _asked((id, area, hours) for id, _, area, hours in found)
    return {person: asked[id] for id, person, _, _ in found}


async def _openings(now: datetime) -> list[Opening]:
    rows = Listing.filter(
        purpose=ListingKind.SEEKS_MEMBER, state=ListingState.OPEN, expires_at__gt=now, team__state=TeamState.LISTED
    )
    found = await rows.values_list("id", "team_id", "seats", "taken", "field_of_action_id", "hours_per_week")
    asked = await _asked((id, area, hours) for id, _, _, _, area, hours in found)
    skills = await _skills_of_teams()
    return [
        Opening(
            id,
            team,
            seats - taken,
            frozenset(asked[id].must),
            frozenset(asked[id].nice),
            frozenset(skills.get(team, ())),
            asked[id].languages,
            hours,
            area,
        )
        for id, team, seats, taken, area, hours in found
        if taken < seats
    ]


async def _skills_of_teams() -> Sets:
    """What the teams have already: a feature of the ranking, told to nobody."""
    inside = PersonSkill.filter(person__memberships__state=MembershipState.ACTIVE)
    return await _pairs(inside, "person__memberships__team_id", "skill_id")


def _apart(pairs: Iterable[frozenset[UUID]], in_teams: Sets) -> Sets:
    """For each person the teams in which there is somebody whom they do not meet, whoever of the two said so."""
    apart: Sets = defaultdict(set)
    for pair in pairs:
        for one in pair:
            for other in pair - {one}:
                apart[one] |= in_teams.get(other, set())
    return apart
