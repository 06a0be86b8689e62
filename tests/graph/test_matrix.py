"""The matrix of rights (domain.md, 8): every field and every mutation, by everybody who may come along.

`docs/authorisation.md` is what was reviewed; here stand the rules that need no review.
"""

import asyncio
import re

import pytest
from graphql import GraphQLObjectType

from tests.conftest import on_postgres
from tests.graph.matrix.acting import YES
from tests.graph.matrix.acts import ACTS
from tests.graph.matrix.house import VIEWERS
from tests.graph.matrix.page import PAGE, Rights
from tests.graph.matrix.whole import Matrix, found
from tests.graph.test_hostile_input import MUTATIONS, SCHEMA

ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
ANYBODY = {
    "requestLoginLink", "joinCommunity", "acceptInvitation", "signOut",
    "subscribe", "confirmSubscription", "updatePreferences", "unsubscribe",
}  # fmt: skip
"""By address or by a mailed link: nobody has to be signed in."""
OWN_AFFAIRS = {
    "createApiToken", "revokeOtherSessions", "inviteMember", "updateProfile", "declareBirth", "giveConsent",
    "takeAlias", "proposeSkill", "requestExport", "requestErasure", "changeNotificationPreferences", "foundTeam",
    "issueCalendarFeed", "revokeCalendarFeed", "askQuestion", "followTopic",
    "unfollowTopic", "suggestResource", "acceptPartnerInvitation", "declinePartnerInvitation",
    "markNotificationsRead",  # those of others are left as they are
}  # fmt: skip
TOWARDS_OTHERS = {
    "blockMember", "unblockMember", "requestToJoinTeam", "applyToRole", "createStoryLead", "bookSlot", "joinQueue",
    "claimQuestion", "answerQuestion", "meToo",
}  # fmt: skip
"""What somebody without any tie may do to a row of others: ask, propose, keep away."""
NOT_READY = {
    "redeemLoginLink",  # a link of the browser that asked for it: tests/graph/test_signing_in.py
    "proposeFounderCircle",  # wants people to found with: tests/graph/test_suggesting.py
}
ONES_OWN = [
    "Alias", "ApiToken", "Block", "CircleSeat", "Consent", "DataRequest", "Identity", "Invitation", "Notification",
    "Session", "CalendarFeed", "Follow", "OfficeHourBooking", "WaitlistEntry", "QueueEntry",
]  # fmt: skip
OF_ROLES = {
    # Bulk hide, restrict (reversible).
    ("manager", "administrator"): {
        "restrictMember", "liftMember", "hideMembers", "undoHideMembers", "vouchForMember", "hideListings",
        "unhideListings", "hideTeam", "hideTeamLink", "approveSkill", "declineSkill", "mergeSkill",
    },
    # Grant roles.
    ("administrator",): {"grantRole", "revokeRole"},
    # Decide applications, give story consent: the own team, or on its behalf.
    ("lead", "manager"): {
        "decideApplication", "inviteToRole", "publishListing", "admitToTeam", "turnDownJoinRequest", "grantConsent",
        "revokeConsent",
    },
    ("manager",): {"arrangeMatch", "liftProtection", "takeHumanStep", "releaseListing", "dissolveFounderCircle"},
    # Approve, publish, correct, take back.
    ("editor",): {
        "requestStoryChanges", "approveStory", "scheduleStory", "publishStory", "unscheduleStory", "correctStory",
        "retractStory", "approvePost", "retractPost", "approveIssue", "scheduleIssue", "unscheduleIssue", "resumeIssue",
        "cancelIssue", "skipIssue", "reopenIssue", "correctIssue",
    },
    # Draft stories, compose issues.
    ("editor", "manager"): {
        "takeUpStoryLead", "draftStory", "editStory", "addStoryImage", "describeStoryImage", "removeStoryImage",
        "stateStoryFacts", "submitForReview", "requestTeamConsent", "planChannelPosts", "rewordPost", "revisePost",
        "cancelPost", "retryPost", "resolveUnknownPost", "confirmPostGone", "composeIssue", "rewordIssue", "editItem",
        "reorderSection", "addNote", "removeNote", "sendTest", "pauseIssue", "recordSuccess", "verifySuccess",
        "publishSuccess", "correctSuccess", "reviewResource", "publishResource", "markResourceBroken",
        "archiveResource", "promoteToLearning",
    },
    ("editor", "manager", "administrator"): {
        "planMilestone", "editMilestone", "reachMilestone", "reopenMilestone", "dropMilestone", "restoreMilestone",
    },
    ("editor", "administrator"): {"pauseChannel", "resumeChannel"},
    # Nobody answers for somebody else.
    ("oneself",): {
        "revokeApiToken", "revokeSession", "unlinkIdentity", "withdrawInvitation", "withdrawConsent", "dropAlias",
        "cancelErasure", "acceptTeamInvitation", "declineTeamInvitation", "withdrawJoinRequest", "leaveTeam",
        "acceptLead", "declineLead", "withdrawApplication", "joinFounderCircle", "declineFounderCircle",
        "cancelBooking", "acceptWaitlistOffer", "leaveWaitlist", "correctNoShow",
        "leaveQueue", "pauseQueueEntry", "resumeQueueEntry",
        # Their session: managers read and change nothing in the queue of others.
        "callNext", "startQueueEntry", "finishQueueEntry", "returnQueueEntry", "dismissQueueEntry",
    },
}  # fmt: skip
"""The table of domain.md, 8: exactly these may."""
PROFILE = ["about", "place", "links", "languages", "hoursPerWeek", "weekParts", "awayUntil", "timeZone", "skills"]
OPEN_TO_MEMBERS = frozenset({"people", "person", "newcomers", "search"})
"""Here a community manager is a member like others."""

