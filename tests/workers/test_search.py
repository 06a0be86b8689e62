"""The index follows what happens to a row: by its events alone, and only while people may find it."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from models.access import ANONYMOUS
from models.exchange import Listing, ListingKind, Wanted
from models.jobs import JobRun, JobState
from models.language import Language
from models.search import Question, Search, SearchEntry, SearchKind, index
from models.stories import Story, Words
from models.teams import Team, TeamState
from models.teams.founding import Words as Pitch
from tests import people, telling
from workers import search
from workers.doing import Jobs
from workers.outbox import relay
from workers.work import Tools

LEASE = timedelta(seconds=60)


async def caught_up(tools: Tools) -> None:
    """The relay turns events into jobs, a worker does those of the index."""
    while (await relay())[0]:
        pass
    jobs = Jobs(tools, owner="a worker", lease=LEASE, handlers={"search.index": search.follow})
    while await JobRun.filter(work="search.index", state=JobState.PENDING).exists():
        await jobs.step()
        await jobs.idle()


async def found(typed: str, viewer: Any = ANONYMOUS) -> list[str]:
    hits = await Search(Question.of(typed), viewer).hits(50)
    return ["".join(piece.text for piece in hit.title) for hit in hits]


async def test_a_story_is_found_from_its_publication_to_its_retraction(
    database: str, tools: Tools, now: datetime
) -> None:
    """E24; and nothing of it is left in the index when it is gone."""
    words = {Language.DE: Words("Über Mütter", "", "Ein Grußwort.")}
    story, editor = await telling.approved(now, words)
    await caught_up(tools)
    assert await found("muetter", editor) == []

    await Story.publish(story.id, by=editor, now=now)
    await Story.go_public(story.id, now=now)
    await caught_up(tools)
    assert await found("muetter grusswort") == ["Über Mütter"]

    again = {Language.DE: Words("Über Väter", "", "Ein Nachruf.")}
    await Story.correct(story.id, again, note_de="Verwechselt.", note_en="Mixed up.", by=editor, now=now)
    await caught_up(tools)
    assert (await found("mütter"), await found("vaeter")) == ([], ["Über Väter"])

    await Story.retract(story.id, reason="falsch", by=editor, now=now)
    await caught_up(tools)
    assert await found("väter", editor) == []
    assert await SearchEntry.filter(subject_id=story.id).count() == 0


async def test_a_team_is_found_by_its_new_name_and_not_once_it_is_archived(
    database: str, tools: Tools, now: datetime
) -> None:
    lead = await people.person("Lena Fischer", now=now)
    team = await Team.found(Pitch("Strandkorb", "Sonne für alle"), by=lead, now=now)
    manager = await people.manager(now=now)
    await team.follow("list", by=manager, now=now)
    await caught_up(tools)
    assert await found("strandkörbe") == ["Strandkorb"]

    await Team.edit(team.id, Pitch("Hängematte"), by=manager, now=now)
    await caught_up(tools)
    assert (await found("strandkorb"), await found("haengematten")) == ([], ["Hängematte"])

    await (await Team.get(id=team.id)).follow("archive", by=manager, now=now)
    await caught_up(tools)
    assert await SearchEntry.all().count() == 0


async def test_a_listing_is_found_by_members_while_it_is_open(database: str, tools: Tools, now: datetime) -> None:
    person, other = await people.participant("Zoë Müller", now=now), await people.participant("Ada Groß", now=now)
    wanted = Wanted(title="Näherin sucht Team", text="Ich nähe Masken.", language=Language.DE, languages=["de"])
    listing = await Listing.publish(ListingKind.SEEKS_TEAM, wanted, by=person, now=now)
    await caught_up(tools)
    assert await found("maske naehen", other) == ["Näherin sucht Team"]
    assert await found("maske") == []  # a person's listing is for members

    await Listing.act(listing.id, "withdraw", by=person, now=now)
    await caught_up(tools)
    assert await found("maske", person) == []
    assert await SearchEntry.all().count() == 0


async def test_jobs_may_come_late_twice_and_in_any_order(database: str, tools: Tools, now: datetime) -> None:
    story, editor = await telling.published(now)
    await Story.retract(story.id, reason="falsch", by=editor, now=now)
    while (await relay())[0]:
        pass
    runs = await JobRun.filter(work="search.index", state=JobState.PENDING).order_by("-id")
    assert len(runs) >= 2

    for run in [*runs, *runs]:
        await search.follow(tools, run)  # type: ignore[arg-type]
        assert await SearchEntry.all().count() == 0


async def test_the_nightly_look_finds_what_no_event_told_and_says_so(
    database: str, tools: Tools, caplog: pytest.LogCaptureFixture
) -> None:
    await people.team("Anker")

    await search.tend(tools, None)  # type: ignore[arg-type]
    await search.tend(tools, None)  # type: ignore[arg-type]

    assert await found("anker") == ["Anker"]
    assert [record.getMessage() for record in caplog.records if "search" in record.getMessage()] == [
        "The search index of team was wrong: 1 missing, 0 old, 0 too many"
    ]


async def test_jobs_and_changes_at_the_same_time_leave_what_the_row_says(database: str) -> None:
    async def change(team: Team, state: TeamState) -> None:
        await Team.filter(id=team.id).update(state=state)
        await index(SearchKind.TEAM, [team.id])

    for number in range(4):
        team = await people.team(f"Rennen {number}")
        states = [TeamState.ARCHIVED, TeamState.LISTED, TeamState.ARCHIVED, TeamState.LISTED]
        await asyncio.gather(*(change(team, state) for state in states), index(SearchKind.TEAM, [team.id]))

        shown = (await Team.get(id=team.id)).state is TeamState.LISTED
        assert await SearchEntry.filter(subject_id=team.id).count() == shown
