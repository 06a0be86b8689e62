"""Signing in: a mailed link, one browser, one use."""

from datetime import datetime, timedelta

import pytest

import models
from models import vault
from models.access import ANONYMOUS
from models.errors import NotFound
from models.members import PersonState
from models.signin import LinkInvalid, LoginLink, Session, viewer_by_cookie, viewer_by_token, viewer_of
from tests.people import editor, participant

pytestmark = pytest.mark.usefixtures("database")

EMAIL = "ada@example.org"


async def ada(now: datetime) -> models.Person:
    return await models.Person.join(email=EMAIL, name="Ada Brinkmann", handle="ada", now=now)


async def a_link(now: datetime) -> LoginLink:
    await LoginLink.request(EMAIL, browser="her laptop", now=now)
    link = await LoginLink.all().order_by("-id").first()
    assert link is not None
    return link


async def test_a_new_member_who_opens_her_link_is_verified_and_signed_in(now: datetime) -> None:
    person = await ada(now)

    session, cookie = await LoginLink.redeem((await a_link(now)).token, browser="her laptop", now=now)

    await person.refresh_from_db()
    assert person.state is PersonState.ACTIVE
    found = await viewer_by_cookie(cookie, now=now)
    assert found and (found.person_id, found.credential_id) == (person.id, session.id)
    assert cookie not in str(await Session.all().values())


@pytest.mark.parametrize(
    ("browser", "later", "twice"),
    [("a thief's laptop", 0, False), ("her laptop", 16, False), ("her laptop", 0, True)],
    ids=["another browser", "too late", "used before"],
)
async def test_a_link_opens_once_in_time_and_in_the_browser_that_asked(
    now: datetime, browser: str, later: int, twice: bool
) -> None:
    await ada(now)
    link = await a_link(now)
    if twice:
        await LoginLink.redeem(link.token, browser="her laptop", now=now)

    with pytest.raises(LinkInvalid):
        await LoginLink.redeem(link.token, browser=browser, now=now + timedelta(minutes=later))


@pytest.mark.parametrize("token", ["", "x", "x" * 5000, "\x00", "' OR 1=1 --"])
async def test_a_forged_link_opens_nothing(now: datetime, token: str) -> None:
    await ada(now)
    await a_link(now)

    with pytest.raises(LinkInvalid):
        await LoginLink.redeem(token, browser="her laptop", now=now)


async def test_nobody_learns_who_is_a_member_and_no_job_holds_a_token(now: datetime) -> None:
    """E50: for an unknown address the very same is done; only no mail comes of it."""
    await ada(now)

    assert await LoginLink.request("nobody@example.org", browser="b", now=now) is None
    link = await a_link(now)

    jobs = await models.JobRun.all().values()
    assert [job["work"] for job in jobs] == ["mail.sign_in", "mail.sign_in"]
    assert [row.person_id for row in await LoginLink.all().order_by("id")] == [None, link.person_id]
    assert link.token not in str(jobs)
    assert EMAIL not in str(jobs)


async def test_no_more_than_five_links_in_a_quarter_of_an_hour(now: datetime) -> None:
    await ada(now)
    for _ in range(9):
        await LoginLink.request(EMAIL, browser="b", now=now)

    assert await models.JobRun.all().count() == 5


async def test_a_revoked_session_is_over_at_once(now: datetime) -> None:
    zoe = await participant(now=now)
    assert zoe.person_id
    session, cookie = await Session.open(zoe.person_id, now=now)

    await Session.revoke(session.id, by=zoe, now=now)

    assert await viewer_by_cookie(cookie, now=now) is None


async def test_a_session_ends_after_twelve_idle_hours_and_after_fourteen_days(now: datetime) -> None:
    zoe = await participant(now=now)
    assert zoe.person_id
    _, cookie = await Session.open(zoe.person_id, now=now)

    assert await viewer_by_cookie(cookie, now=now + timedelta(hours=11))
    assert await viewer_by_cookie(cookie, now=now + timedelta(hours=22)), "looked in on after eleven hours"
    assert await viewer_by_cookie(cookie, now=now + timedelta(hours=35)) is None


async def test_nobody_revokes_somebody_elses_session(now: datetime) -> None:
    zoe, edda = await participant(now=now), await editor(now=now)
    assert zoe.person_id
    session, _ = await Session.open(zoe.person_id, now=now)

    for stranger in (edda, ANONYMOUS):
        with pytest.raises(NotFound):
            await Session.revoke(session.id, by=stranger, now=now)


async def test_an_api_token_is_shown_once_and_stored_hashed(now: datetime) -> None:
    edda = await editor(now=now)
    assert edda.person_id
    token, secret = await models.ApiToken.issue(edda.person_id, "feeds", by=edda, now=now)

    found = await viewer_by_token(secret, now=now)
    assert found and (found.person_id, found.credential_id) == (edda.person_id, token.id)
    assert secret not in str(await models.ApiToken.all().values())
    for forged in (secret[:-1], secret + "x", "lt_", ""):
        assert await viewer_by_token(forged, now=now) is None


async def test_an_api_token_ends_with_its_life_and_with_its_revocation(now: datetime) -> None:
    edda = await editor(now=now)
    assert edda.person_id
    token, secret = await models.ApiToken.issue(edda.person_id, "a day", by=edda, now=now, life=timedelta(days=1))

    assert await viewer_by_token(secret, now=now + timedelta(hours=23))
    assert await viewer_by_token(secret, now=now + timedelta(hours=24)) is None
    await models.ApiToken.revoke(token.id, by=edda, now=now)
    assert await viewer_by_token(secret, now=now) is None


async def test_a_suspended_member_is_nobody(now: datetime) -> None:
    zoe = await participant(now=now)
    assert zoe.person_id
    await models.Person.filter(id=zoe.person_id).update(state=PersonState.SUSPENDED)

    assert await viewer_of(zoe.person_id, now=now) is None


def test_sealed_text_opens_only_where_it_was_sealed() -> None:
    sealed = vault.seal(EMAIL, "person:1")

    assert vault.unseal(sealed, "person:1") == EMAIL
    with pytest.raises(vault.Unreadable):
        vault.unseal(sealed, "person:2")


def test_no_token_works_for_another_purpose() -> None:
    assert vault.token("confirm", 1) != vault.token("unsubscribe", 1)
    assert vault.token("confirm", "1", "2") != vault.token("confirm", "12")