_FOUND: list[Matrix] = []


@pytest.fixture
def matrix() -> Matrix:
    """Made once: reading and trying everything takes its time."""
    if not _FOUND:
        _FOUND.append(asyncio.run(found()))
    return _FOUND[0]


@pytest.fixture
def rights(matrix: Matrix) -> Rights:
    return Rights(matrix.house, matrix.readings)


pytestmark = [
    pytest.mark.skipif(on_postgres(), reason="it is about the code, not about a dialect"),
    pytest.mark.xdist_group("matrix"),  # asking everything takes a while: once is enough
    pytest.mark.timeout(400),
]


def test_everything_has_its_line(matrix: Matrix) -> None:
    """A new mutation needs an entry in `matrix/acts.py`, a root field that wants something one in `reading.py`."""
    assert set(ACTS) == set(MUTATIONS)
    assert SCHEMA.query_type is not None
    assert set(matrix.readings["anonymous"].answers) == set(SCHEMA.query_type.fields)
    assert all(isinstance(type_, GraphQLObjectType) for type_ in (SCHEMA.query_type, SCHEMA.mutation_type))


def test_the_page_says_what_the_code_does(matrix: Matrix) -> None:
    """Run `make docs` after a change of a right, and look at what it changed."""
    assert PAGE.read_text(encoding="utf-8") == matrix.page


def may(matrix: Matrix, who: str) -> set[str]:
    return {name for name, answers in matrix.answers.items() if answers[who] == YES}


def test_strangers_do_what_is_theirs_and_no_more(matrix: Matrix) -> None:
    assert may(matrix, "anonymous") == ANYBODY
    assert may(matrix, "stranger") == ANYBODY | OWN_AFFAIRS | TOWARDS_OTHERS
    assert {name for name, by in matrix.answers.items() if YES not in by.values()} == NOT_READY


def test_each_role_does_what_its_line_says(matrix: Matrix) -> None:
    for roles, names in OF_ROLES.items():
        for name in sorted(names):
            assert tuple(who for who in VIEWERS if matrix.answers[name][who] == YES) == roles, name


def test_what_is_ones_own_nobody_else_sees(rights: Rights) -> None:
    """Staff neither: no suggestions, blocks or notifications of others (E37, E38)."""
    for type_ in ONES_OWN:
        assert rights.rows[type_], type_
        assert [who for who in VIEWERS if rights.seen(who, type_)] == ["oneself"], type_
    assert [who for who in VIEWERS if rights.seen(who, "Suggestion")] == ["oneself", "lead"]


def test_a_field_is_shown_to_those_for_whom_it_is(rights: Rights) -> None:
    """E36: what is private is private to managers as well; what is for the matched no member reads who is not."""
    circle = {id: label.removeprefix("profile: ") for id, label in rights.rows["Person"].items() if "profile" in label}
    sees = {"anonymous": 1, "stranger": 2, "editor": 2, "member": 3, "lead": 3, "manager": 3, "administrator": 3}
    for field in PROFILE:
        assert len(rights.filled("Person", field) & set(circle)) == 4, field
        for who, most in sees.items():
            shown = {circle[id] for id in rights.seen(who, "Person", field) & set(circle)}
            assert shown == set(["public", "members", "matched"][:most]), (field, who)


def said(matrix: Matrix, who: str, but: frozenset[str] = frozenset()) -> set[str]:
    return set().union(*(texts for root, texts in matrix.readings[who].texts.items() if root not in but))


def test_a_private_name_is_read_by_nobody(matrix: Matrix) -> None:
    for who in set(VIEWERS) - {"oneself"}:
        assert "name private" not in said(matrix, who), who
    assert "name matched" in said(matrix, "lead")


def test_no_address_and_no_secret_is_in_any_answer(matrix: Matrix) -> None:
    hidden = matrix.secrets
    assert len(hidden) > 20
    for who in VIEWERS:
        texts = said(matrix, who)
        assert not texts & hidden, who
        found = {address for text in texts for address in ADDRESS.findall(text)}
        assert not found, (who, found)


def test_nobody_learns_which_manager_acted(matrix: Matrix) -> None:
    """E47: neither name nor id of who looked after them reaches the person concerned."""
    for role in ("manager", "administrator"):
        known = matrix.identity[role]
        assert len(known) == 3
        assert not known & said(matrix, "oneself", OPEN_TO_MEMBERS), role


def test_nobody_learns_who_asked_anonymously(matrix: Matrix) -> None:
    """C2.3: neither name nor id stands in any answer but where all members stand."""
    known = matrix.identity["sealed"]
    for who in VIEWERS:
        assert not known & said(matrix, who, OPEN_TO_MEMBERS), who
