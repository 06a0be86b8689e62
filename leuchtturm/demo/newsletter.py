"""The second half of the main job: the week's newsletter from its events to a reader, who leaves with one click."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from leuchtturm.demo.visitor import Visitor, expect, seen

REFUSAL = "... on Problem { code messageEn }"
ISSUE = "issue { id revision state week subject { en } }"

OF_WEEK = "query ($week: String!) { newsletterIssueOfWeek(isoWeek: $week) { id state } }"
COMPOSE = f"""mutation ($input: ComposeIssueInput!) {{ composeIssue(input: $input) {{
  ... on ComposeIssuePayload {{ {ISSUE} }} {REFUSAL} }} }}"""
ADD_NOTE = f"""mutation ($input: AddNoteInput!) {{ addNote(input: $input) {{
  ... on AddNotePayload {{ {ISSUE} }} {REFUSAL} }} }}"""
BOARD = """query ($id: UUID!) { newsletterIssue(id: $id) { revision state
  sections { title { en } cards { kind headline { en } reason { en } } briefs { kind } }
  proof { revision htmlBytes(language: EN) findings { messageEn warning } }
  viewerCan(action: APPROVE) { allowed messageEn } } }"""
AUDIENCE = "query ($id: UUID!) { issueAudience(id: $id) { total byLocale { language readers } } }"
APPROVE = f"""mutation ($input: ApproveIssueInput!) {{ approveIssue(input: $input) {{
  ... on ApproveIssuePayload {{ {ISSUE} }} {REFUSAL} }} }}"""
SCHEDULE = f"""mutation ($input: ScheduleIssueInput!) {{ scheduleIssue(input: $input) {{
  ... on ScheduleIssuePayload {{ issue {{ scheduledAt }} }} {REFUSAL} }} }}"""
PROGRESS = """query ($id: UUID!) { newsletterIssue(id: $id) { state archiveUrl(language: EN)
  progress { total sent skipped queued sending unknown failed bounced } } }"""
OPEN_STATES = {"COLLECTING", "COMPOSED", "IN_REVIEW"}


async def join(reader: Visitor) -> None:
    """Sign up with double opt-in; opening the confirmation link must change nothing."""
    since = datetime.now(UTC)
    asked = await reader.http.post("/newsletter", data={"email": reader.email, "language": "en"})
    expect(asked.status_code == 200, f"the sign-up form answers {asked.status_code}")
    path = reader.link_in(await reader.mail(since, "/newsletter/confirm/"), "/newsletter/confirm/")
    for _ in range(2):  # once the mail scanner, once the reader
        shown = await reader.http.get(path)
        expect(shown.status_code == 200 and "<form" in shown.text, "the confirmation page with its button")
    confirmed = await reader.http.post(path)
    expect(confirmed.status_code == 200, f"the confirmation answers {confirmed.status_code}")
    seen(f"{reader.email} signed up and confirmed", "GET changed nothing, POST confirmed")


async def open_week(editor: Visitor) -> str:
    """The first week from now on whose issue can still be worked on: the demo runs more than once."""
    day = datetime.now(UTC)
    for _ in range(60):
        year, number, _ = day.isocalendar()
        week = f"{year}-W{number:02}"
        issue = (await editor.graphql(OF_WEEK, week=week))["newsletterIssueOfWeek"]
        if issue is None or issue["state"] in OPEN_STATES:
            return week
        day += timedelta(days=7)
    raise AssertionError("sixty issues ahead")


async def compose(editor: Visitor) -> dict[str, Any]:
    """Let the issue compose itself, add a note, wait for the proof."""
    week = await open_week(editor)
    issue = (await editor.graphql(COMPOSE, input={"isoWeek": week}))["composeIssue"]["issue"]
    words = {"headlineDe": "Sprechstunde am Mittwoch um 17 Uhr", "headlineEn": "Office hour on Wednesday at 17:00"}
    note = {"id": issue["id"], "revision": issue["revision"], "section": "HOURS", "words": words}
    issue = (await editor.graphql(ADD_NOTE, input=note))["addNote"]["issue"]
    board = await proofed(editor, issue["id"])
    cards = [card for section in board["sections"] for card in section["cards"]]
    expect(any(card["kind"] == "story" for card in cards), "the new story in the issue")
    seen(f"The issue of {week} composed itself", f"{len(cards)} items, {board['proof']['htmlBytes']:,} bytes of HTML")
    for card in cards[:3]:
        seen(f"“{card['headline']['en'][:50]}”", f"because {card['reason']['en']}")
    expect(not board["viewerCan"]["allowed"], "whoever edited the issue may approve it")
    seen("Whoever edited it cannot approve it", board["viewerCan"]["messageEn"])
    return dict(issue)


async def proofed(editor: Visitor, id: str) -> dict[str, Any]:
    """Wait until the worker has made the proof of the present revision."""

    async def look() -> dict[str, Any] | None:
        board = (await editor.graphql(BOARD, id=id))["newsletterIssue"]
        return dict(board) if board["proof"] else None

    board = await editor.until(look, "the proof of the issue")
    wrong = [finding["messageEn"] for finding in board["proof"]["findings"] if not finding["warning"]]
    expect(not wrong, f"a proof without findings, but: {wrong}")
    return board


async def deliver(second: Visitor, issue: dict[str, Any]) -> str:
    """Approve, schedule for now, wait until every copy has come to an end; gives the archive's address."""
    board = await proofed(second, issue["id"])
    audience = (await second.graphql(AUDIENCE, id=issue["id"]))["issueAudience"]
    await second.graphql(APPROVE, input={"id": issue["id"], "revision": board["revision"]})
    now = datetime.now(UTC)
    scheduled = await second.graphql(SCHEDULE, input={"id": issue["id"], "at": now.isoformat()})
    starts = datetime.fromisoformat(scheduled["scheduleIssue"]["issue"]["scheduledAt"])
    seen("A second editor approved the revision", f"{audience['total']} readers")
    seen("Scheduled; until then it can be taken back", f"leaves at {starts:%H:%M:%S} UTC")

    async def look() -> dict[str, Any] | None:
        now = (await second.graphql(PROGRESS, id=issue["id"]))["newsletterIssue"]
        return dict(now) if now["state"] == "SENT" else None

    done = await second.until(look, "the sending of the issue", planned=(starts - now).total_seconds())
    total = done["progress"]["total"]
    expect(total == audience["total"], f"as many copies as the audience said: {total} of {audience['total']}")
    seen(f"Sent: {done['progress']['sent']} of {total} copies, {done['progress']['unknown']} in doubt")
    return str(done["archiveUrl"])


