"""The Kontaktbörse: listings end, applications are answered, seats are counted, and nobody is exposed."""

from datetime import datetime, timedelta
from typing import Any

import pytest

import models
from models.access import ANONYMOUS, Viewer, visible
from models.errors import NotAllowed, NotFound, SignInNeeded, WrongState
from models.exchange import (
    Application,
    ApplicationState,
    Listing,
    ListingKind,
    ListingState,
    Looking,
    Reason,
    Wanted,
    board,
    reshuffle,
)
from models.exchange.leaving import person_gone, team_gone
from models.exchange.refusals import (
    AlreadyApplied,
    AlreadyMet,
    InviteInstead,
    LinkInvalid,
    ListingClosed,
    NoAliasHere,
    NoSeatLeft,
    NotAReason,
    NotForOrganisations,
    TeamNeeded,
    YourOwnListing,
)
from models.exchange.tokens import path
from models.members import Alias, AliasContext, Block, HumanStep, HumanStepNeeded
from models.newsletter import sources
from models.newsletter.sections import SectionKey
from models.outbox import AuditEvent
from models.roles import Role
from models.teams import MembershipState, TeamMembership
from tests import people
from tests.exchanging import MEMBER, crowd, of_age_until, planned, role, seeker, sharer, state, told

A = ApplicationState
DAY = timedelta(days=1)


def token(listing: Listing) -> str:
    return path(listing).rpartition("/")[2]


async def test_a_listing_ends_after_thirty_days_unless_confirmed_by_one_click(database: str, now: datetime) -> None:
    """C5.1: the reminder is planned for day 23; one click makes it thirty days more, and the reminder moves (E32)."""
    here = await role(now)
    assert await planned(here.lead) == {"listing.expiring": now + 23 * DAY}
    mailed = token(here.listing)

    asked = await Listing.to_confirm(mailed)
    assert asked.is_new
    assert (await Listing.get(id=here.listing.id)).expires_at == now + 30 * DAY, "looking changes nothing (E7)"
    confirmed = await Listing.confirm_by_link(mailed, now=now + 24 * DAY)
    again = await Listing.confirm_by_link(mailed, now=now + 25 * DAY)

    assert confirmed.expires_at == again.expires_at == now + 54 * DAY
    assert await planned(here.lead) == {"listing.expiring": now + 47 * DAY}
    assert await Listing.expire_due(now=now + 54 * DAY - timedelta(minutes=1)) == 0
    assert await Listing.expire_due(now=now + 54 * DAY) == 1
    assert (await Listing.get(id=here.listing.id)).state is ListingState.EXPIRED
    assert "listing.expired" in await told(here.lead)
    assert await planned(here.lead) == {}
    for broken in (mailed, "x" * 64, token(here.listing)[:-1], ""):
        with pytest.raises(LinkInvalid):
            await Listing.confirm_by_link(broken, now=now + 60 * DAY)
    late = await Listing.act(here.listing.id, "confirm", by=here.lead, now=now + 56 * DAY)
    assert (late.state, late.expires_at) == (ListingState.OPEN, now + 86 * DAY)


async def test_seven_days_without_an_answer_end_kindly_with_three_suggestions(database: str, now: datetime) -> None:
    """C5.2, E31: leads are nudged before; then the person gets kind words and three others, and the nudges stop."""
    here = await role(now)
    others = [await role(now, f"Rolle {n}", name=f"Team{n}") for n in range(4)]
    ada = await people.participant("Ada", now=now)
    application = await Application.apply(here.listing.id, "Ich zeichne gern.", by=ada, now=now)
    assert application.due_at == now + 7 * DAY
    nudges = {"application.waiting": now + 4 * DAY, "application.last_day": now + 6 * DAY}
    assert nudges.items() <= (await planned(here.lead)).items()

    assert await Application.expire_due(now=now + 7 * DAY - timedelta(minutes=1)) == 0
    assert await Application.expire_due(now=now + 7 * DAY) == 1
    assert await Application.expire_due(now=now + 7 * DAY) == 0

    ended = await Application.get(id=application.id)
    assert (ended.state, ended.reason) == (A.EXPIRED, Reason.NO_ANSWER)
    suggested = await Application.filter(person_id=ada.person_id, state=A.SUGGESTED)
    assert len(suggested) == 3
    assert {row.listing_id for row in suggested} < {other.listing.id for other in others}
    told_ada = await models.Notification.get(person_id=ada.person_id, what="application.no_answer")
    assert told_ada.about["suggestions"].count("Rolle") == 3
    assert not (nudges.keys() & (await planned(here.lead)).keys())
    taken_up = await Application.apply(suggested[0].listing_id, "Gern!", by=ada, now=now + 8 * DAY)
    assert (taken_up.id, taken_up.state) == (suggested[0].id, A.APPLIED)


