"""The issue writes itself: what is in it, what is not, why, and in which order."""

from datetime import UTC, date, datetime, timedelta

import pytest

import models
from models.access import SYSTEM
from models.newsletter import IssueItem, IssueState, NewsletterIssue
from models.newsletter.compose import compose
from models.newsletter.holidays import easter, on
from models.newsletter.items import ItemWords, arranged
from models.newsletter.refusals import InvalidWeek
from models.newsletter.sections import SECTIONS, SectionKey
from models.newsletter.weeks import Week, after_quiet, is_quiet
from tests import people
from tests.newsletter.readers import SITE, WEEK, ZONE, composed, proofed, sent, story, success
from workers.newsletter.views import view_of

S = IssueState
DAY = timedelta(days=1)
TITLES = [
    "Entwicklungen",
    "Erfolge der Projekte",
    "Erfolge der Bausteine",
    "Sprechstunden der Woche",
    "Gesucht und gefunden",
    "Neu in der Lernplattform",
]


async def lines(issue: NewsletterIssue) -> dict[str, list[str]]:
    """What readers see: the headlines of each section in order."""
    placed = arranged(await issue.items.all())
    return {key.value: [each.item.headline_de for each in items] for key, items in placed.items()}


def test_the_six_sections_stand_in_their_order() -> None:
    assert [section.title_de for section in SECTIONS] == TITLES


async def test_each_published_success_is_in_the_issue_once_in_its_section(database: str, now: datetime) -> None:
    team = await people.team()
    await story(at=now - DAY, team_id=team.id)
    await success("Team-Erfolg", at=now - DAY, team_id=team.id)
    await success("Baustein-Erfolg", at=now - 2 * DAY)

    issue = await composed(now)

    assert issue.state is S.IN_REVIEW
    assert await lines(issue) == {
        "developments": ["Kreide in drei Schulen"],
        "projects": ["Team-Erfolg"],
        "blocks": ["Baustein-Erfolg"],
    }
    assert issue.subject_de == "KW 16: Kreide in drei Schulen"


async def test_the_same_input_gives_the_same_issue(database: str, now: datetime) -> None:
    for hours in range(7):
        await success(f"Erfolg {hours}", at=now - timedelta(hours=hours), team_id=(await people.team()).id)
    await story(at=now - DAY)
    issue = await composed(now)
    first = (await view_of(issue, SITE)).snapshot()

    await IssueItem.filter(issue_id=issue.id).delete()
    again = await composed(now)

    assert (await view_of(again, SITE)).snapshot() == first


async def test_nothing_is_told_twice(database: str, now: datetime) -> None:
    await success("Alt", at=now - DAY)
    await sent(now)
    await success("Neu", at=now + DAY)

    issue = await composed(now + 7 * DAY, Week(2020, 17))

    assert await lines(issue) == {"blocks": ["Neu"]}
    old = await issue.items.filter(headline_de="Alt").first()
    assert old is not None and old.dropped_de == "stand schon in der Ausgabe 2020-W16"


async def test_an_editor_may_tell_something_a_second_time(database: str, now: datetime) -> None:
    await success("Alt", at=now - DAY)
    await sent(now)
    await success("Neu", at=now + DAY)
    issue = await composed(now + 7 * DAY, Week(2020, 17))
    old = await issue.items.filter(headline_de="Alt").get()

    await NewsletterIssue.edit_item(
        issue.id, old.id, pinned=True, revision=issue.revision, by=await people.editor(), now=now + 7 * DAY
    )
    again = await composed(now + 7 * DAY, Week(2020, 17))

    assert await lines(again) == {"blocks": ["Alt", "Neu"]}


async def test_what_came_too_late_for_the_last_issue_is_carried_over(database: str, now: datetime) -> None:
    await success("Gesendet", at=now - DAY)
    await sent(now)
    await success("Spät freigegeben", at=now - 2 * DAY)
    await success("Neu", at=now + DAY)

    issue = await composed(now + 7 * DAY, Week(2020, 17))

    assert set((await lines(issue))["blocks"]) == {"Spät freigegeben", "Neu"}
    assert issue.carried_over == 1
    late = await issue.items.filter(headline_de="Spät freigegeben").get()
    assert "bisher in keiner Ausgabe" in late.reason_de and "in no issue so far" in late.reason_en


async def test_the_window_begins_with_the_last_sent_issue_not_seven_days_ago(database: str, now: datetime) -> None:
    await success("Gesendet", at=now - DAY)
    await sent(now)
    await success("Vor drei Wochen", at=now + DAY)
    # Nobody approved the issues of the two weeks between.

    issue = await composed(now + 22 * DAY, Week(2020, 19))

    assert await lines(issue) == {"blocks": ["Vor drei Wochen"]}
    assert issue.cutoff_from == now


async def test_what_is_older_than_four_weeks_stays_out_of_the_first_issue(database: str, now: datetime) -> None:
    await success("Uralt", at=now - 29 * DAY)
    await success("Neu", at=now - DAY)

    assert await lines(await composed(now)) == {"blocks": ["Neu"]}


