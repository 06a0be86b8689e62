"""Who may do what to members (domain.md, 8): every mutation by strangers, members, the restricted, staff."""

from datetime import datetime
from typing import Any

import models
from models.access import ANONYMOUS, Viewer
from models.members import Invitation, Person, Skill
from models.signin import viewer_of
from resolvers.members import MemberMutation
from tests import people
from tests.graph.api import Api
from tests.graph.frontend import Frontend
from tests.graph.world import answer

EVERYBODY = {"anonymous", "member", "restricted", "editor", "manager", "administrator"}
SIGNED_IN = EVERYBODY - {"anonymous"}
TAKING_PART = SIGNED_IN - {"restricted"}
KEEPERS, MANAGERS, ADMINISTRATORS = {"manager", "administrator"}, {"manager"}, {"administrator"}
NO_RIGHT = {"SIGN_IN_NEEDED", "NOT_ALLOWED"}
CASES: dict[str, set[str]] = {
    "requestLoginLink": EVERYBODY, "redeemLoginLink": EVERYBODY, "signOut": EVERYBODY, "joinCommunity": EVERYBODY,
    "acceptInvitation": EVERYBODY, "createApiToken": SIGNED_IN, "revokeApiToken": SIGNED_IN, "revokeSession": SIGNED_IN,
    "revokeOtherSessions": SIGNED_IN, "unlinkIdentity": SIGNED_IN, "withdrawInvitation": SIGNED_IN,
    "updateProfile": SIGNED_IN, "declareBirth": SIGNED_IN, "giveConsent": SIGNED_IN, "withdrawConsent": SIGNED_IN,
    "takeAlias": SIGNED_IN, "dropAlias": SIGNED_IN, "blockMember": SIGNED_IN, "unblockMember": SIGNED_IN,
    "inviteMember": TAKING_PART, "proposeSkill": TAKING_PART, "approveSkill": KEEPERS, "declineSkill": KEEPERS,
    "mergeSkill": KEEPERS, "restrictMember": KEEPERS, "liftMember": KEEPERS, "hideMembers": KEEPERS,
    "undoHideMembers": KEEPERS, "vouchForMember": KEEPERS, "liftProtection": MANAGERS, "takeHumanStep": MANAGERS,
    "grantRole": ADMINISTRATORS, "revokeRole": ADMINISTRATORS,
}  # fmt: skip


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)


def test_every_mutation_of_members_has_its_line() -> None:
    fields = MemberMutation.__strawberry_definition__.fields  # type: ignore[attr-defined]
    assert {camel(field.python_name) for field in fields} == set(CASES)


