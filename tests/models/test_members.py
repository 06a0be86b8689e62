"""Members: consents, skills, blocks, invitations, the young, those who are gone, and the whole life of an account."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import models
from models.access import SYSTEM, Viewer
from models.errors import NotAllowed, NotFound, RateLimited, Refusal
from models.folding import fold
from models.language import Language
from models.members import (
    Alias,
    AliasContext,
    Block,
    Consent,
    ConsentStatus,
    FieldVisibility,
    HumanStep,
    HumanStepNeeded,
    Invitation,
    InvitationState,
    Person,
    PersonSkill,
    PersonState,
    ProfileField,
    Purpose,
    Skill,
    alone_with,
    blocked,
    profile,
)
from models.members.aliases import AliasTaken
from models.members.consents import WORDINGS
from models.members.dormancy import Dormancy, let_go, purge_unproved, rest, send_notices
from models.members.hiding import release_links
from models.members.looking import PersonOrder, reshuffle
from models.members.refusals import InvitationInvalid, MergeIntoItself, ProtectedByAge, SkillKnown, TooLate
from models.members.young import declare_birth, lift_protection
from models.outbox import AuditEvent
from models.roles import Role
from tests import people

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    "same",
    [
        ("Müller", "Mueller", "muller", "MÜLLER", "Mu\u0308ller"),
        ("Straße", "Strasse", "STRASSE"),
        ("Çiğdem Öztürk", "cigdem oeztuerk", "Cigdem  Ozturk"),
        ("Groß", "Gross"),
    ],
)
def test_a_name_is_found_however_it_is_typed(same: tuple[str, ...]) -> None:
    """E24."""
    assert len({fold(spelling) for spelling in same}) == 1


async def test_four_consents_are_given_and_withdrawn_alone(database: str, now: datetime) -> None:
    """E9: account, newsletter, matching and story; each keeps the version and hash of what was agreed to."""
    ada = await people.participant(now=now)
    for purpose in Purpose:
        consent = await Consent.give(purpose, Language.EN, by=ada, now=now)
        assert consent.text_hash == WORDINGS[purpose].sha256(Language.EN)
        assert (await Consent.give(purpose, Language.EN, by=ada, now=now + DAY)).id == consent.id

    async def given() -> set[Purpose]:
        return {c.purpose for c in await Consent.filter(person_id=ada.person_id, state=ConsentStatus.GIVEN)}

    for purpose in (Purpose.STORY, Purpose.MATCHING, Purpose.NEWSLETTER):
        before = await given()
        await Consent.withdraw(purpose, by=ada, now=now + 2 * DAY)
        assert await given() == before - {purpose}
        with pytest.raises(NotFound):
            await Consent.withdraw(purpose, by=ada, now=now)
    assert ada.person_id not in await Consent.of_everybody(Purpose.MATCHING)
    assert (await Person.get(id=ada.person_id)).state is PersonState.ACTIVE

    await Consent.withdraw(Purpose.ACCOUNT, by=ada, now=now + 3 * DAY)
    leaving = await Person.get(id=ada.person_id)
    assert (leaving.state, leaving.erase_at) == (PersonState.ERASURE_REQUESTED, now + 10 * DAY)
    again = await Consent.give(Purpose.MATCHING, Language.DE, by=ada, now=now + 4 * DAY)
    assert again.id != consent.id and await Consent.filter(purpose=Purpose.MATCHING).count() == 2, "old answers stay"


async def test_what_was_never_proved_is_no_consent_and_leaves_no_account(database: str, now: datetime) -> None:
    """E5, E9: a ticked box counts from the proof of the mailbox on; after a week both are gone."""
    for email in ("ada@example.org", "bo@example.org"):
        await models.signin.join(email, "Ada", agreed=True, browser="b", now=now)
    ada, bo = await Person.by_email("ada@example.org"), await Person.by_email("bo@example.org")
    assert ada and bo
    link = await models.LoginLink.get(person_id=ada.id)
    assert not await Consent.holds(ada.id, Purpose.ACCOUNT)
    await models.LoginLink.redeem(link.token, browser="b", now=now)
    assert await Consent.holds(ada.id, Purpose.ACCOUNT)
    imported = await Person.join(email="csv@example.org", name="Csv", handle="csv", now=now)
    later = datetime.now(UTC) + 8 * DAY

    assert await Consent.lapse(now=later) == 1
    assert await purge_unproved(now=later) == 1
    assert {p.id for p in await Person.all()} == {ada.id, imported.id}


async def test_skills_are_proposed_approved_and_merged(database: str, now: datetime) -> None:
    """domain.md 7.2: proposed -> approved -> merged_into; German and English with synonyms, found by E24."""
    ada, bo, manager = await people.participant(now=now), await people.participant(now=now), await people.manager()
    sewing = await Skill.propose("Nähen", "Sewing", by=ada, now=now, synonyms=["Schneidern"])
    tailor = await Skill.propose("Änderungsschneiderei", by=bo, now=now)
    await PersonSkill.choose(ada.person_id, [sewing.id], by=ada, now=now)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        await PersonSkill.choose(bo.person_id, [sewing.id], by=bo, now=now)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        await Skill.approve(sewing.id, by=ada, now=now)
    await Skill.approve(sewing.id, by=manager, now=now)
    await Skill.approve(tailor.id, by=manager, now=now)
    for typed in ("naehen", "NAHEN", "sewing", "schneidern"):
        found = await Skill.find(typed)
        assert found and found.id == sewing.id, typed
    with pytest.raises(SkillKnown):
        await Skill.propose("nahen", by=bo, now=now)
    await PersonSkill.choose(bo.person_id, [sewing.id, tailor.id], by=bo, now=now)  # type: ignore[arg-type]

    with pytest.raises(MergeIntoItself):
        await Skill.merge(tailor.id, tailor.id, by=manager, now=now)
    await Skill.merge(tailor.id, sewing.id, by=manager, now=now)

    assert {(row.person_id, row.skill_id) for row in await PersonSkill.all()} == {
        (ada.person_id, sewing.id),
        (bo.person_id, sewing.id),
    }
    found = await Skill.find("Aenderungsschneiderei")
    assert found and found.id == sewing.id
    assert await Skill.named("anderungs").count() == 2
    assert await Skill.named("%").count() == 2, "signs of a search are letters like others: everything begins with none"


async def test_a_block_binds_both(database: str, now: datetime) -> None:
    """E38."""
    ada, bo, cem = [await people.participant(now=now) for _ in range(3)]
    assert ada.person_id and bo.person_id and cem.person_id
    await Block.put(bo.person_id, by=ada, now=now)
    await Block.put(bo.person_id, by=ada, now=now)
    await Block.put(ada.person_id, by=cem, now=now)

    assert await blocked(ada.person_id) == {bo.person_id, cem.person_id}
    assert await blocked(bo.person_id) == {ada.person_id}
    await Block.lift(bo.person_id, by=ada)
    await Block.lift(ada.person_id, by=bo)
    assert await blocked(bo.person_id) == set()
    assert await blocked(cem.person_id) == {ada.person_id}


async def test_an_alias_is_one_name_per_context(database: str, now: datetime) -> None:
    """E37, C13.7."""
    ada, bo = await people.participant(now=now), await people.participant(now=now)
    first = await Alias.take(AliasContext.QUESTIONS, "Möwe", by=ada, now=now)
    assert (await Alias.take(AliasContext.QUESTIONS, "Kranich", by=ada, now=now)).id == first.id
    await Alias.take(AliasContext.EXCHANGE, "Möwe", by=ada, now=now)
    with pytest.raises(AliasTaken):
        await Alias.take(AliasContext.EXCHANGE, "Möwe", by=bo, now=now)
    with pytest.raises(NotFound):
        await Alias.drop(first.id, by=bo)


async def test_nobody_below_sixteen_is_matched_alone_without_a_human_step(database: str, now: datetime) -> None:
    """E14. Kept is one date; nobody talks themselves out of the protection."""
    mia, bo, manager = await people.participant(now=now), await people.participant(now=now), await people.manager()
    assert mia.person_id and bo.person_id
    await profile.update(by=mia, now=now, visibility={ProfileField.ABOUT: FieldVisibility.PUBLIC})
    young = await declare_birth(2005, 12, by=mia, now=now)

    assert (young.young_until, young.about_for) == (date(2022, 1, 1), FieldVisibility.MEMBERS)
    with pytest.raises(ProtectedByAge):
        await profile.update(by=mia, now=now, visibility={ProfileField.ABOUT: FieldVisibility.PUBLIC})
    assert (await declare_birth(1980, 1, by=mia, now=now)).young_until == young.young_until
    assert isinstance(await alone_with(bo.person_id, mia.person_id, now=now), HumanStepNeeded)
    with pytest.raises(NotAllowed):
        await HumanStep.take(mia.person_id, bo.person_id, by=bo, now=now)
    await HumanStep.take(mia.person_id, bo.person_id, by=manager, now=now)
    assert await alone_with(bo.person_id, mia.person_id, now=now) is None
    assert await alone_with(mia.person_id, manager.person_id, now=now) is not None  # type: ignore[arg-type]
    assert await alone_with(mia.person_id, manager.person_id, now=now + 640 * DAY) is None  # type: ignore[arg-type]
    await lift_protection(mia.person_id, by=manager, now=now)
    assert await alone_with(mia.person_id, manager.person_id, now=now) is None  # type: ignore[arg-type]


async def test_accounts_of_people_who_are_gone_rest_and_end(database: str, now: datetime) -> None:
    """E10: notice at 12 months, rest 30 days later, the end later; all times are settings. Coming back stops it."""
    gone, back, here = [await people.participant(now=now) for _ in range(3)]
    await Person.filter(id=here.person_id).update(last_active_at=now + 300 * DAY)
    terms = Dormancy()

    assert await send_notices(terms, now=now + 364 * DAY) == 0
    assert await send_notices(terms, now=now + 366 * DAY) == 2
    assert await send_notices(terms, now=now + 367 * DAY) == 0
    mails = await models.JobRun.filter(work="mail.dormancy")
    assert {job.payload["person"] for job in mails} == {str(gone.person_id), str(back.person_id)}
    await (await Person.get(id=back.person_id)).seen(now + 370 * DAY)
    assert await rest(terms, now=now + 395 * DAY) == 0
    assert await rest(terms, now=now + 397 * DAY) == 1
    sleeper = await Person.get(id=gone.person_id)
    assert sleeper.state is PersonState.DORMANT
    assert await let_go(terms, now=now + 700 * DAY) == 0
    assert await let_go(terms, now=now + 762 * DAY) == 1
    assert (await Person.get(id=gone.person_id)).state is PersonState.ERASURE_REQUESTED
    assert await rest(Dormancy(rest_after=DAY), now=now + 2000 * DAY) == 0


async def test_an_invitation_never_tells_who_is_a_member(database: str, now: datetime) -> None:
    """E50, E5: the same for every address; who does not come leaves no trace."""
    host, member = await people.participant(now=now), await people.participant(email="member@example.org", now=now)
    told = []
    for email in ("new@example.org", "member@example.org"):
        invitation = await Invitation.ask(email, by=host, now=now, message="Komm!")
        await Invitation.prepare(invitation.id, now=now)
        row = await Invitation.get(id=invitation.id)
        told.append(
            [(action, (await row.decide(action, by=host, now=now)).allowed) for action in row.transitions.actions]
        )
    assert told[0] == told[1]
    sent, spent = await Invitation.all().order_by("id")
    assert (sent.state, spent.state, spent.contact) == (InvitationState.SENT, InvitationState.SPENT, "")
    guest = await Person.get(id=sent.guest_id)
    assert guest.state is PersonState.INVITED and not guest.may_sign_in

    again = await Invitation.ask("new@example.org", by=member, now=now)
    assert await Invitation.prepare(again.id, now=now) is None, "nobody is invited twice in a fortnight"
    with pytest.raises(NotFound):
        await Invitation.withdraw(sent.id, by=member, now=now)
    for invitation in (sent, spent):
        await Invitation.withdraw(invitation.id, by=host, now=now)
    assert not await Person.filter(id=sent.guest_id).exists()
    with pytest.raises(InvitationInvalid):
        await Invitation.open(sent.token, now=now)
    await Invitation.bulk_create(
        [
            Invitation(person_id=host.person_id, email_hash=f"{n}", token_hash=f"{n}", expires_at=now, created_at=now)
            for n in range(20)
        ]
    )
    with pytest.raises(RateLimited):
        await Invitation.ask("another@example.org", by=host, now=now)


async def test_a_guest_comes_once_and_in_time(database: str, now: datetime) -> None:
    """domain.md 7.2: invited -> pending_verification -> active; the mailed token proves the mailbox."""
    host = await people.participant(now=now)
    first = await Invitation.ask("ada@example.org", by=host, now=now)
    late = await Invitation.ask("bo@example.org", by=host, now=now)
    for invitation in (first, late):
        await Invitation.prepare(invitation.id, now=now)

    ada = await Invitation.accept(first.token, name="Ada", agreed=True, handle="ada", now=now)

    assert (ada.state, ada.display_name) == (PersonState.ACTIVE, "Ada")
    assert await Consent.holds(ada.id, Purpose.ACCOUNT)
    with pytest.raises(InvitationInvalid):
        await Invitation.accept(first.token, name="Eve", agreed=True, handle="eve", now=now)
    with pytest.raises(InvitationInvalid):
        await Invitation.accept(late.token, name="Bo", agreed=True, handle="bo", now=now + 15 * DAY)
    assert await Invitation.lapse(now=now + 15 * DAY) == 1
    assert await Person.by_email("bo@example.org") is None
    assert "bo@example.org" not in str(await Invitation.all().values())


async def test_members_stand_in_another_order_each_day(database: str, now: datetime) -> None:
    """E43, C13.6: neither the alphabet nor age is a merit."""
    await Person.bulk_create([Person(handle=f"m{n}", display_name="M", email_hash=f"{n}") for n in range(30)])

    async def on(day: date) -> list[str]:
        await reshuffle(day)
        return [row.handle for row in await Person.all().order_by(*PersonOrder.SHUFFLED.columns)]

    today, tomorrow = await on(now.date()), await on(now.date() + DAY)
    assert today != tomorrow and sorted(today) == sorted(tomorrow)
    assert await on(now.date()) == today


async def test_links_of_an_account_are_held_for_a_week(database: str, now: datetime) -> None:
    """E49."""
    await people.participant(now=now)
    created = (await Person.get()).created_at

    assert await release_links(now=created + 6 * DAY) == 0
    assert await release_links(now=created + 8 * DAY) == 1


ACTS = ["verify", "restrict", "lift", "suspend", "rest", "wake", "leave", "stay", "erase", "wait"]
WHO = ["self", "other", "manager", "system"]
DECLARED = {(edge.source.value, edge.action, edge.target.value) for edge in Person.transitions}


async def act(person: Person, what: str, by: Viewer, now: datetime) -> None:
    match what:
        case "verify" | "rest" | "wake" | "restrict" | "lift" | "suspend":
            await Person.act(person.id, what, by=by, now=now)
        case "leave":
            await Person.request_erasure(person.id, by=by, now=now)
        case "stay":
            await Person.cancel_erasure(person.id, by=by, now=now)
        case "erase":
            await Person.erase(person.id, now=now)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(ACTS), st.sampled_from(["self", "other", "manager", "system"])), max_size=14
    )
)
async def test_an_account_moves_along_declared_edges_only(
    database: str, now: datetime, steps: list[tuple[str, str]]
) -> None:
    """E2: within the week one may stay, as restricted as before; after it all that is in the row is gone."""
    name = str(models.base.new_id())
    person = await Person.join(email=f"{name}@example.org", name="Ada Brinkmann", handle=name, now=now)
    by = {
        "self": Viewer(person_id=person.id, roles=frozenset({Role.PARTICIPANT})),
        "other": Viewer(person_id=models.base.new_id(), roles=frozenset({Role.PARTICIPANT})),
        "manager": Viewer(person_id=models.base.new_id(), roles=frozenset({Role.COMMUNITY_MANAGER, Role.CONDUCT})),
        "system": SYSTEM,
    }
    restricted = False
    for what, who in steps:
        now += timedelta(days=8 if what == "wait" else 1)
        state = (await Person.get(id=person.id)).state
        with suppress(Refusal):
            await act(person, what, by[who], now)
            restricted = {"restrict": True, "suspend": True, "lift": False}.get(what, restricted)
            assert who != "other" or what in ("wait", "erase"), f"a stranger may not {what}"
        row = await Person.get(id=person.id)
        if state is PersonState.ERASURE_REQUESTED and row.state is not state and what == "stay":
            assert (row.state in (PersonState.RESTRICTED, PersonState.SUSPENDED)) is restricted, "staying lifts nothing"
        if row.state is PersonState.ERASED:
            assert "Ada" not in str(dict(row)) and row.contact == ""
    taken = {(e.before, e.action, e.after) for e in await AuditEvent.filter(subject_id=person.id)}
    assert taken <= DECLARED


async def test_it_is_too_late_to_stay_when_the_week_is_over(database: str, now: datetime) -> None:
    """E2, domain.md 7.4."""
    ada = await people.participant(now=now)
    assert ada.person_id
    await Person.request_erasure(ada.person_id, by=ada, now=now)

    with pytest.raises(TooLate):
        await Person.cancel_erasure(ada.person_id, by=ada, now=now + 7 * DAY)
    row: Any = await Person.cancel_erasure(ada.person_id, by=ada, now=now + 6 * DAY)
    assert (row.state, row.erase_at) == (PersonState.ACTIVE, None)
