"""Signing in and out: by pages and by mutations, with sessions and tokens that can be taken away."""

import re
from datetime import timedelta
from typing import Any

import pytest

import models
from models import vault
from models.access import Viewer
from models.base import utcnow
from models.roles import Role
from tests import people
from tests.graph.api import OPERATIONS, Api

EMAIL = "ada@example.org"
CSRF = {"x-leuchtturm-csrf": "1"}


async def mailed_token() -> str:
    """What stands in the latest mailed link."""
    link = await models.LoginLink.all().order_by("-id").first()
    assert link is not None
    return link.token


async def press(api: Api, path: str, **fields: str) -> Any:
    """Send a form as our own page does; cookies are kept like a browser keeps them."""
    return await api.client.post(
        path, data=fields or {"x": ""}, headers={"origin": "http://test", "accept": "text/html"}
    )


async def roles(api: Api) -> Any:
    response = await api.client.post("/graphql", json={"query": "{ viewer { roles } }"}, headers=CSRF)
    return response.json()["data"]["viewer"]["roles"]


async def test_ada_signs_in_with_a_mailed_link_and_out_again(api: Api) -> None:
    await people.person("Ada Brinkmann", email=EMAIL)

    assert "Postfach" in (await press(api, "/sign-in", email=EMAIL)).text
    shown = await api.client.get(f"/sign-in/{await mailed_token()}")
    assert re.search(r'<form method="post"', shown.text)
    assert await roles(api) == [], "a link that was only opened signs nobody in"
    pressed = await press(api, f"/sign-in/{await mailed_token()}")
    assert (pressed.status_code, pressed.headers["location"]) == (303, "/sign-in")
    assert await roles(api) == ["PARTICIPANT"]
    assert "Ada Brinkmann" in (await api.client.get("/sign-in")).text

    assert (await press(api, "/sign-out")).status_code == 303
    assert await roles(api) == []


async def test_opening_a_link_changes_nothing_however_often(api: Api) -> None:
    await people.person(email=EMAIL)
    await press(api, "/sign-in", email=EMAIL)
    token = await mailed_token()

    for _ in range(3):
        assert (await api.client.get(f"/sign-in/{token}")).status_code == 200
        await api.client.head(f"/sign-in/{token}")

    assert not await models.Session.exists()
    assert not await models.LoginLink.filter(used_at__isnull=False).exists()


async def test_known_and_unknown_addresses_get_the_same_answer(api: Api) -> None:
    await people.person(email=EMAIL)

    known = await press(api, "/sign-in", email=EMAIL)
    unknown = await press(api, "/sign-in", email="nobody@example.org")

    assert (known.status_code, known.text) == (unknown.status_code, unknown.text)
    assert await models.LoginLink.filter(person_id__isnull=False).count() == 1


async def test_a_link_works_once(api: Api) -> None:
    await people.person(email=EMAIL)
    await press(api, "/sign-in", email=EMAIL)
    token = await mailed_token()
    await press(api, f"/sign-in/{token}")

    again = await press(api, f"/sign-in/{token}")

    assert (again.status_code, "gilt nicht" in again.text) == (422, True)
    assert await models.Session.all().count() == 1


async def test_a_link_works_only_in_the_browser_that_asked(api: Api) -> None:
    await people.person(email=EMAIL)
    await press(api, "/sign-in", email=EMAIL)
    api.client.cookies.clear()

    assert (await press(api, f"/sign-in/{await mailed_token()}")).status_code == 422
    assert not await models.Session.exists()


@pytest.mark.parametrize("token", ["x", "%00", "a" * 5000, "..%2f..%2fetc", "lt_abc", "ü"])
async def test_a_forged_link_is_refused(api: Api, token: str) -> None:
    answer = await press(api, f"/sign-in/{token}")

    assert answer.status_code in (404, 422)
    assert not await models.Session.exists()


async def test_signing_in_again_ends_the_session_before(api: Api) -> None:
    await people.person(email=EMAIL)
    for _ in range(2):
        await press(api, "/sign-in", email=EMAIL)
        await press(api, f"/sign-in/{await mailed_token()}")

    assert await models.Session.filter(revoked_at__isnull=True).count() == 1
    assert await models.Session.all().count() == 2


async def test_an_expired_link_is_refused(api: Api) -> None:
    await people.person(email=EMAIL)
    await press(api, "/sign-in", email=EMAIL)
    await models.LoginLink.all().update(expires_at=utcnow() - timedelta(seconds=1))

    assert (await press(api, f"/sign-in/{await mailed_token()}")).status_code == 422