async def test_a_filled_seat_closes_the_other_applications_each_with_a_message(database: str, now: datetime) -> None:
    """C5.3: in the same transaction as the joining, which makes the person a member of the team."""
    here = await role(now)
    ada, bo, cem = [await people.participant(name, now=now) for name in ("Ada", "Bo", "Cem")]
    rows = [await Application.apply(here.listing.id, "", by=who, now=now) for who in (ada, bo, cem)]

    joined = await Application.accept(rows[1].id, by=here.lead, now=now + DAY, reply="Schön!")

    assert joined.state is A.JOINED
    membership = await TeamMembership.get(team_id=here.team.id, person_id=bo.person_id)
    assert (membership.state, membership.joined_at) == (MembershipState.ACTIVE, now + DAY)
    assert (await Listing.get(id=here.listing.id)).state is ListingState.FILLED
    for person, row in ((ada, rows[0]), (cem, rows[2])):
        closed = await Application.get(id=row.id)
        assert (closed.state, closed.reason) == (A.DECLINED, Reason.SEAT_FILLED)
        assert await told(person) == ["application.seat_filled"]
    assert await told(bo) == ["application.joined"]
    assert "listing.expiring" not in await planned(here.lead)
    with pytest.raises(ListingClosed):
        await Application.apply(here.listing.id, "", by=await people.participant("Dea", now=now), now=now + DAY)
    with pytest.raises(WrongState):
        await Application.accept(rows[0].id, by=here.lead, now=now + DAY)

    await Listing.update(here.listing.id, Wanted(seats=2), by=here.lead, now=now + 2 * DAY)
    await Listing.act(here.listing.id, "reopen", by=here.lead, now=now + 2 * DAY)
    back = await Application.apply(here.listing.id, "Noch einmal", by=ada, now=now + 2 * DAY)
    assert (back.id, back.state) == (rows[0].id, A.APPLIED), "the seat was filled, nobody had decided about Ada"


async def test_two_seats_are_two_people(database: str, now: datetime) -> None:
    here = await role(now, seats=2)
    rows = [await Application.apply(here.listing.id, "", by=who, now=now) for who in await crowd(3, now)]

    await Application.accept(rows[0].id, by=here.lead, now=now)
    assert (await Listing.get(id=here.listing.id)).state is ListingState.OPEN
    await Application.accept(rows[1].id, by=here.lead, now=now)

    assert [await state(row.id) for row in rows] == [A.JOINED, A.JOINED, A.DECLINED]


