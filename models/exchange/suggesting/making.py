"""Making lists: everybody's anew each night, and one person's or one role's as soon as something changed."""

import asyncio
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise.expressions import Q
from tortoise.queryset import QuerySet
from tortoise.transactions import in_transaction

from models.exchange.listing import Listing
from models.exchange.suggesting.explaining import Labels, words
from models.exchange.suggesting.gathering import gather
from models.exchange.suggesting.ranking import Suggested, people_for_roles, teams_for_people
from models.exchange.suggesting.rows import Suggestion, SuggestionFactor
from models.exchange.suggesting.weights import PRESENT
from models.members import Person

LISTS = 200  # per transaction: on SQLite everybody waits for it, some 100 ms


async def renew_all(now: datetime) -> int:
    """Make every list anew, with the day as the seed. Returns how many places were filled."""
    facts = await gather(now)
    seed = now.date().isoformat()
    # Seconds of arithmetic for a big community: not in the event loop.
    for_people = await asyncio.to_thread(teams_for_people, facts.seekers, facts.openings, seed=seed)
    for_roles = await asyncio.to_thread(people_for_roles, facts.openings, facts.listed, seed=seed)
    await _forget(Q(person_id__isnull=False), set(for_people), "person_id")
    await _forget(Q(role_id__isnull=False), set(for_roles), "role_id")
    filled = await _write(for_people, {}, now, of="person_id")
    return filled + await _write(for_roles, facts.listing_of, now, of="role_id")


async def renew_person(person_id: UUID, now: datetime) -> int:
    """Make one person's list anew, or take it away; and take them off lists where they do not belong any more."""
    facts = await gather(now, person_id=person_id)
    shown, lists = await _shown("team_id", Q(person_id__isnull=False) & ~Q(person_id=person_id), "person_id")
    made = teams_for_people(
        facts.seekers, facts.openings, seed=f"{now.date().isoformat()} {person_id}", shown=shown, lists=lists + 1
    )
    mine = Suggestion.filter(role_id__isnull=False, listing__person_id=person_id)
    stays = facts.listing_of.get(person_id)
    wanted = mine.exclude(listing_id=stays) if stays else mine
    gone = list(await wanted.values_list("id", flat=True))
    if stays and (apart := facts.listed[0].not_teams if facts.listed else frozenset()):
        gone += await mine.filter(team_id__in=list(apart)).values_list("id", flat=True)
    await Suggestion.filter(id__in=gone).delete()
    await Suggestion.filter(person_id=person_id).delete()
    return await _write(made, {}, now, of="person_id")


async def renew_role(role_id: UUID, now: datetime) -> int:
    """Make the list of one role anew, or take it away; a role that is not open leaves everybody's list as well."""
    facts = await gather(now)
    openings = [opening for opening in facts.openings if opening.id == role_id]
    if not openings:
        await Suggestion.filter(Q(role_id=role_id) | Q(listing_id=role_id)).delete()
        return 0
    shown, lists = await _shown("listing__person_id", Q(role_id__isnull=False) & ~Q(role_id=role_id), "role_id")
    made = people_for_roles(
        openings, facts.listed, seed=f"{now.date().isoformat()} {role_id}", shown=shown, lists=lists + 1
    )
    await Suggestion.filter(role_id=role_id).delete()
    return await _write(made, facts.listing_of, now, of="role_id")


async def _shown(column: str, which: Q, whose: str) -> tuple[dict[UUID, int], int]:
    """How often each is shown on the lists of others, and how many such lists there are."""
    found = await Suggestion.filter(which).values_list(column, whose)
    return dict(Counter(one for one, _ in found)), len({owner for _, owner in found})


async def _forget(which: Q, keep: Collection[UUID], column: str) -> None:
    """Lists of people who want none any more, and of roles that are closed."""
    owners: set[Any] = set(await Suggestion.filter(which).distinct().values_list(column, flat=True))
    for some in _parts(sorted(owners - set(keep)), LISTS):
        await _of(column, some).delete()


async def _write(
    made: Mapping[UUID, list[Suggested]], listing_of: Mapping[UUID, UUID], now: datetime, *, of: str
) -> int:
    """Replace these lists, some at a time; whoever reads meanwhile sees old or new ones, each whole."""
    labels = await Labels.of(each for list_ in made.values() for each in list_)
    filled = 0
    for some in _parts(list(made), LISTS):
        places, reasons = [], []
        for owner in some:
            for place, each in enumerate(made[owner], start=1):
                row = _place(owner, place, each, listing_of, now, of)
                places.append(row)
                reasons += _reasons(row, each, labels, for_team=of == "role_id")
        async with in_transaction():
            # One after the other for each list: two jobs about one person would leave both of their lists.
            owners: Any = Person if of == "person_id" else Listing
            await owners.filter(id__in=some).order_by("id").select_for_update().only("id")
            await _of(of, some).delete()
            await Suggestion.bulk_create(places, batch_size=500)
            await SuggestionFactor.bulk_create(reasons, batch_size=500)
        filled += len(places)
    return filled


def _of(column: str, owners: list[UUID]) -> QuerySet[Suggestion]:
    whose: dict[str, Any] = {f"{column}__in": owners}
    return Suggestion.filter(**whose)


def _place(
    owner: UUID, place: int, each: Suggested, listing_of: Mapping[UUID, UUID], now: datetime, of: str
) -> Suggestion:
    offered = each.opening.id if of == "person_id" else listing_of[each.seeker.id]
    return Suggestion(
        **{of: owner}, listing_id=offered, team_id=each.opening.team_id, place=place,
        weights_version=PRESENT.version, made_at=now,
    )  # fmt: skip


def _reasons(row: Suggestion, each: Suggested, labels: Labels, *, for_team: bool) -> list[SuggestionFactor]:
    said = [
        (name, value, weight, words(each, name, value, labels, for_team=for_team))
        for name, value, weight in each.factors
    ]
    return [
        SuggestionFactor(
            suggestion_id=row.id, factor=name, value=value, weight=weight, text_de=text.de, text_en=text.en
        )
        for name, value, weight, text in said
    ]


def _parts(items: Iterable[UUID], size: int) -> Iterable[list[UUID]]:
    whole = list(items)
    return [whole[start : start + size] for start in range(0, len(whole), size)]
