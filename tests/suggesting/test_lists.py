"""Lists in a living community: who gets one, what stands in it, who sees it, and when it is gone."""

from datetime import datetime, timedelta
from typing import Any

import pytest

import models
from models import vault
from models.access import Viewer
from models.exchange import Application, ListingKind, Wanted
from models.exchange.suggesting.making import renew_all, renew_person
from models.jobs import JobRun
from models.language import Language
from models.members import Alias, AliasContext, Block, Consent, Person, PersonSkill, PersonState, Purpose, Skill
from tests import people
from tests.exchanging import role
from tests.graph.frontend import Frontend
from tests.suggesting.working import work_until_quiet


async def willing(name: str, now: datetime, *skills: Skill, **said: Any) -> Viewer:
    """Somebody who has agreed to matching."""
    viewer = await people.participant(name, now=now)
    await Person.filter(id=viewer.person_id).update(**{"languages": ["de"], "hours_per_week": 8, **said})
    await PersonSkill.bulk_create([PersonSkill(person_id=viewer.person_id, skill_id=skill.id) for skill in skills])
    await Consent.give(Purpose.MATCHING, Language.DE, by=viewer, now=now)
    return viewer


async def a_skill(de: str, en: str) -> Skill:
    return await Skill.create(key=en.lower(), label_de=de, label_en=en, state="approved", found_by=f"|{de.lower()}|")


async def offered(frontend: Frontend, lead: Viewer, listing: models.Listing) -> list[Any]:
    """What is suggested for a role."""
    found = await frontend.ask(lead, "SuggestedPeople", role=str(listing.id))
    return [one["listing"] for one in found]


async def seeks(viewer: Viewer, now: datetime, *, under_alias: bool = False) -> models.Listing:
    said = Wanted(title="Ich suche ein Team", languages=["de"])
    return await models.Listing.publish(ListingKind.SEEKS_TEAM, said, by=viewer, now=now, under_alias=under_alias)


async def listed(viewer: Viewer) -> list[Any]:
    """Somebody's list as it is kept."""
    rows = models.Suggestion.filter(person_id=viewer.person_id).order_by("place")
    return await rows.values_list("listing_id", "place")


async def titles(frontend: Frontend, viewer: Viewer) -> list[str]:
    return [one["listing"]["title"] for one in await frontend.ask(viewer, "SuggestedTeams")]


async def test_suggestions_come_with_reasons_in_both_languages(frontend: Frontend, now: datetime) -> None:
    """Somebody agrees to matching and has a list a moment later; each place says why, in German and in English."""
    law, code = await a_skill("Recht", "Law"), await a_skill("Programmieren", "Coding")
    await role(now, "Wir suchen Recht", name="Paragraf", must=[law.id], hours_per_week=4)
    await role(now, "Wir suchen Code", name="Klammer", must=[code.id], hours_per_week=4)
    await role(now, "Zu viele Stunden", name="Vollzeit", must=[law.id], hours_per_week=30)
    await role(now, "Auf Türkisch", name="Köprü", must=[law.id], languages=["tr"])

    ada = await willing("Ada", now, law)
    await work_until_quiet(now)

    found = await frontend.ask(ada, "SuggestedTeams")
    assert [one["listing"]["title"] for one in found] == ["Wir suchen Recht", "Wir suchen Code"]
    reasons = {reason["factor"]: reason for reason in found[0]["explanation"]}
    assert reasons["complement"]["text"] == {
        "de": "Du bringst mit, was dem Team noch fehlt: Recht.", "en": "You bring what the team lacks: Law.",
    }  # fmt: skip
    assert "Gefragt sind 4 Stunden" in reasons["hours"]["text"]["de"]
    assert set(reasons) == {"complement", "interest", "hours", "language", "exposure"}


async def test_without_consent_there_is_no_list_and_with_it_the_list_goes(frontend: Frontend, now: datetime) -> None:
    """E9: matching is a consent of its own."""
    await role(now)
    bo = await people.participant("Bo", now=now)
    await work_until_quiet(now)
    assert await titles(frontend, bo) == []

    await Consent.give(Purpose.MATCHING, Language.DE, by=bo, now=now)
    await work_until_quiet(now)
    assert await titles(frontend, bo) == ["Grafik gesucht"]

    await Consent.withdraw(Purpose.MATCHING, by=bo, now=now)
    await work_until_quiet(now)
    assert await titles(frontend, bo) == []