async def test_leads_decide_for_their_team_and_managers_on_behalf(database: str, now: datetime) -> None:
    """domain.md, 8: what a manager does for a team is noted, and the person sees it."""
    here, other = await role(now, seats=2), await role(now, name="Treppenhaus")
    ada, bo = [await people.participant(name, now=now) for name in ("Ada", "Bo")]
    manager, editor = await people.manager(now=now), await people.editor(now=now)
    row = await Application.apply(here.listing.id, "", by=ada, now=now)

    for stranger, refusal in ((other.lead, NotFound), (bo, NotFound), (editor, NotFound), (ANONYMOUS, NotFound)):
        with pytest.raises(refusal):
            await Application.accept(row.id, by=stranger, now=now)
    with pytest.raises(NotAllowed):
        await Application.accept(row.id, by=ada, now=now)
    with pytest.raises(NotAReason):
        await Application.decline(row.id, Reason.SEAT_FILLED, by=here.lead, now=now)

    accepted = await Application.accept(row.id, by=manager, now=now)
    declined = await Application.apply(here.listing.id, "", by=bo, now=now)
    declined = await Application.decline(declined.id, Reason.HOURS, by=here.lead, now=now, reply="Bis bald!")

    assert (accepted.on_behalf, declined.on_behalf) == (True, False)
    noted = await AuditEvent.filter(subject_id=row.id, action="accept").first()
    assert noted and (noted.actor_id, noted.note) == (manager.person_id, "on behalf")
    assert await told(bo) == ["application.declined"]
    with pytest.raises(AlreadyApplied):
        await Application.apply(here.listing.id, "Doch?", by=bo, now=now)


async def test_who_may_list_what(database: str, now: datetime) -> None:
    here = await role(now)
    ada = await people.participant("Ada", now=now)
    partner = await people.person("Firma", Role.PARTNER, now=now)
    said = Wanted(title="Wir suchen")

    with pytest.raises(SignInNeeded):
        await Listing.publish(ListingKind.SEEKS_TEAM, said, by=ANONYMOUS, now=now)
    with pytest.raises(TeamNeeded):
        await Listing.publish(MEMBER, said, by=ada, now=now)
    with pytest.raises(NotAllowed):
        await Listing.publish(MEMBER, said, by=ada, now=now, team_id=here.team.id)
    with pytest.raises(NotForOrganisations):
        await Listing.publish(ListingKind.SHARES_KNOWLEDGE, said, by=partner, now=now)
    with pytest.raises(NotForOrganisations):
        await Application.apply(here.listing.id, "", by=partner, now=now)
    with pytest.raises(NotFound):
        await Application.apply(here.team.id, "", by=ada, now=now)
    person, wish = await seeker(now)
    with pytest.raises(InviteInstead):
        await Application.apply(wish.id, "", by=ada, now=now)
    tilda, knows = await sharer(now)
    with pytest.raises(YourOwnListing):
        await Application.apply(knows.id, "", by=tilda, now=now)
    with pytest.raises(NotFound):
        await Listing.act(wish.id, "withdraw", by=ANONYMOUS, now=now)
    with pytest.raises(NotAllowed):
        await Listing.act(wish.id, "withdraw", by=ada, now=now)
    assert (await Listing.act(wish.id, "withdraw", by=person, now=now)).state is ListingState.WITHDRAWN


async def test_somebody_who_looks_for_a_team_is_invited_and_in_with_one_yes(database: str, now: datetime) -> None:
    here = await role(now)
    sami, wish = await seeker(now)

    invited = await Application.invite(here.listing.id, wish.id, "Komm zu uns!", by=here.lead, now=now)
    again = await Application.invite(here.listing.id, wish.id, "Komm!", by=here.lead, now=now)
    assert (invited.id, await told(sami)) == (again.id, ["application.invited"])
    joined = await Application.apply(here.listing.id, "Ja!", by=sami, now=now + DAY)

    assert joined.state is A.JOINED
    assert await TeamMembership.filter(person_id=sami.person_id, state=MembershipState.ACTIVE).exists()
    assert "application.agreed" in await told(here.lead)


async def seen_by(viewer: Viewer, rows: Any) -> set[Any]:
    return {row.id for row in await visible(rows, viewer)}


