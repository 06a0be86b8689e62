"""The newsletter, by the documents that readers' pages and the editors' board send."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

import models
from models.access import ANONYMOUS
from models.newsletter import DeliveryState, SubscriptionState
from tests import people
from tests.graph.frontend import Frontend, Said, heard
from tests.graph.told import room
from tests.graph.weekly import (
    WEEK,
    approved,
    composed,
    leaving,
    mailed,
    preferences,
    proofed,
    reader,
    sending,
)


def section(issue: Any, key: str) -> Any:
    return next(each for each in issue["sections"] if each["key"] == key)


async def test_a_reader_signs_up_chooses_and_leaves(frontend: Frontend, now: datetime) -> None:
    wording = await frontend.ask(ANONYMOUS, "ConsentWording", language="EN")
    assert "unsubscribe at any time" in wording["text"]

    asked = await frontend.do(ANONYMOUS, "Subscribe", email="Rita@Example.org", language="EN", clientMutationId="1")
    assert (asked["accepted"], asked["clientMutationId"]) == (True, "1")
    assert frontend.rung, "the mail is on its way"
    row = await models.Subscription.get()
    assert row.state is SubscriptionState.PENDING
    confirmed = await frontend.do(ANONYMOUS, "ConfirmSubscription", token=await mailed())
    assert (confirmed["subscription"]["state"], confirmed["subscription"]["language"]) == ("CONFIRMED", "EN")
    token = preferences(row, now)
    changed = await frontend.do(
        ANONYMOUS, "UpdatePreferences", token=token, language="DE", sections=["BLOCKS", "PROJECTS"],
        frequency="MONTHLY", pause=True,
    )  # fmt: skip
    assert changed["subscription"] == {
        "state": "CONFIRMED", "language": "DE", "sections": ["PROJECTS", "BLOCKS"], "frequency": "MONTHLY",
        "pausedUntil": (now + timedelta(weeks=4)).isoformat(),
    }  # fmt: skip
    assert await frontend.ask(ANONYMOUS, "NewsletterPreferences", token=token) == changed["subscription"]
    for _ in range(2):
        assert (await frontend.do(ANONYMOUS, "Unsubscribe", token=leaving(row)))["unsubscribed"]
    assert (await models.Subscription.get()).state is SubscriptionState.UNSUBSCRIBED


async def test_nobody_learns_who_reads_the_newsletter(frontend: Frontend) -> None:
    first = await frontend.do(ANONYMOUS, "Subscribe", email="rita@example.org")
    await frontend.do(ANONYMOUS, "ConfirmSubscription", token=await mailed())

    assert await frontend.do(ANONYMOUS, "Subscribe", email="rita@example.org") == first


@pytest.mark.parametrize(
    "email",
    ["", "rita", "rita@", "rita@example.org\r\nBcc: all@example.org", "a" * 300_000 + "@example.org"],
)
async def test_what_is_no_address_is_refused(frontend: Frontend, email: str) -> None:
    refused = await frontend.do(ANONYMOUS, "Subscribe", email=email)

    assert (refused["code"], refused["path"]) == ("INVALID_ADDRESS", "email")
    assert await models.Subscription.all().count() == 0


@pytest.mark.parametrize(
    "forge", [lambda t: t[:-1], lambda t: t[:-3] + "xyz", lambda t: t + "A", lambda t: "", str.swapcase]
)
async def test_a_forged_link_opens_nothing(frontend: Frontend, now: datetime, forge: Any) -> None:
    row = await reader(frontend)

    for operation, token in [
        ("ConfirmSubscription", await mailed()), ("UpdatePreferences", preferences(row, now)),
        ("Unsubscribe", leaving(row)),
    ]:  # fmt: skip
        assert await frontend.code(ANONYMOUS, operation, token=forge(token)) == "LINK_INVALID"
    with pytest.raises(Said) as refusal:
        await frontend.ask(ANONYMOUS, "NewsletterPreferences", token=forge(preferences(row, now)))
    assert refusal.value.args[1][0]["extensions"]["code"] == "LINK_INVALID"
    assert (await models.Subscription.get()).state is SubscriptionState.CONFIRMED


async def test_links_of_one_kind_do_not_open_another_door(frontend: Frontend, now: datetime) -> None:
    row = await reader(frontend)

    assert await frontend.code(ANONYMOUS, "UpdatePreferences", token=leaving(row)) == "LINK_INVALID"
    assert await frontend.code(ANONYMOUS, "Unsubscribe", token=preferences(row, now)) == "LINK_INVALID"
    assert await frontend.code(ANONYMOUS, "ConfirmSubscription", token=leaving(row)) == "LINK_INVALID"


async def test_a_link_to_confirm_ends_after_a_week(frontend: Frontend, now: datetime) -> None:
    await frontend.do(ANONYMOUS, "Subscribe", email="rita@example.org")
    frontend.at(now + timedelta(days=7, seconds=1))

    assert await frontend.code(ANONYMOUS, "ConfirmSubscription", token=await mailed()) == "LINK_INVALID"


async def test_the_issue_composes_itself_and_says_why(frontend: Frontend, now: datetime) -> None:
    here, issue = await composed(frontend, now)

    assert (issue["state"], issue["week"]) == ("IN_REVIEW", WEEK)
    assert issue["subject"]["de"] == "KW 16: Wärme aus Servern"
    (card,) = section(issue, "DEVELOPMENTS")["cards"]
    assert (card["headline"]["en"], card["teamName"]) == ("Heat from servers", "Kreidekasten")
    assert card["reason"]["de"].startswith("veröffentlicht am Dienstag")
    again = await frontend.do(here.manager, "ComposeIssue", isoWeek=WEEK)
    assert again["issue"]["id"] == issue["id"]


async def test_editors_arrange_what_readers_get(frontend: Frontend, now: datetime) -> None:
    here, issue = await composed(frontend, now)
    (card,) = section(issue, "DEVELOPMENTS")["cards"]
    words = {"headlineDe": "Wir suchen euch", "headlineEn": "We look for you", "url": "https://example.org/mit"}

    async def do(operation: str, **more: Any) -> Any:
        nonlocal issue
        answer = await frontend.do(here.writer, operation, id=issue["id"], revision=issue["revision"], **more)
        issue = answer["issue"]
        return issue

    await do("AddNote", section="EXCHANGE", words=words)
    await do("AddNote", section="EXCHANGE", words={"headlineDe": "Noch etwas"})
    first, second = section(issue, "EXCHANGE")["cards"]
    await do("ReorderSection", section="EXCHANGE", itemIds=[second["id"], first["id"]])
    assert [c["headline"]["de"] for c in section(issue, "EXCHANGE")["cards"]] == ["Noch etwas", "Wir suchen euch"]
    await do("EditItem", itemId=first["id"], pinned=True)
    assert section(issue, "EXCHANGE")["cards"][0]["pinned"]
    await do("RemoveNote", itemId=second["id"])
    await do("EditItem", itemId=card["id"], hidden=True)
    assert (section(issue, "DEVELOPMENTS")["cards"], section(issue, "DEVELOPMENTS")["out"][0]["hidden"]) == ([], True)
    await do("EditItem", itemId=card["id"], hidden=False, words={"blurbDe": "Lest **selbst**."})
    assert section(issue, "DEVELOPMENTS")["cards"][0]["blurb"]["de"] == "Lest **selbst**."
    await do("RewordIssue", subjectDe="Warm und wärmer", introDe="Guten Morgen!")
    assert (issue["subject"]["de"], issue["intro"]["de"]) == ("Warm und wärmer", "Guten Morgen!")


async def test_two_editors_at_once_are_told(frontend: Frontend, now: datetime) -> None:
    here, issue = await composed(frontend, now)
    read = {"id": issue["id"], "revision": issue["revision"]}

    await frontend.do(here.writer, "RewordIssue", **read, subjectDe="Die eine")

    assert await frontend.code(here.editor, "RewordIssue", **read, subjectDe="Die andere") == "STALE"


@pytest.mark.parametrize(
    ("operation", "more", "code", "path"),
    [
        ("RewordIssue", {"subjectDe": "Hallo\r\nBcc: all@example.org"}, "LINE_BROKEN", "subjectDe"),
        ("RewordIssue", {"introDe": "x" * 300_000}, "TEXT_TOO_LONG", "introDe"),
        ("AddNote", {"section": "EXCHANGE", "words": {}}, "TEXT_MISSING", "headlineDe"),
        ("AddNote", {"section": "EXCHANGE", "words": {"headlineDe": "x", "url": "javascript:1"}}, "INVALID_URL", "url"),
        ("ReorderSection", {"section": "DEVELOPMENTS", "itemIds": []}, "ORDER_INCOMPLETE", "itemIds"),
        ("EditItem", {"itemId": "01a20ef8-0000-7000-8000-000000000000", "hidden": True}, "NOT_FOUND", "itemId"),
    ],
)
async def test_the_board_refuses_what_cannot_be(
    frontend: Frontend, now: datetime, operation: str, more: dict[str, Any], code: str, path: str
) -> None:
    here, issue = await composed(frontend, now)

    refused = await frontend.do(here.writer, operation, id=issue["id"], revision=issue["revision"], **more)

    assert (refused["code"], refused["path"]) == (code, path)


@pytest.mark.parametrize("week", ["", "2020-16", "2021-W53", "2020-W00", "20200-W16", "٢٠٢٠-W16"])
async def test_there_are_weeks_that_do_not_exist(frontend: Frontend, now: datetime, week: str) -> None:
    here = await room(now)

    refused = await frontend.do(here.writer, "ComposeIssue", isoWeek=week)

    assert (refused["code"], refused["path"]) == ("INVALID_WEEK", "isoWeek")


async def test_an_issue_is_read_before_a_second_person_approves(frontend: Frontend, now: datetime) -> None:
    await reader(frontend)
    here, issue = await composed(frontend, now)
    read = {"id": issue["id"], "revision": issue["revision"]}
    assert await frontend.code(here.editor, "ApproveIssue", **read) == "NOT_PROOFED"
    await proofed(issue["id"], now)

    proof = (await frontend.ask(here.manager, "IssueProof", id=issue["id"]))["proof"]
    mine = await frontend.ask(here.writer, "IssueOfWeek", isoWeek=WEEK)
    own = await frontend.do(here.writer, "ApproveIssue", **read)
    agreed = await frontend.do(here.editor, "ApproveIssue", **read)

    assert proof["revision"] == issue["revision"]
    assert "Wärme aus Servern" in proof["htmlDe"]
    assert "Heat from servers" in proof["textEn"]
    assert 0 < proof["htmlBytes"] < 102_000
    assert not [f for f in proof["findings"] if not f["warning"]]
    assert (mine["approve"]["allowed"], mine["approve"]["reasonCode"]) == (False, "FOUR_EYES")
    assert own["code"] == "FOUR_EYES"
    assert agreed["issue"]["state"] == "APPROVED"


async def test_who_will_get_it_is_who_gets_it(frontend: Frontend, now: datetime) -> None:
    await reader(frontend, "rita@example.org")
    await reader(frontend, "ron@example.org")
    await frontend.do(ANONYMOUS, "Subscribe", email="pia@example.org")
    here, issue = await composed(frontend, now)
    await proofed(issue["id"], now)

    audience = await frontend.ask(here.manager, "IssueAudience", id=issue["id"])
    await frontend.do(here.editor, "ApproveIssue", id=issue["id"], revision=issue["revision"])

    assert (audience["total"], audience["byLocale"]) == (2, [{"language": "DE", "readers": 2}])
    assert audience["excludedReasons"] == [
        {"reason": "pending", "readers": 1, "textDe": "noch nicht bestätigt", "textEn": "not confirmed yet"}
    ]
    assert {each["masked"] for each in audience["sample"]} == {"r…@example.org"}
    assert await models.Delivery.all().count() == audience["total"]


async def test_an_edit_voids_the_approval(frontend: Frontend, now: datetime) -> None:
    here, issue = await approved(frontend, now, "rita@example.org")

    edited = await frontend.do(
        here.writer, "RewordIssue", id=issue["id"], revision=issue["revision"], subjectDe="Doch anders"
    )

    assert (edited["issue"]["state"], edited["issue"]["approvedRevision"]) == ("IN_REVIEW", None)
    assert await models.Delivery.all().count() == 0


async def test_an_issue_is_scheduled_and_the_plan_is_undone(frontend: Frontend, now: datetime) -> None:
    here, issue = await approved(frontend, now, "rita@example.org")
    friday = "2020-04-17T13:00:00+00:00"

    planned = await frontend.do(here.editor, "ScheduleIssue", id=issue["id"])
    undone = await frontend.do(here.editor, "UnscheduleIssue", id=issue["id"])
    at_once = await frontend.do(here.editor, "ScheduleIssue", id=issue["id"], at=now.replace(minute=5).isoformat())

    assert planned["issue"]["scheduledAt"] == friday
    assert (undone["issue"]["state"], undone["issue"]["scheduledAt"]) == ("APPROVED", None)
    assert at_once["issue"]["scheduledAt"] == now.replace(minute=15).isoformat(), "ten minutes to undo"
    past = await frontend.do(here.editor, "ScheduleIssue", id=issue["id"], at="2020-04-01T09:00:00Z")
    assert (past["code"], past["path"]) == ("IN_THE_PAST", "at")
    night = await frontend.ask(here.editor, "IssueCautions", id=issue["id"], at="2020-04-10T22:30:00+02:00")
    assert [each["code"] for each in night["cautions"]] == ["HOLIDAY", "QUIET_HOURS"]


async def test_a_test_mail_goes_to_whoever_asks(frontend: Frontend, now: datetime) -> None:
    here, issue = await composed(frontend, now)

    await frontend.do(here.manager, "SendTest", id=issue["id"], language="EN")

    job = await models.JobRun.get(work="issue.test_send")
    assert job.payload == {"issue": issue["id"], "language": "en", "person": str(here.manager.person_id)}
    assert await models.Delivery.all().count() == 0


async def test_the_sending_is_watched_stopped_and_resumed(frontend: Frontend, now: datetime) -> None:
    here, issue = await sending(frontend, now, "rita@example.org", "ron@gmail.com")

    paused = await frontend.do(here.manager, "PauseIssue", id=issue["id"], reason="Ein Tippfehler im Betreff")
    seen = await frontend.ask(here.manager, "IssueProgress", id=issue["id"])
    resumed = await frontend.do(here.editor, "ResumeIssue", id=issue["id"])

    assert (paused["issue"]["state"], paused["issue"]["pauseReason"]) == ("PAUSED", "Ein Tippfehler im Betreff")
    assert (seen["progress"]["total"], seen["progress"]["queued"]) == (2, 2)
    assert sorted(g["domainGroup"] for g in seen["progress"]["byGroup"]) == ["gmail", "others"]
    assert resumed["issue"]["state"] == "SENDING"


async def test_progress_is_told_until_the_issue_is_sent(frontend: Frontend, now: datetime) -> None:
    here, issue = await sending(frontend, now, "rita@example.org")
    told = heard(frontend, here.manager, "IssueProgressed", issueId=issue["id"])

    first = await anext(told)
    await models.Delivery.all().update(state=DeliveryState.SENT)
    await models.NewsletterIssue.finish(UUID(issue["id"]), now=now)
    rest = [each async for each in told]

    assert (first["state"], first["queued"], first["sent"]) == ("SENDING", 1, 0)
    assert (rest[-1]["state"], rest[-1]["queued"], rest[-1]["sent"]) == ("SENT", 0, 1)


@pytest.mark.parametrize(
    ("whereabouts", "state"), [("IT_ARRIVED", "SENT"), ("SEND_AGAIN", "QUEUED"), ("LET_GO", "FAILED")]
)
async def test_a_human_decides_about_a_copy_nobody_knows_about(
    frontend: Frontend, now: datetime, whereabouts: str, state: str
) -> None:
    here, issue = await sending(frontend, now, "rita@example.org")
    await models.Delivery.all().update(state=DeliveryState.UNKNOWN, attempts=1, reply="451 rita@example.org: lost")

    (edge,) = (await frontend.ask(here.manager, "UnknownDeliveries", issueId=issue["id"]))["edges"]
    assert (edge["node"]["reply"], edge["node"]["sendAgain"]["allowed"]) == ("451 [redacted]: lost", True)
    decided = await frontend.do(here.manager, "ResolveUnknownDelivery", id=edge["node"]["id"], whereabouts=whereabouts)

    assert decided["delivery"]["state"] == state
    again = await frontend.code(here.manager, "ResolveUnknownDelivery", id=edge["node"]["id"], whereabouts="LET_GO")
    assert again == "WRONG_STATE"


async def test_a_cancelled_issue_is_never_sent(frontend: Frontend, now: datetime) -> None:
    here, issue = await sending(frontend, now, "rita@example.org")

    cancelled = await frontend.do(here.editor, "CancelIssue", id=issue["id"], reason="Falscher Inhalt")

    assert cancelled["issue"]["state"] == "CANCELLED"
    assert (await models.Delivery.get()).state is DeliveryState.SKIPPED
    assert await frontend.code(here.editor, "ResumeIssue", id=issue["id"]) == "WRONG_STATE"


async def test_a_week_without_news_is_left_out_and_taken_up_again(frontend: Frontend, now: datetime) -> None:
    here = await room(now)

    empty = await frontend.do(here.writer, "ComposeIssue", isoWeek=WEEK)
    reopened = await frontend.do(here.editor, "ReopenIssue", id=empty["issue"]["id"])

    assert empty["issue"]["state"] == "SKIPPED"
    assert reopened["issue"]["state"] == "IN_REVIEW"
    assert await frontend.code(here.editor, "SkipIssue", id=empty["issue"]["id"]) == "WRONG_STATE"


async def test_a_sent_issue_is_public_and_may_be_corrected(frontend: Frontend, now: datetime) -> None:
    here, issue = await sending(frontend, now, "rita@example.org")
    assert (await frontend.ask(ANONYMOUS, "IssueArchive"))["edges"] == []
    await models.Delivery.all().update(state=DeliveryState.SENT)
    await models.NewsletterIssue.finish(UUID(issue["id"]), now=now)
    await frontend.do(here.editor, "CorrectIssue", id=issue["id"], noteDe="Es waren fünfzig.", noteEn="It was fifty.")

    (edge,) = (await frontend.ask(ANONYMOUS, "IssueArchive"))["edges"]
    seen = await frontend.ask(ANONYMOUS, "IssueOfWeek", isoWeek=WEEK)

    assert edge["node"]["archiveUrlEn"] == "http://test/newsletter/2020-w16/en"
    assert edge["node"]["correction"] == {"de": "Es waren fünfzig.", "en": "It was fifty."}
    assert seen["sections"] == [], "how it was made is for staff"


async def test_an_issue_in_the_making_is_for_staff(frontend: Frontend, now: datetime) -> None:
    here, issue = await composed(frontend, now)
    zoe = await people.participant(now=now)

    for viewer in (ANONYMOUS, zoe, here.lead):
        assert await frontend.ask(viewer, "IssueOfWeek", isoWeek=WEEK) is None
        assert await frontend.ask(viewer, "IssueAudience", id=issue["id"]) is None
        with pytest.raises(Said):
            await anext(heard(frontend, viewer, "IssueProgressed", issueId=issue["id"]))
