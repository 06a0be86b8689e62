"""Teams: founding, belonging, leading, resting. C5/C6, and what E31, E32, E42, E43, E49 and E50 ask of them."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from tortoise.transactions import in_transaction

import models
from models.access import SYSTEM, Viewer, visible
from models.errors import NotAllowed, NotFound, Refusal
from models.members import Block
from models.notifications import Notification, NotificationState
from models.signin import viewer_of
from models.teams import LinkState, MembershipState, Mood, Team, TeamGuest, TeamMembership, TeamRole, TeamState
from models.teams.founding import Words
from models.teams.keeping import act_on_link, hide_alone, release_due, show_again
from models.teams.links import NEW_FOR, Address
from models.teams.links import address as checked
from models.teams.looking import Looking, listed, reshuffle
from models.teams.refusals import LastLead, NoSuchPerson, SlugTaken, UnsafeLink
from models.teams.resting import CHECKIN_EVERY, CHECKIN_GRACE
from tests import people

M = MembershipState


async def again(viewer: Viewer, now: datetime) -> Viewer:
    """The same person with the teams that they have by now."""
    assert viewer.person_id is not None
    found = await viewer_of(viewer.person_id, now=now)
    assert found is not None
    return found


async def founded(now: datetime, name: str = "Kreidekasten") -> tuple[Team, Viewer]:
    """A listed team and its lead."""
    lead = await people.participant("Lena Fischer", now=now)
    team = await Team.found(Words(name, "Wochenpläne für zu Hause."), by=lead, now=now)
    lead = await again(lead, now)
    return await Team.act(team.id, "list", by=lead, now=now), lead


async def joined(team: Team, lead: Viewer, name: str, now: datetime) -> Viewer:
    """Somebody who asked and was taken in."""
    viewer = await people.participant(name, now=now)
    asked = await TeamMembership.request(team.id, by=viewer, now=now)
    await TeamMembership.admit(asked.id, by=lead, now=now)
    return await again(viewer, now)


async def row_of(team: Team, viewer: Viewer) -> TeamMembership:
    return await TeamMembership.get(team_id=team.id, person_id=viewer.person_id)


async def planned(kind: str) -> list[Notification]:
    return await Notification.filter(what=kind, state=NotificationState.PLANNED)


async def test_addresses_of_teams_are_spelled_out_and_never_die(database: str, now: datetime) -> None:
    """E24: `ae/oe/ue`; an old address leads on, and nobody else can take it."""
    team, lead = await founded(now, "Müllkühler Süd")
    twin, other = await founded(now, "Mu\u0308llkühler  Süd")

    assert [team.slug, twin.slug] == ["muellkuehler-sued", "muellkuehler-sued-2"]

    await Team.edit(team.id, Words(name="Frische Luft"), slug="frische-luft", by=lead, now=now)

    assert await Team.at("muellkuehler-sued").first() == await Team.at("frische-luft").first() == team
    with pytest.raises(SlugTaken):
        await Team.edit(twin.id, Words(), slug="muellkuehler-sued", by=other, now=now)
    back = await Team.edit(team.id, Words(), slug="muellkuehler-sued", by=lead, now=now)
    assert back.slug == "muellkuehler-sued" and (await Team.at("frische-luft").get()).id == team.id


async def test_a_team_never_loses_its_last_lead(database: str, now: datetime) -> None:
    """Not by leaving, not by being removed by staff; a hand-over is offered and accepted, and then it can."""
    team, lead = await founded(now)
    member = await joined(team, lead, "Mo Yilmaz", now)
    manager = await people.manager(now=now)
    mine = await row_of(team, lead)

    for act in (
        lambda: TeamMembership.leave(mine.id, by=lead, now=now),
        lambda: TeamMembership.remove(mine.id, by=manager, now=now, reason="Streit"),
    ):
        with pytest.raises(LastLead):
            await act()
    assert not (await mine.decide("leave", by=lead, now=now)).allowed

    offer = await models.LeadOffer.offer(team.id, member.person_id, by=lead, now=now)  # type: ignore[arg-type]
    assert (await row_of(team, member)).role is TeamRole.MEMBER
    with pytest.raises(Refusal):
        await models.LeadOffer.accept(offer.id, by=lead, now=now)
    await models.LeadOffer.accept(offer.id, by=member, now=now)

    assert [(await row_of(team, who)).role for who in (lead, member)] == [TeamRole.MEMBER, TeamRole.LEAD]
    left = await TeamMembership.leave(mine.id, by=lead, now=now)
    assert (left.state, left.role) == (M.LEFT, TeamRole.ALUMNI)


async def test_of_two_leads_who_leave_at_once_one_stays(database: str, now: datetime) -> None:
    """The team is locked: ten teams with two leads each, everybody leaves at the same moment."""
    leaving = []
    for number in range(10):
        team, lead = await founded(now, f"Team {number}")
        second = await joined(team, lead, "Mo Yilmaz", now)
        offer = await models.LeadOffer.offer(team.id, second.person_id, by=lead, now=now, stays=True)  # type: ignore[arg-type]
        await models.LeadOffer.accept(offer.id, by=second, now=now)
        leaving += [TeamMembership.leave((await row_of(team, who)).id, by=who, now=now) for who in (lead, second)]

    outcomes = await asyncio.gather(*leaving, return_exceptions=True)

    assert [isinstance(outcome, LastLead) for outcome in outcomes].count(True) == 10
    leads = TeamMembership.filter(role=TeamRole.LEAD, state=M.ACTIVE)
    assert len(set(await leads.values_list("team_id", flat=True))) == await leads.count() == 10


async def test_what_waits_for_an_answer_is_reminded_of_once_and_not_after_it(database: str, now: datetime) -> None:
    """E31 and pycon#2705: invitations, requests and offers have reminders, which end with the answer."""
    team, lead = await founded(now)
    guest = await people.participant("Gül Aslan", handle="guel", now=now)
    asking = await people.participant("Ali Demir", now=now)

    invited = await TeamMembership.invite(team.id, "@Guel", by=lead, now=now, message="Komm dazu!")
    asked = await TeamMembership.request(team.id, by=asking, now=now)
    assert [n.person_id for n in await planned("team.still_invited")] == [guest.person_id]
    assert [n.person_id for n in await planned("team.still_asked")] == [lead.person_id]

    await TeamMembership.decline(invited.id, by=guest, now=now)
    await TeamMembership.turn_down(asked.id, by=lead, now=now, reason="Wir sind gerade voll.")

    assert await planned("team.still_invited") == await planned("team.still_asked") == []
    told = await Notification.filter(person_id=asking.person_id).values_list("what", flat=True)
    assert list(told) == ["team.turned_down"]
    assert (await row_of(team, asking)).reason == "Wir sind gerade voll."

    taken = await TeamMembership.request(team.id, by=await people.participant("Mo Yilmaz", now=now), now=now)
    async with in_transaction():  # the contact board is faster than the team
        await taken.follow("join", by=SYSTEM, now=now)
    assert await planned("team.still_asked") == []