async def test_everybody_may_do_what_is_theirs_and_nothing_else(frontend: Frontend, now: datetime) -> None:
    """C13, domain.md 8: bulk hide and restrict are the managers' and reversible; roles are the administrators'."""
    target, skill = (
        await people.participant("Ziel", now=now),
        await Skill.propose("Ding", by=await people.manager(), now=now),
    )
    restricted = await people.participant("Grete", now=now)
    cast: dict[str, Viewer] = {
        "anonymous": ANONYMOUS,
        "member": await people.participant(now=now),
        "editor": await people.editor(now=now),
        "manager": await people.manager(now=now),
        "administrator": await people.administrator(now=now),
        "restricted": restricted,
    }
    await frontend.headers(restricted)
    await Person.filter(id=restricted.person_id).update(state="restricted")
    hide = await models.BulkHide.create(reason="x")
    about = str(target.person_id)
    inputs: dict[str, Any] = {
        "requestLoginLink": {"email": "a@example.org"}, "redeemLoginLink": {"token": "x"},
        "joinCommunity": {"email": "new@example.org", "name": "Neu", "agreed": True},
        "acceptInvitation": {"token": "x", "name": "Neu", "agreed": True}, "createApiToken": {"name": "x"},
        "inviteMember": {"email": "guest@example.org"}, "declareBirth": {"year": 1980, "month": 1},
        "giveConsent": {"purpose": "STORY"}, "withdrawConsent": {"purpose": "STORY"},
        "takeAlias": {"context": "HOURS", "name": "?"}, "blockMember": {"personId": about},
        "unblockMember": {"personId": about}, "proposeSkill": {"labelDe": "?"}, "mergeSkill": {"into": str(skill.id)},
        "restrictMember": {"reason": "x"}, "hideMembers": {"reason": "x", "ids": [about]},
        "takeHumanStep": {"personId": about, "otherId": str(restricted.person_id)},
        "grantRole": {"personId": about, "role": "EXPERT"}, "revokeRole": {"personId": about, "role": "EXPERT"},
    }  # fmt: skip
    ids = {"approveSkill": skill.id, "declineSkill": skill.id, "mergeSkill": skill.id, "undoHideMembers": hide.id}
    without_id = {"signOut", "revokeOtherSessions", "updateProfile", *inputs} - {"mergeSkill", "restrictMember"}
    for name, may in CASES.items():
        for who, viewer in cast.items():
            await Person.filter(id=target.person_id).update(state="restricted" if name == "liftMember" else "active")
            input = dict(inputs.get(name, {}))
            if name not in without_id:
                input["id"] = str(ids.get(name, target.person_id))
            input |= {key: f"{who} {name}" for key in ("labelDe",) if key in input}
            input |= {"name": who} if name == "takeAlias" else {}
            frontend.client.cookies.clear()
            told = await answer(frontend, viewer, name, input)
            refused = told.get("code") in NO_RIGHT
            assert refused is (who not in may), f"{who} {name}: {told}"
    assert await Invitation.all().count() == len(TAKING_PART)


async def test_sessions_are_listed_in_words_and_ended(api: Api, now: datetime) -> None:
    """E12: enough to tell one's browsers apart, and no more."""
    ada = await people.person("Ada Brinkmann", email="ada@example.org")
    agents = [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox, Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18 Safari/604",
            "Safari, iPhone",
        ),
        ("curl/8.9", ""),
    ]
    for agent, _ in agents:
        api.client.cookies.clear()
        api.client.headers["user-agent"] = agent
        await api.client.post("/sign-in", data={"email": "ada@example.org"}, headers={"origin": "http://test"})
        link = await models.LoginLink.all().order_by("-id").first()
        assert link
        await api.client.post(f"/sign-in/{link.token}", data={"x": ""}, headers={"origin": "http://test"})
    assert ada.person_id

    async def sessions() -> list[tuple[str, bool]]:
        document = {"query": "{ viewer { sessions { device current } } }"}
        told = (await api.client.post("/graphql", json=document, headers={"x-leuchtturm-csrf": "1"})).json()
        return [(row["device"], row["current"]) for row in told["data"]["viewer"]["sessions"]]

    assert await sessions() == [("", True), ("Safari, iPhone", False), ("Firefox, Linux", False)]
    ending = "mutation { revokeOtherSessions(input: {}) { ... on RevokeOtherSessionsPayload { ended } } }"
    told = (await api.client.post("/graphql", json={"query": ending}, headers={"x-leuchtturm-csrf": "1"})).json()
    assert told["data"]["revokeOtherSessions"] == {"ended": 2}
    assert await sessions() == [("", True)]


async def test_whoever_wants_to_leave_comes_back_to_say_otherwise_and_does_nothing_else(
    database: str, now: datetime
) -> None:
    """E2: for a week one may sign in, without any role."""
    ada = await people.administrator(now=now)
    assert ada.person_id
    await Person.request_erasure(ada.person_id, by=ada, now=now)

    leaving = await viewer_of(ada.person_id, now=now)

    assert leaving is not None and leaving.roles == frozenset()
    await Person.cancel_erasure(ada.person_id, by=leaving, now=now)
    back = await viewer_of(ada.person_id, now=now)
    assert back == ada