async def test_a_form_on_another_site_cannot_sign_anybody_in_or_out(api: Api) -> None:
    await people.person(email=EMAIL)
    await press(api, "/sign-in", email=EMAIL)
    token = await mailed_token()

    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        for path in ("/sign-in", f"/sign-in/{token}", "/sign-out"):
            assert (await api.client.post(path, data={"email": EMAIL}, headers=headers)).status_code == 400
    assert not await models.Session.exists()


@pytest.mark.parametrize(
    "email", ["", "nonsense", "ada@example.org\r\nBcc: all@example.org", "a" * 400 + "@example.org"]
)
async def test_an_impossible_address_is_told(api: Api, email: str) -> None:
    answer = await press(api, "/sign-in", email=email)

    assert answer.status_code == 422
    assert "keine gültige E-Mail-Adresse" in answer.text
    assert await api.ask("RequestLoginLink", input={"email": email}) == {
        "requestLoginLink": {
            "__typename": "ValidationProblem",
            "code": "INVALID_ADDRESS",
            "path": "email",
            "messageDe": models.members.InvalidAddress.de,
            "messageEn": models.members.InvalidAddress.en,
        }
    }


async def test_who_asks_for_links_too_often_has_to_wait(api: Api) -> None:
    statuses = [(await press(api, "/sign-in", email=f"reader{n}@example.org")).status_code for n in range(7)]

    assert statuses == [200] * 5 + [429] * 2


async def test_the_same_by_mutations(api: Api) -> None:
    await people.person("Ada Brinkmann", email=EMAIL)
    sent = await api.post(OPERATIONS["RequestLoginLink"], {"input": {"email": EMAIL}})
    cookie = sent.headers["set-cookie"].partition(";")[0]
    assert "HttpOnly" in sent.headers["set-cookie"]
    assert "SameSite=Lax" in sent.headers["set-cookie"]
    assert api.rings, "the mailer was woken"

    document, given = OPERATIONS["RedeemLoginLink"], {"input": {"token": await mailed_token()}}
    api.client.cookies.clear()
    elsewhere = await api.post(document, given)
    here = await api.post(document, given, cookie=cookie, x_leuchtturm_csrf="1")

    assert elsewhere.json()["data"]["redeemLoginLink"]["code"] == "LINK_INVALID"
    assert here.json()["data"]["redeemLoginLink"]["viewer"]["person"]["displayName"] == "Ada Brinkmann"
    assert here.headers["set-cookie"].startswith("leuchtturm-session=")


async def test_a_session_that_is_revoked_ends_at_once(api: Api) -> None:
    ada = await people.person()
    lost, here = await api.cookie(ada), await api.cookie(ada)
    sessions = (await api.post("{ viewer { sessions { id current } } }", cookie=here, x_leuchtturm_csrf="1")).json()
    (other,) = (s for s in sessions["data"]["viewer"]["sessions"] if not s["current"])

    await api.ask("RevokeSession", by=ada, input={"id": other["id"]})

    for cookie, expected in ((lost, []), (here, ["PARTICIPANT"])):
        answer = await api.post("{ viewer { roles } }", cookie=cookie, x_leuchtturm_csrf="1")
        assert answer.json()["data"]["viewer"]["roles"] == expected


@pytest.mark.parametrize("change", [{"seen_at": timedelta(hours=13)}, {"expires_at": timedelta(seconds=1)}])
async def test_an_old_session_is_nobody(api: Api, change: dict[str, timedelta]) -> None:
    cookie = await api.cookie(await people.person())
    await models.Session.all().update(**{name: utcnow() - ago for name, ago in change.items()})

    answer = await api.post("{ viewer { roles } }", cookie=cookie, x_leuchtturm_csrf="1")

    assert answer.json()["data"]["viewer"]["roles"] == []


async def test_a_cookie_that_is_made_up_is_nobody(api: Api) -> None:
    answer = await api.post("{ viewer { roles } }", cookie="leuchtturm-session=abc", x_leuchtturm_csrf="1")

    assert answer.json()["data"]["viewer"]["roles"] == []


# Tokens


async def test_a_token_is_shown_once_and_acts_with_its_owners_roles(api: Api) -> None:
    edda = await people.editor()

    made = (await api.ask("CreateApiToken", by=edda, input={"name": "import", "days": 3}))["createApiToken"]
    answer = await api.post("{ viewer { roles apiTokens { name hint } } }", authorization=f"Bearer {made['secret']}")

    viewer = answer.json()["data"]["viewer"]
    assert viewer["roles"] == ["EDITOR", "PARTICIPANT"]
    assert made["secret"] not in answer.text
    assert {"name": "import", "hint": made["secret"][:8]} in viewer["apiTokens"]
    assert await models.ApiToken.filter(token_hash=vault.digest(made["secret"])).exists()