@pytest.mark.parametrize("wished_by", ["applicant", "member"])
async def test_nobody_can_tell_from_an_answer_who_does_not_want_to_meet_them(
    database: str, now: datetime, wished_by: str
) -> None:
    """E38: the answers to somebody who is kept apart are those to somebody whom nobody answers."""
    here, ada, bo = await role(now), await people.participant("Ada", now=now), await people.participant("Bo", now=now)
    member = await people.participant("Mo", now=now)
    await TeamMembership.create(team_id=here.team.id, person_id=member.person_id)
    wants, avoided = (ada, member) if wished_by == "applicant" else (member, ada)
    await Block.put(avoided.person_id, by=wants, now=now)  # type: ignore[arg-type]

    apart = await Application.apply(here.listing.id, "Hallo", by=ada, now=now)
    plain = await Application.apply(here.listing.id, "Hallo", by=bo, now=now)

    assert await seen_by(ada, Application.all()) == {apart.id}
    assert await seen_by(here.lead, Application.all()) == {plain.id}
    assert await told(here.lead) == ["application.received"]
    for name in ("state", "reason", "due_at", "applied_at", "reply"):
        assert getattr(apart, name) == getattr(plain, name)
    with pytest.raises(NotFound):
        await Application.accept(apart.id, by=here.lead, now=now)
    manager = await people.manager(now=now)
    with pytest.raises(NotFound):
        await Application.accept(apart.id, by=manager, now=now)

    await Application.expire_due(now=now + 7 * DAY)
    assert await told(ada) == await told(bo) == ["application.no_answer"]
    assert not await Application.filter(state=A.SUGGESTED, listing_id=here.listing.id).exists()


async def test_a_wish_of_later_takes_an_application_out_of_sight(database: str, now: datetime) -> None:
    """E38, and an invitation to somebody who does not want to meet the team never reaches them."""
    here, ada = await role(now), await people.participant("Ada", now=now)
    row = await Application.apply(here.listing.id, "", by=ada, now=now)
    await Block.put(ada.person_id, by=here.lead, now=now)  # type: ignore[arg-type]

    with pytest.raises(NotFound):
        await Application.accept(row.id, by=here.lead, now=now)
    assert await Application.keep_apart(now=now) == 1
    assert await seen_by(here.lead, Application.all()) == set()
    assert await seen_by(ada, Application.all()) == {row.id}
    assert "application.waiting" not in await planned(here.lead)

    sami, wish = await seeker(now)
    await Block.put(here.lead.person_id, by=sami, now=now)  # type: ignore[arg-type]
    invited = await Application.invite(here.listing.id, wish.id, "Komm!", by=here.lead, now=now)
    assert (await told(sami), await seen_by(sami, Application.all())) == ([], set())
    assert await seen_by(here.lead, Application.all()) == {invited.id}


async def test_an_alias_stands_in_until_the_team_says_yes(database: str, now: datetime) -> None:
    """E37: no row that others see names the person; neither does the audit log, which staff read."""
    here, ada = await role(now, seats=2), await people.participant("Ada", now=now)
    with pytest.raises(NotFound):
        await Application.apply(here.listing.id, "", by=ada, now=now, under_alias=True)
    await Alias.take(AliasContext.EXCHANGE, "Morgenstern", by=ada, now=now)

    row = await Application.apply(here.listing.id, "", by=ada, now=now, under_alias=True)

    assert (row.alias, row.shown_id) == ("Morgenstern", None)
    assert not await AuditEvent.filter(subject_id=row.id, actor_id=ada.person_id).exists()
    notes = await models.Notification.filter(subject_id=row.id)
    assert all("Ada" not in str(note.about) for note in notes)
    accepted = await Application.accept(row.id, by=here.lead, now=now)
    assert accepted.shown_id == ada.person_id

    said = Wanted(title="Ich suche ein Team")
    with pytest.raises(NoAliasHere):
        await Listing.publish(ListingKind.SHARES_KNOWLEDGE, said, by=ada, now=now, under_alias=True)
    wish = await Listing.publish(ListingKind.SEEKS_TEAM, said, by=ada, now=now, under_alias=True)
    other = await role(now, name="Treppenhaus")
    invited = await Application.invite(other.listing.id, wish.id, "Komm!", by=other.lead, now=now)
    assert (invited.alias, invited.shown_id) == ("Morgenstern", None)
    with pytest.raises(AlreadyMet):
        await Application.invite(here.listing.id, wish.id, "Komm!", by=here.lead, now=now)
    await Application.withdraw(invited.id, by=ada, now=now)
    assert not await AuditEvent.filter(subject_id=invited.id, actor_id=ada.person_id).exists()
    await Listing.act(wish.id, "withdraw", by=ada, now=now)
    assert (wish.alias, wish.shown_id) == ("Morgenstern", None)
    assert not await AuditEvent.filter(subject_id=wish.id, actor_id=ada.person_id).exists()