async def test_an_invitation_by_mail_tells_the_team_nothing_about_the_address(database: str, now: datetime) -> None:
    """E50: known or unknown, the team sees nobody before they accept; a block is as silent as an unknown handle."""
    team, lead = await founded(now)
    member = await people.participant("Gül Aslan", email="guel@example.org", handle="guel", now=now)
    for email in ("guel@example.org", "nobody@example.org"):
        await TeamGuest.ask(team.id, email, by=lead, now=now)

    assert await TeamGuest.receive(now=now) == 1

    async def seen_by(viewer: Viewer) -> int:
        return await visible(TeamMembership.filter(team_id=team.id, state=M.INVITED), viewer).count()

    assert (await seen_by(lead), await seen_by(member)) == (0, 1)
    again_by_handle = await TeamMembership.invite(team.id, "guel", by=lead, now=now)  # no "already invited"
    assert await seen_by(lead) == 1
    await TeamMembership.accept(again_by_handle.id, by=member, now=now)
    assert (await row_of(team, member)).role is TeamRole.MEMBER

    wary = await people.participant("Ida Ohlsen", handle="ida", now=now)
    await Block.put(lead.person_id, by=wary, now=now)  # type: ignore[arg-type]
    refusals = []
    for handle in ("ida", "gibt-es-nicht"):
        with pytest.raises(NoSuchPerson) as refused:
            await TeamMembership.invite(team.id, handle, by=lead, now=now)
        refusals.append((refused.value.code, refused.value.de))
    assert refusals[0] == refusals[1]
    await TeamGuest.receive(now=now + timedelta(days=20))
    assert await TeamGuest.all().count() == 0  # nobody came


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org", "javascript:alert(1)", "https://user:pw@example.org", "https://localhost/x",
        "//example.org", "https://10.0.0.1/", "https://[::1]/", "https://exam ple.org", "ftp://a.org",
        "https://example.org\\@evil.example",
        "data:text/html,x", "https://example.org:0/", "https://", "https://evil.example/\u202egnp.exe",
    ],
)  # fmt: skip
def test_only_safe_links_are_kept(url: str) -> None:
    with pytest.raises(Refusal):
        checked(Address(url))
    assert checked(Address(" https://www.example.org/pfad?x=1 ")) == ("https://www.example.org/pfad?x=1", "example.org")