async def leave(reader: Visitor, mail: dict[str, Any]) -> None:
    """What the mail program's own button does (RFC 8058): a POST without cookies."""
    headers = {name.lower(): value for name, value in mail["headers"].items()}
    expect(headers.get("list-unsubscribe-post") == "List-Unsubscribe=One-Click", "the header List-Unsubscribe-Post")
    found = re.search(r"<https?://[^/>]+([^>]*)>", headers["list-unsubscribe"])
    expect(found, "a link in List-Unsubscribe")
    path = found.group(1) if found else ""
    reader.http.cookies.clear()
    shown = await reader.http.get(path)
    expect("<form" in shown.text, "GET on the way out shows a page with a button")
    for _ in range(2):
        left = await reader.http.post(path, data={"List-Unsubscribe": "One-Click"})
        expect(left.status_code == 200, f"the one-click unsubscribe answers {left.status_code}")
    seen("Unsubscribed with one click, without cookies; a second click changes nothing")


async def send(url: str, patience: float, editor: Visitor, second: Visitor) -> None:
    """From the reader's sign-up to her leaving."""
    since = datetime.now(UTC)
    async with Visitor(url, patience, f"reader-{since:%H%M%S%f}@example.org") as reader:
        await join(reader)
        archive = await deliver(second, await compose(editor))
        mail = await reader.mail(since)
        expect("<html" in mail["html"] and mail["text"], "an issue in HTML and in plain text")
        seen("The issue is in the reader's mailbox", mail["subject"])
        page = await reader.http.get("/" + archive.split("/", 3)[3])
        expect(page.status_code == 200, f"the archive page answers {page.status_code}")
        seen("The issue has its page in the archive", archive)
        await leave(reader, mail)