async def test_below_sixteen_a_person_looks_first(database: str, now: datetime) -> None:
    """E14: the seat is kept, and nobody but a community manager lets it come about."""
    here, kim = await role(now), await people.participant("Kim", now=now)
    await of_age_until(kim, now.date() + 400 * DAY)
    manager = await people.manager(now=now)
    row = await Application.apply(here.listing.id, "", by=kim, now=now)

    accepted = await Application.accept(row.id, by=here.lead, now=now)
    assert accepted.state is A.ACCEPTED
    assert (await Listing.get(id=here.listing.id)).taken == 1
    assert await told(kim) == ["application.accepted"]
    for who in (here.lead, kim):
        with pytest.raises((NotAllowed, HumanStepNeeded)):
            await Application.arrange(row.id, by=who, now=now)
    with pytest.raises(NoSeatLeft):
        other = await Application.apply(here.listing.id, "", by=await people.participant("Bo", now=now), now=now)
        await Application.accept(other.id, by=here.lead, now=now)
    assert (await Application.arrange(row.id, by=manager, now=now)).state is A.JOINED
    assert await state(other.id) is A.DECLINED

    tilda, knows = await sharer(now)
    one = await Application.apply(knows.id, "", by=kim, now=now)
    assert (await Application.accept(one.id, by=tilda, now=now)).state is A.ACCEPTED
    refused = await Application.arrange(one.id, by=manager, now=now, joins=False)
    assert (refused.reason, (await Listing.get(id=knows.id)).taken) == (Reason.NOT_ARRANGED, 0)
    assert not await HumanStep.filter(person_id=tilda.person_id).exists()


async def test_whoever_steps_back_frees_the_seat_for_those_who_wait(database: str, now: datetime) -> None:
    """E29: the others were never closed, and the next one is taken in."""
    here, kim, bo = await role(now), await people.participant("Kim", now=now), await people.participant("Bo", now=now)
    await of_age_until(kim, now.date() + 400 * DAY)
    kept = await Application.apply(here.listing.id, "", by=kim, now=now)
    waits = await Application.apply(here.listing.id, "", by=bo, now=now)
    await Application.accept(kept.id, by=here.lead, now=now)

    await Application.withdraw(kept.id, by=kim, now=now)

    assert (await Application.accept(waits.id, by=here.lead, now=now)).state is A.JOINED


async def test_the_order_of_the_board_is_another_one_each_day(database: str, now: datetime) -> None:
    """E43: the same for everybody, made of a date, and of no merit."""
    person = await people.participant(now=now)
    rows = [
        Listing(purpose=ListingKind.SEEKS_TEAM, person_id=person.person_id, title=f"{n}", state="open")
        for n in range(40)
    ]
    await Listing.bulk_create(rows)

    async def order(day: datetime) -> list[str]:
        await reshuffle(day.date())
        return [row.title for row in await board(Looking()).order_by("place", "id")]

    today, tomorrow, today_again = await order(now), await order(now + DAY), await order(now)

    assert today == today_again
    assert today != tomorrow != sorted(tomorrow)
    assert sorted(today) == sorted(tomorrow)