async def test_a_week_without_news_is_skipped_and_nobody_is_written_to(database: str, now: datetime) -> None:
    issue = await composed(now)

    assert issue.state is S.SKIPPED
    assert await models.OutboxEvent.filter(type="issue.skipped").count() == 1
    assert not await models.Delivery.all().exists()


async def test_leftovers_alone_are_no_reason_for_an_issue(database: str, now: datetime) -> None:
    await success("Gesendet", at=now - DAY)
    await sent(now)
    await success("Spät freigegeben", at=now - 2 * DAY)

    issue = await composed(now + 7 * DAY, Week(2020, 17))

    assert issue.state is S.SKIPPED
    assert issue.carried_over == 1


async def test_a_note_of_the_editors_is_reason_enough(database: str, now: datetime) -> None:
    ed = await people.editor()
    issue = await NewsletterIssue.collect(WEEK, zone=ZONE, by=ed, now=now)
    words = ItemWords(headline_de="Nächste Woche Demo-Abend", blurb_de="Kommt **alle**.")

    await NewsletterIssue.add_note(issue.id, SectionKey.HOURS, words, revision=1, by=ed, now=now)

    assert (await composed(now)).state is S.IN_REVIEW
    assert await lines(issue) == {"hours": ["Nächste Woche Demo-Abend"]}


async def test_a_story_that_was_retracted_leaves_the_draft_by_itself(database: str, now: datetime) -> None:
    told = await story(at=now - DAY)
    await success("Bleibt", at=now - DAY)
    issue = await composed(now)

    await models.Story.filter(id=told.id).update(state="retracted")
    again = await composed(now + timedelta(hours=1))

    assert await lines(again) == {"blocks": ["Bleibt"]}
    gone = await issue.items.filter(kind="story").get()
    assert gone.dropped_de == "nicht mehr öffentlich"


async def test_a_team_has_two_cards_at_most_and_a_section_its_cap(database: str, now: datetime) -> None:
    busy = await people.team("Fleißig")
    for number in range(3):
        await success(f"Fleißig {number}", at=now - timedelta(hours=1 + number), team_id=busy.id)
    for number in range(4):
        await success(f"Andere {number}", at=now - DAY, team_id=(await people.team(f"Team{number}")).id)

    issue = await composed(now)

    placed = arranged(await issue.items.all())[SectionKey.PROJECTS]
    cards = [each.item.headline_de for each in placed if not each.brief]
    assert len(cards) == 4
    assert sum(1 for headline in cards if headline.startswith("Fleißig")) == 2
    assert len(placed) == 7  # every success is there, the rest as one line each


async def test_a_team_of_last_week_stands_behind_others(database: str, now: datetime) -> None:
    known, fresh = await people.team("Bekannt"), await people.team("Frisch")
    await success("Bekannt I", at=now - DAY, team_id=known.id)
    await sent(now)
    later = now + 7 * DAY
    await success("Bekannt II", at=later - DAY, team_id=known.id)
    await success("Frisch", at=later - 2 * DAY, team_id=fresh.id)

    issue = await composed(later, Week(2020, 17))

    assert (await lines(issue))["projects"] == ["Frisch", "Bekannt II"]
    why = await issue.items.filter(headline_de="Frisch").get()
    assert "nicht dabei" in why.reason_de


async def test_every_item_says_why_it_is_there(database: str, now: datetime) -> None:
    await story(at=datetime(2020, 4, 13, 10, tzinfo=UTC))

    issue = await composed(now)

    (item,) = await issue.items.all()
    assert item.reason_de == "veröffentlicht am Montag, 13.04.; Geschichte der Woche"
    assert item.reason_en == "published on Monday, 13 April; story of the week"


async def test_composing_afresh_keeps_what_editors_did(database: str, now: datetime) -> None:
    ed = await people.editor()
    for number in range(3):
        await success(f"Erfolg {number}", at=now - timedelta(hours=1 + number))
    issue = await composed(now)
    items = await issue.items.all().order_by("position")
    last = items[-1]
    revised = await NewsletterIssue.edit_item(
        issue.id, last.id, words=ItemWords(headline_de="Umgeschrieben"), revision=issue.revision, by=ed, now=now
    )
    revised = await NewsletterIssue.edit_item(
        issue.id, items[0].id, hidden=True, revision=revised.revision, by=ed, now=now
    )
    await NewsletterIssue.reorder(
        issue.id, SectionKey.BLOCKS, [last.id, items[1].id], revision=revised.revision, by=ed, now=now
    )
    await success("Noch einer", at=now)

    again = await composed(now + timedelta(hours=1))

    assert (await lines(again))["blocks"][0] == "Umgeschrieben"
    assert "Erfolg 0" not in (await lines(again))["blocks"]
    assert "Noch einer" in (await lines(again))["blocks"]


async def test_a_figure_is_told_with_its_date_and_source(database: str, now: datetime) -> None:
    """E63."""
    await success(at=now - DAY)
    issue = await composed(now)

    proof = await proofed(issue, now)

    assert "Stand: 10. April 2020. Quelle: example.org" in " ".join(proof.text_de.split())
    assert "As of: 10 April 2020" in proof.text_en