async def test_a_token_ends_when_it_is_revoked_or_expires(api: Api) -> None:
    ada = await people.person()
    revoked, expired = [(await api.ask("CreateApiToken", by=ada, input={"name": n}))["createApiToken"] for n in "ab"]

    await api.ask("RevokeApiToken", by=ada, input={"id": revoked["token"]["id"]})
    await models.ApiToken.filter(id=expired["token"]["id"]).update(expires_at=utcnow() - timedelta(seconds=1))

    for made in (revoked, expired):
        answer = await api.post("{ viewer { roles } }", authorization=f"Bearer {made['secret']}")
        assert answer.status_code == 401


@pytest.mark.parametrize(
    ("days", "answer"), [(1, "CreateApiTokenPayload"), (0, "ValidationProblem"), (400, "ValidationProblem")]
)
async def test_a_token_lives_up_to_a_year(api: Api, days: int, answer: str) -> None:
    made = await api.ask("CreateApiToken", by=await people.person(), input={"name": "x", "days": days})

    assert made["createApiToken"]["__typename"] == answer


async def test_nobody_revokes_what_is_not_theirs(api: Api) -> None:
    ada, zoe = await people.person(), await people.participant()
    token = (await api.ask("CreateApiToken", by=ada, input={"name": "x"}))["createApiToken"]["token"]["id"]
    await api.cookie(ada)
    session = await models.Session.get()

    assert (await api.ask("RevokeApiToken", by=zoe, input={"id": token}))["revokeApiToken"]["code"] == "NOT_FOUND"
    assert (await api.ask("RevokeSession", by=zoe, input={"id": session.id}))["revokeSession"]["code"] == "NOT_FOUND"
    assert (await api.ask("RevokeApiToken", input={"id": token}))["revokeApiToken"]["code"] == "SIGN_IN_NEEDED"


async def test_who_is_suspended_is_locked_out_with_token_and_cookie(api: Api) -> None:
    ada = await people.person()
    secret, cookie = await api.token(ada), await api.cookie(ada)

    await models.Person.filter(id=ada.person_id).update(state="suspended")

    assert (await api.post("{ viewer { roles } }", authorization=f"Bearer {secret}")).status_code == 401
    answer = await api.post("{ viewer { roles } }", cookie=cookie, x_leuchtturm_csrf="1")
    assert answer.json()["data"]["viewer"]["roles"] == []


# Roles


@pytest.mark.parametrize(
    ("who", "answer"),
    [(people.administrator, "GrantRolePayload"), (people.editor, "NotAllowed"), (people.manager, "NotAllowed")],
)
async def test_administrators_alone_give_roles(api: Api, who: Any, answer: str) -> None:
    zoe = await people.participant()
    by: Viewer = await who()

    given = await api.ask(
        "GrantRole", by=by, input={"personId": zoe.person_id, "role": "EDITOR", "reason": "writes well"}
    )

    assert given["grantRole"]["__typename"] == answer
    expected = ["EDITOR", "PARTICIPANT"] if answer == "GrantRolePayload" else ["PARTICIPANT"]
    assert (await api.ask("Me", by=zoe))["viewer"]["roles"] == expected


async def test_a_role_that_is_taken_ends_with_the_next_request(api: Api) -> None:
    wanda, edda = await people.administrator(), await people.editor()

    await api.ask("RevokeRole", by=wanda, input={"personId": edda.person_id, "role": "EDITOR"})

    assert (await api.ask("Me", by=edda))["viewer"]["roles"] == ["PARTICIPANT"]
    assert not (await api.ask("RoleGrants", by=edda))["roleGrants"]["edges"]
    (grant,) = (await api.ask("RoleGrants", by=wanda, personId=edda.person_id))["roleGrants"]["edges"]
    assert grant["node"]["revokedAt"] is not None


@pytest.mark.parametrize("role", [Role.SYSTEM, Role.TEAM_LEAD])
async def test_some_roles_are_never_given(api: Api, role: Role) -> None:
    zoe = await people.participant()

    given = await api.ask(
        "GrantRole", by=await people.administrator(), input={"personId": zoe.person_id, "role": role.name}
    )

    assert given["grantRole"]["code"] == "NOT_GRANTABLE"