async def test_links_of_new_accounts_are_held_and_staff_may_hide_and_undo(database: str, now: datetime) -> None:
    """E49: a link of a new account is not public, is shown when nothing was found against it, and can be hidden."""
    clock = datetime.now(UTC)
    team, lead = await founded(clock)
    manager, stranger = await people.manager(now=clock), await people.participant(now=clock)
    await Team.edit(team.id, Words(), links=[Address("https://a.example/")], by=lead, now=clock)
    link = await models.TeamLink.get()

    async def seen() -> list[bool]:
        return [await visible(models.TeamLink.filter(id=link.id), v).exists() for v in (lead, manager, stranger)]

    assert (link.state, await seen()) == (LinkState.HELD, [True, True, False])
    assert await release_due(by=SYSTEM, now=clock + timedelta(days=1)) == 0
    assert await release_due(by=SYSTEM, now=clock + NEW_FOR + timedelta(hours=1)) == 1
    assert await seen() == [True, True, True]

    await act_on_link(link.id, "hide", by=manager, now=clock)
    await Team.edit(team.id, Words(), links=[Address("https://a.example/", "Seite")], by=lead, now=clock)
    assert (await models.TeamLink.get()).state is LinkState.HIDDEN  # editing does not bring it back
    assert (await act_on_link(link.id, "release", by=manager, now=clock)).state is LinkState.SHOWN
    with pytest.raises(UnsafeLink):
        await Team.edit(team.id, Words(), links=[Address("http://a.example/")], by=lead, now=clock)


async def test_teams_of_bots_leave_the_list_with_them_and_come_back(database: str, now: datetime) -> None:
    """E49: one click on the accounts hides their teams; undone, they are back; a team of several people stays."""
    manager = await people.manager(now=now)
    (lonely, bot), (team, lead) = await founded(now, "Gewinnspiel"), await founded(now, "Kreidekasten")
    await joined(team, lead, "Mo Yilmaz", now)
    (by_hand, other) = await founded(now, "Werbung")
    for viewer in (bot, lead, other):
        await hide_alone(viewer.person_id, by=SYSTEM, now=now)  # type: ignore[arg-type]

    async def public() -> set[str]:
        return {team.name async for team in visible(Team.all(), await people.participant(now=now))}

    assert await public() == {"Kreidekasten"}
    with pytest.raises(NotAllowed):
        await Team.act(lonely.id, "list", by=bot, now=now)
    restricted = Viewer(person_id=bot.person_id)
    for taking_part in (
        lambda: Team.found(Words("Noch eins", "Gewinnt!"), by=restricted, now=now),
        lambda: TeamMembership.request(team.id, by=restricted, now=now),
    ):
        with pytest.raises(NotAllowed):
            await taking_part()
    await Team.act(by_hand.id, "list", by=manager, now=now)
    await Team.act(by_hand.id, "hide", by=manager, now=now, note="Werbung")
    for viewer in (bot, lead, other):
        await show_again(viewer.person_id, by=SYSTEM, now=now)  # type: ignore[arg-type]
    assert await public() == {"Kreidekasten", "Gewinnspiel"}  # what a manager hid by hand stays hidden