async def test_a_wish_not_to_meet_somebody_empties_lists_on_both_sides(frontend: Frontend, now: datetime) -> None:
    """E38: silent and binding; neither list says why something is missing."""
    here, other = await role(now), await role(now, "Anderes", name="Zweite")
    cem = await willing("Cem", now)
    listing = await seeks(cem, now)
    await work_until_quiet(now)
    assert sorted(await titles(frontend, cem)) == ["Anderes", "Grafik gesucht"]
    assert [one["id"] for one in await offered(frontend, here.lead, here.listing)] == [str(listing.id)]

    await Block.put(cem.person_id, by=here.lead, now=now)  # type: ignore[arg-type]
    await work_until_quiet(now)

    assert await titles(frontend, cem) == ["Anderes"]
    assert await offered(frontend, here.lead, here.listing) == []
    assert len(await offered(frontend, other.lead, other.listing)) == 1


async def test_lists_are_read_by_those_they_are_for_and_by_nobody_else(frontend: Frontend, now: datetime) -> None:
    """A role's list is for the leads of its team; not for other leads, not for managers (E42)."""
    here, other = await role(now), await role(now, "Anderes", name="Zweite")
    dora = await willing("Dora", now)
    await Alias.take(AliasContext.EXCHANGE, "Wolke", by=dora, now=now)
    await seeks(dora, now, under_alias=True)
    await work_until_quiet(now)

    (seen,) = await offered(frontend, here.lead, here.listing)
    assert (seen["alias"], seen["person"]) == ("Wolke", None), "an alias stays one (E37)"
    for stranger in (other.lead, dora, await people.manager(now=now), await people.administrator(now=now)):
        assert await offered(frontend, stranger, here.listing) == []


async def test_what_was_met_filled_or_closed_is_not_suggested(frontend: Frontend, now: datetime) -> None:
    first, second, third = [await role(now, f"Rolle {n}", name=f"Team{n}") for n in range(3)]
    emil = await willing("Emil", now)
    await work_until_quiet(now)
    assert sorted(await titles(frontend, emil)) == ["Rolle 0", "Rolle 1", "Rolle 2"]

    application = await Application.apply(first.listing.id, "Gern!", by=emil, now=now)
    await models.Listing.act(second.listing.id, "withdraw", by=second.lead, now=now)
    assert sorted(await titles(frontend, emil)) == ["Rolle 0", "Rolle 2"], "closed ones are gone at once"
    await renew_all(now + timedelta(days=1))
    assert await titles(frontend, emil) == ["Rolle 2"]

    await Application.accept(application.id, by=first.lead, now=now)
    await work_until_quiet(now)
    assert await titles(frontend, emil) == [], "whoever has a team is not looking any more"
    assert (third.listing.seats, third.listing.taken) == (1, 0)


@pytest.mark.timeout(60)
async def test_of_a_hundred_newcomers_at_least_ninety_five_get_five_suggestions(database: str, now: datetime) -> None:
    """C5.4, with the jobs that their consents start; no team is on more lists than twice its share."""
    for number in range(12):
        await role(now, f"Rolle {number}", name=f"Team {number}", seats=1 + number % 3)
    newcomers = [
        Person(
            handle=f"new-{n}", display_name=f"Neu {n}", email_hash=vault.digest(f"new-{n}"), languages=["de"],
            state=PersonState.ACTIVE, last_active_at=now,
        )
        for n in range(100)
    ]  # fmt: skip
    await Person.bulk_create(newcomers)
    for person in newcomers:
        viewer = Viewer(person_id=person.id, roles=frozenset({models.roles.Role.PARTICIPANT}))
        await Consent.give(Purpose.MATCHING, Language.DE, by=viewer, now=now)

    await work_until_quiet(now)

    counts = [await models.Suggestion.filter(person_id=person.id).count() for person in newcomers]
    assert sum(count == 5 for count in counts) >= 95
    assert not await JobRun.filter(state="dead").exists()


async def test_the_nightly_round_is_the_same_whenever_it_runs_on_a_day(database: str, now: datetime) -> None:
    """Killed and begun again, it leaves one whole list for each."""
    for number in range(4):
        await role(now, f"Rolle {number}", name=f"Team {number}")
    faye = await willing("Faye", now)
    await renew_all(now)
    first = await listed(faye)

    await renew_all(now + timedelta(hours=2))

    assert await listed(faye) == first
    assert await models.SuggestionFactor.all().count() == 5 * await models.Suggestion.all().count()
    await Person.filter(id=faye.person_id).update(last_active_at=now - timedelta(days=90))
    await renew_all(now)
    assert not await models.Suggestion.filter(person_id=faye.person_id).exists(), "gone quiet: no list"
    assert await renew_person(faye.person_id, now) == 0  # type: ignore[arg-type]