async def test_what_is_not_translated_is_told_in_german_and_says_so(database: str, now: datetime) -> None:
    """E23."""
    await success("Nur auf Deutsch", at=now - DAY)

    proof = await proofed(await composed(now), now)

    assert "Nur auf Deutsch (In German)" in proof.text_en
    assert proof.errors == []


async def test_one_issue_a_week_however_often_it_is_composed(database: str, now: datetime) -> None:
    await success(at=now - DAY)

    first, second = await composed(now), await composed(now + timedelta(minutes=5))

    assert first.id == second.id
    assert await NewsletterIssue.all().count() == 1


async def test_an_issue_that_was_sent_is_not_composed_again(database: str, now: datetime) -> None:
    await success(at=now - DAY)
    issue = await sent(now)

    again = await composed(now + DAY)

    assert (again.state, again.revision) == (S.SENT, issue.revision)


@pytest.mark.parametrize(
    ("moment", "week"),
    [
        (datetime(2020, 12, 31, 9, tzinfo=UTC), Week(2020, 53)),
        (datetime(2021, 1, 1, 8, tzinfo=UTC), Week(2020, 53)),
        (datetime(2021, 1, 3, 22, tzinfo=UTC), Week(2020, 53)),
        (datetime(2021, 1, 3, 23, 30, tzinfo=UTC), Week(2021, 1)),  # Monday already in Berlin
        (datetime(2021, 1, 4, 9, tzinfo=UTC), Week(2021, 1)),
    ],
)
def test_weeks_are_iso_weeks_in_local_time(moment: datetime, week: Week) -> None:
    """E20."""
    assert Week.of(moment, ZONE) == week


async def test_week_53_and_week_1_have_an_issue_each(database: str) -> None:
    friday = datetime(2021, 1, 1, 8, tzinfo=UTC)
    await success("Silvester", at=friday - DAY)
    await sent(friday, Week.of(friday, ZONE))
    await success("Neujahr", at=friday + DAY)

    issue = await compose(Week(2021, 1), zone=ZONE, by=SYSTEM, now=friday + 7 * DAY)

    assert await lines(issue) == {"blocks": ["Neujahr"]}
    assert sorted(str(row.week) for row in await NewsletterIssue.all()) == ["2020-W53", "2021-W01"]


@pytest.mark.parametrize(
    "bad", ["2021-W53", "2020-W54", "2020-W00", "2020-16", "", "2020-W1６", "20200-W16", "x" * 999]
)
def test_weeks_that_do_not_exist_are_refused(bad: str) -> None:
    with pytest.raises(InvalidWeek):
        Week.read(bad)


@pytest.mark.parametrize(
    ("week", "utc"),
    [
        (Week(2026, 43), datetime(2026, 10, 23, 13, tzinfo=UTC)),  # before the clocks go back
        (Week(2026, 44), datetime(2026, 10, 30, 14, tzinfo=UTC)),
        (Week(2027, 12), datetime(2027, 3, 26, 14, tzinfo=UTC)),
        (Week(2027, 13), datetime(2027, 4, 2, 13, tzinfo=UTC)),
    ],
)
def test_friday_at_three_stays_friday_at_three(week: Week, utc: datetime) -> None:
    """E16: over both changes of the clocks."""
    assert week.sending_time(ZONE) == utc


def test_good_friday_warns() -> None:
    """E26."""
    found = NewsletterIssue.warnings(Week(2020, 15).sending_time(ZONE), ZONE)

    assert [each.code for each in found] == ["HOLIDAY"]
    assert "Karfreitag" in found[0].de and "Good Friday" in found[0].en
    assert NewsletterIssue.warnings(Week(2020, 16).sending_time(ZONE), ZONE) == []


@pytest.mark.parametrize(
    ("year", "sunday"), [(2019, (4, 21)), (2020, (4, 12)), (2024, (3, 31)), (2025, (4, 20)), (2038, (4, 25))]
)
def test_easter_is_known(year: int, sunday: tuple[int, int]) -> None:
    assert easter(year) == date(year, *sunday)


def test_holidays_of_single_laender_name_them() -> None:
    (all_saints,) = on(date(2024, 11, 1))
    assert not all_saints.nationwide and "NW" in all_saints.states
    (prayer,) = on(date(2024, 11, 20))
    assert prayer.states == {"SN"}


def test_the_night_is_quiet() -> None:
    """E34."""
    evening = datetime(2020, 4, 17, 19, 30, tzinfo=UTC)  # 21:30 in Berlin
    assert is_quiet(evening, ZONE) and not is_quiet(evening - timedelta(hours=1), ZONE)
    assert after_quiet(evening, ZONE) == datetime(2020, 4, 18, 6, tzinfo=UTC)
    assert after_quiet(datetime(2020, 4, 18, 3, tzinfo=UTC), ZONE) == datetime(2020, 4, 18, 6, tzinfo=UTC)