async def test_a_team_that_falls_silent_rests_and_one_word_wakes_it(database: str, now: datetime) -> None:
    """Two check-ins missed: dormant with a kind notice, no more reminders (E31); a check-in brings it back (E32)."""
    team, lead = await founded(now)
    assert [n.due_at for n in await planned("team.checkin_due")] == [now + CHECKIN_EVERY]

    await Team.check_in(team.id, Mood.STUCK, by=lead, now=now + timedelta(days=3), helps="Eine Juristin")
    assert [n.due_at for n in await planned("team.checkin_due")] == [now + timedelta(days=3) + CHECKIN_EVERY]

    day = now + timedelta(days=3)
    for _ in range(2):
        day += CHECKIN_EVERY + CHECKIN_GRACE + timedelta(hours=1)
        assert await Team.overdue(day) == [team.id]
        await Team.miss(team.id, now=day)
        await Team.miss(team.id, now=day)  # the job runs again: counted once
    team = await Team.get(id=team.id)

    assert (team.state, team.next_checkin_at, await planned("team.checkin_due")) == (TeamState.DORMANT, None, [])
    assert await Notification.filter(what="team.resting", person_id=lead.person_id).count() == 1
    stranger = await people.participant(now=now)
    with pytest.raises(NotAllowed):
        await Team.check_in(team.id, Mood.WELL, by=stranger, now=day)
    await Team.check_in(team.id, Mood.WELL, by=lead, now=day)
    assert (await Team.get(id=team.id)).state is TeamState.LISTED
    assert len(await planned("team.checkin_due")) == 1
    assert not await visible(models.CheckIn.all(), stranger).exists()


async def test_the_list_is_shuffled_by_the_day_and_stands_still_within_it(database: str, now: datetime) -> None:
    """E43: another order each day, the same for everybody; no name and no age keeps its place."""
    await Team.bulk_create([Team(slug=f"t{n:03}", name=f"Team {n:03}", state=TeamState.LISTED) for n in range(200)])

    async def order(day: date) -> list[Any]:
        await reshuffle(day)
        return list(await listed(Looking()).order_by("place", "id").values_list("slug", flat=True))

    monday, tuesday = date(2020, 4, 13), date(2020, 4, 14)
    first, second = await order(monday), await order(tuesday)

    assert first == await order(monday) and sorted(first) == sorted(second) != first
    stayed = sum(a == b for a, b in zip(first, second, strict=True))
    neighbours = set(pairwise(first)) & set(pairwise(second))
    assert stayed < 10 and len(neighbours) < 10
    # Over a month every team is about as often in the upper half as any other: 15 days, give or take what chance gives.
    upper = dict.fromkeys(first, 0)
    for day in range(30):
        for slug in (await order(monday + timedelta(days=day)))[:100]:
            upper[slug] += 1
    assert min(upper.values()) >= 4 and max(upper.values()) <= 26


async def test_whoever_is_erased_belongs_to_no_team(database: str, now: datetime) -> None:
    """The last lead goes as well then, and staff hear of a team without lead."""
    team, lead = await founded(now)
    await TeamMembership.vanish(lead.person_id, now=now)  # type: ignore[arg-type]

    assert (await row_of(team, lead)).state is M.LEFT
    assert await models.OutboxEvent.filter(type="team.leaderless", subject_id=team.id).count() == 1
    assert await planned("team.checkin_due") == []
    with pytest.raises(NotFound):
        await Team.edit(UUID(int=1), Words(), by=await again(lead, now), now=now)