async def test_a_wave_of_bots_is_hidden_and_brought_back_with_one_action_each(database: str, now: datetime) -> None:
    """E49: links of new accounts are held; one action hides a wave, one brings it back to the state before."""
    here, manager = await role(now), await people.manager(now=now)
    bots = await crowd(30, now)
    await models.Person.filter(handle__startswith="crowd").update(created_at=now)
    await models.Person.exclude(handle__startswith="crowd").update(created_at=now - 30 * DAY)
    rows = [
        Listing(
            purpose=ListingKind.SEEKS_TEAM, person_id=bot.person_id, title="Kredit", state="open",
            expires_at=now + DAY,
        )
        for bot in bots
    ]  # fmt: skip
    await Listing.bulk_create(rows)
    said = Wanted(title="Billig", text="Schaut auf https://spam.example.org nach")
    spam = await Listing.publish(ListingKind.SHARES_KNOWLEDGE, said, by=bots[0], now=now)
    assert "spam.example.org" not in spam.public_text
    assert spam.links_held

    with pytest.raises(NotAllowed):
        await Listing.hide_of_new_accounts(now - DAY, by=here.lead, now=now, reason="Spam")
    hidden = await Listing.hide_of_new_accounts(now - DAY, by=manager, now=now, reason="Spam")

    assert hidden.listings == 31
    assert {row.id for row in await board(Looking())} == {here.listing.id}
    assert await Listing.unhide(hidden.action, by=manager, now=now) == 31
    assert await Listing.filter(state=ListingState.OPEN).count() == 32
    await models.Person.filter(id=bots[0].person_id).update(links_held=False)
    assert await Listing.let_links_go() == 1
    assert "spam.example.org" in (await Listing.get(id=spam.id)).public_text


async def test_whoever_is_restricted_neither_lists_nor_applies_and_is_not_read(database: str, now: datetime) -> None:
    """E49: one click on a wave of accounts takes along what they have listed and written."""
    here, ada = await role(now), await people.participant("Ada", now=now)
    bot, wish = await seeker(now, "Bot")
    row = await Application.apply(here.listing.id, "Kredit?", by=bot, now=now)
    assert await seen_by(here.lead, Application.all()) == {row.id}

    await models.Person.act(bot.person_id, "restrict", by=await people.manager(now=now), now=now)  # type: ignore[arg-type]

    assert await seen_by(here.lead, Application.all()) == set()
    assert await seen_by(ada, board(Looking())) == {here.listing.id}
    for again in (
        Listing.publish(ListingKind.SEEKS_TEAM, Wanted(title="Kredit"), by=bot, now=now),
        Application.apply(here.listing.id, "", by=bot, now=now),
    ):
        with pytest.raises(NotAllowed):
            await again
    assert await seen_by(bot, Listing.filter(id=wish.id)) == {wish.id}


async def test_whoever_goes_leaves_nobody_waiting(database: str, now: datetime) -> None:
    here, ada = await role(now), await people.participant("Ada", now=now)
    row = await Application.apply(here.listing.id, "", by=ada, now=now)
    sami, wish = await seeker(now)
    mine = await Application.apply(here.listing.id, "", by=sami, now=now)

    await person_gone(sami.person_id, now=now)  # type: ignore[arg-type]
    await team_gone(here.team.id, now=now)

    assert (await state(mine.id), await state(row.id)) == (A.WITHDRAWN, A.DECLINED)
    assert (await Listing.get(id=wish.id)).state is ListingState.WITHDRAWN
    assert await told(ada) == ["application.listing_closed"]


async def test_a_role_stands_once_in_the_weekly_letter_and_no_person_does(database: str, now: datetime) -> None:
    """C11.1, the section "Gesucht und gefunden": a confirmation is no news, and what is gone is not told."""
    here, other = await role(now), await role(now, "Vergeben", name="Treppenhaus")
    await seeker(now)
    await Listing.act(here.listing.id, "confirm", by=here.lead, now=now + 8 * DAY)
    await Listing.act(other.listing.id, "withdraw", by=other.lead, now=now)

    week, next_week = [await sources.candidates(now + n * 7 * DAY, now + (n + 1) * 7 * DAY) for n in (0, 1)]

    (item,) = week
    assert (item.headline_de, item.path_en, item.section) == (
        "Grafik gesucht", f"/en/exchange/{here.listing.id}", SectionKey.EXCHANGE
    )  # fmt: skip
    assert next_week == []
