"""Signing in with an account elsewhere, against a certified OpenID provider; and all that goes wrong with one."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc.jwk import KeySet, RSAKey

import models
from models.base import utcnow
from models.members import ConsentStatus, PersonState, Purpose
from resolvers.oidc import Provider, ProviderSettings
from tests import people
from tests.graph.api import Api
from tests.oidc.conftest import BACK, Elsewhere, browser_before

ADA = {"sub": "ada-17", "email": "ada@example.org", "email_verified": True, "name": "Ada Brinkmann"}
BROKEN = "nicht zustande gekommen"


async def press(api: Api, path: str, **fields: str) -> Any:
    return await api.client.post(path, data=fields or {"x": ""}, headers={"origin": "http://test"})


async def there_and_back(api: Api, elsewhere: Elsewhere) -> Any:
    """Press the button, sign in elsewhere, and open what leads back."""
    sent = await api.client.get("/sign-in/provider")
    assert sent.status_code == 303
    return await api.client.get(await elsewhere.visit(sent.headers["location"]))


async def signed_in(api: Api) -> str | None:
    """Whose name the page greets."""
    found = re.search(r"<h1>Hallo, (.*?)</h1>", (await api.client.get("/sign-in")).text)
    return found.group(1) if found else None


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]+)"', page))


async def test_somebody_new_joins_with_their_account_elsewhere(api: Api, elsewhere: Elsewhere) -> None:
    """E9: without the tick there is no account, whatever the provider says."""
    elsewhere.order(account=ADA)
    assert "Mit Anderswo anmelden" in (await api.client.get("/sign-in")).text

    welcome = await there_and_back(api, elsewhere)
    assert "Ada Brinkmann" in welcome.text
    assert not await models.Person.exists()
    refused = await press(api, "/sign-in/provider/welcome", name="Ada B.", **hidden(welcome.text))
    assert "Ohne eure Einwilligung" in refused.text
    pressed = await press(api, "/sign-in/provider/welcome", name="Ada B.", agreed="yes", **hidden(refused.text))

    assert (pressed.status_code, await signed_in(api)) == (303, "Ada B.")
    ada = await models.Person.get()
    assert (ada.state, ada.email) == (PersonState.ACTIVE, "ada@example.org")
    consent = await models.Consent.get()
    assert (consent.purpose, consent.state) == (Purpose.ACCOUNT, ConsentStatus.GIVEN)
    again = await press(api, "/sign-in/provider/welcome", name="Eve", agreed="yes", **hidden(welcome.text))
    assert (BROKEN in again.text, await models.Person.all().count()) == (True, 1)

    left = await api.client.get((await press(api, "/sign-out")).headers["location"])
    assert f'href="{elsewhere.issuer}/session/end?' in left.text
    assert await signed_in(api) is None
    assert (await there_and_back(api, elsewhere)).status_code == 303
    assert await signed_in(api) == "Ada B."
    assert "ada-17" not in str(await models.Identity.all().values()), "the provider's name for somebody is not kept"


async def test_nobody_takes_an_account_over_by_its_address(api: Api, elsewhere: Elsewhere) -> None:
    await people.person("Ada Brinkmann", email="ada@example.org")
    for claims, sentence in [
        ({}, "einmal mit dem Link per Mail"),
        ({"email_verified": False}, "nicht bestätigt"),
        ({"email_verified": "true"}, "nicht bestätigt"),
        ({"email": ""}, "nicht bestätigt"),
    ]:
        elsewhere.order(account={**ADA, **claims, "sub": "somebody"})

        answer = await there_and_back(api, elsewhere)

        assert (answer.status_code, sentence in answer.text) == (422, True), claims
    assert await signed_in(api) is None
    assert not await models.Identity.exists()


async def test_a_member_connects_the_provider_and_nobody_else_does_it_for_them(api: Api, elsewhere: Elsewhere) -> None:
    elsewhere.order(account={"sub": "work-account"})  # without any address: connecting needs none
    ada, bo = await people.person("Ada Brinkmann"), await people.person("Bo Carlsen")
    api.client.headers["cookie"] = await api.cookie(ada)

    foreign = await api.client.post(
        "/sign-in/provider/connect", data={"x": ""}, headers={"origin": "https://evil.example"}
    )
    assert foreign.status_code == 400
    shown = await press(api, "/sign-in/provider/connect")
    browser = shown.headers["set-cookie"].partition(";")[0]
    there = re.search(r'class="button" href="([^"]+)"', shown.text)
    assert there
    back = await elsewhere.visit(there.group(1).replace("&amp;", "&"))

    api.client.headers["cookie"] = f"{await api.cookie(bo)}; {browser}"  # the answer, in somebody else's session
    assert BROKEN in (await api.client.get(back)).text
    assert not await models.Identity.exists()

    async def connect(viewer: Any) -> Any:
        api.client.headers["cookie"] = await api.cookie(viewer)
        shown = await press(api, "/sign-in/provider/connect")
        browser = shown.headers["set-cookie"].partition(";")[0]
        api.client.headers["cookie"] += f"; {browser}"
        there = re.search(r'class="button" href="([^"]+)"', shown.text)
        assert there
        return await api.client.get(await elsewhere.visit(there.group(1).replace("&amp;", "&")))

    assert (await connect(ada)).headers["location"] == "/sign-in?connected=1"
    assert "gehört schon zu einem anderen Mitglied" in (await connect(bo)).text
    identity = await models.Identity.get()
    assert identity.person_id == ada.person_id

    del api.client.headers["cookie"]
    api.client.cookies.clear()
    await there_and_back(api, elsewhere)
    assert await signed_in(api) == "Ada Brinkmann"


async def test_a_token_that_is_not_for_us_signs_nobody_in(api: Api, elsewhere: Elsewhere) -> None:
    elsewhere.order(account=ADA)
    for says in [
        {"nonce": "of another attempt"},
        {"aud": "another application"},
        {"aud": ["leuchtturm", "another application"]},
        {"iss": "https://elsewhere.example"},
        {"exp": 1_500_000_000},
        {"sub": ""},
        {"foreign_key": True},
    ]:
        elsewhere.order(mischief=says)

        answer = await there_and_back(api, elsewhere)

        assert (answer.status_code, BROKEN in answer.text) == (422, True), says
    assert not await models.Session.exists()


async def test_a_provider_may_change_its_keys(api: Api, elsewhere: Elsewhere) -> None:
    elsewhere.order(account=ADA)
    old = KeySet([RSAKey.generate_key(2048, {"kid": "of last year"})]).as_dict(private=False)
    api.app.state.services.more["oidc"]._keys = old

    assert "Ada Brinkmann" in (await there_and_back(api, elsewhere)).text
    elsewhere.order(mischief={"foreign_kid": True})
    assert BROKEN in (await there_and_back(api, elsewhere)).text


async def test_an_answer_counts_once_in_time_and_in_the_browser_that_asked(api: Api, elsewhere: Elsewhere) -> None:
    elsewhere.order(account=ADA)

    async def answer() -> str:
        sent = await api.client.get("/sign-in/provider")
        asked = parse_qs(urlsplit(sent.headers["location"]).query)
        assert asked["code_challenge_method"] == ["S256"]
        return await elsewhere.visit(sent.headers["location"])

    async def is_broken(address: str) -> bool:
        return BROKEN in (await api.client.get(address)).text

    used = await answer()
    assert not await is_broken(used)
    assert await is_broken(used), "replayed"
    late = await answer()
    await models.OidcAttempt.all().update(expires_at=utcnow() - timedelta(seconds=1))
    assert await is_broken(late), "too late"
    assert await is_broken((await answer()).replace("code=", "kode=")), "the provider refused"
    assert await is_broken((await answer()).replace("iss=", "iss=https%3A%2F%2Fevil.example&was=")), (
        "of another provider"
    )
    assert await is_broken(re.sub("code=[^&]+", "code=guessed", await answer())), "a code that nobody gave"
    assert await is_broken(f"{BACK}?code=x&state=guessed")
    elsewhere_asked = await answer()
    api.client.cookies.clear()
    assert await is_broken(elsewhere_asked), "another browser"
    assert not await models.Session.exists()


async def test_a_provider_that_is_down_is_said_so_and_the_mail_still_works(database: str) -> None:
    down = Provider(ProviderSettings("http://127.0.0.1:9", "leuchtturm", "x", BACK))
    _, client, _ = browser_before(down)
    async with client:
        answer = await client.get("/sign-in/provider")

    assert "antwortet gerade nicht" in answer.text
    assert 'name="email"' in answer.text


async def test_without_a_provider_there_is_no_button_and_no_way(database: str) -> None:
    _, client, _ = browser_before(None)
    async with client:
        assert "/sign-in/provider" not in (await client.get("/sign-in")).text
        assert (await client.get("/sign-in/provider")).status_code == 404
        assert (await client.get("/sign-in/provider/back?code=x&state=y")).status_code == 404
