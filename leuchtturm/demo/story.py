"""The first half of the main job: a lighthouse story from an editor's draft to its channels."""

import base64
import io
from datetime import UTC, datetime
from typing import Any

from PIL import Image, ImageDraw

from leuchtturm.demo.visitor import Visitor, expect, seen

REFUSAL = "... on Problem { code messageEn }"

TEAM = "query ($slug: String!) { team(slug: $slug) { id name } }"
DRAFT = f"""mutation ($input: DraftStoryInput!) {{ draftStory(input: $input) {{
  ... on DraftStoryPayload {{ story {{ id version state slug }} }} {REFUSAL} }} }}"""
ADD_IMAGE = f"""mutation ($input: AddStoryImageInput!) {{ addStoryImage(input: $input) {{
  ... on AddStoryImagePayload {{ story {{ id version images {{ url }} }} }} {REFUSAL} }} }}"""
STATE_FACTS = f"""mutation ($input: StateStoryFactsInput!) {{ stateStoryFacts(input: $input) {{
  ... on StateStoryFactsPayload {{ story {{ version }} }} {REFUSAL} }} }}"""
SUBMIT = f"""mutation ($input: SubmitForReviewInput!) {{ submitForReview(input: $input) {{
  ... on SubmitForReviewPayload {{ story {{ state version }} }} {REFUSAL} }} }}"""
ASK_CONSENT = f"""mutation ($input: RequestTeamConsentInput!) {{ requestTeamConsent(input: $input) {{
  ... on RequestTeamConsentPayload {{ consent {{ id state }} }} {REFUSAL} }} }}"""
GRANT = f"""mutation ($input: GrantConsentInput!) {{ grantConsent(input: $input) {{
  ... on GrantConsentPayload {{ consent {{ state }} }} {REFUSAL} }} }}"""
CAN_APPROVE = """query ($id: UUID!) { story(id: $id) { version viewerCan(action: APPROVE) { allowed messageEn } } }"""
APPROVE = f"""mutation ($input: ApproveStoryInput!) {{ approveStory(input: $input) {{
  ... on ApproveStoryPayload {{ story {{ state version }} }} {REFUSAL} }} }}"""
PLAN = f"""mutation ($input: PlanChannelPostsInput!) {{ planChannelPosts(input: $input) {{
  ... on PlanChannelPostsPayload {{ posts {{ id language text snapshotHash channel {{ kind name }} }} }}
  {REFUSAL} }} }}"""
APPROVE_POST = f"""mutation ($input: ApprovePostInput!) {{ approvePost(input: $input) {{
  ... on ApprovePostPayload {{ post {{ state }} }} {REFUSAL} }} }}"""
PUBLISH = f"""mutation ($input: PublishStoryInput!) {{ publishStory(input: $input) {{
  ... on PublishStoryPayload {{ story {{ state slug }} }} {REFUSAL} }} }}"""
POSTS = """query ($id: UUID!) { channelPosts(storyId: $id, first: 50) { edges { node {
  state language text remoteUrl channel { kind name } } } } }"""
OUT = {"SENT", "RECONCILED"}


def picture() -> str:
    """A small lighthouse, drawn here: base64 of a PNG."""
    image = Image.new("RGB", (1200, 630), "#0f2a43")
    pen = ImageDraw.Draw(image)
    pen.polygon([(600, 150), (1200, 20), (1200, 260)], fill="#f3c14b")
    pen.polygon([(560, 180), (640, 180), (670, 600), (530, 600)], fill="#f4f1ea")
    pen.rectangle([548, 130, 652, 180], fill="#c8452f")
    data = io.BytesIO()
    image.save(data, "PNG")
    return base64.b64encode(data.getvalue()).decode()


def texts(stamp: str) -> list[dict[str, str]]:
    """The story of an invented team, in both languages. `stamp` tells two runs apart."""
    return [
        {
            "language": "DE",
            "headline": f"Kreidekasten: 300 Wochenpläne in zwei Wochen ({stamp})",
            "teaser": "Lehrer:innen teilen fertige Wochenpläne für den Unterricht zu Hause.",
            "body": "## Wie es begann\n\nAus drei Kollegien wurden **achtzig**.\n\n- ohne Anmeldung\n- ohne Werbung\n",
        },
        {
            "language": "EN",
            "headline": f"Kreidekasten: 300 weekly plans in two weeks ({stamp})",
            "teaser": "Teachers share ready-made weekly plans for lessons at home.",
            "body": "## How it began\n\nThree schools became **eighty**.\n\n- no account\n- no advertising\n",
        },
    ]


async def draft(editor: Visitor, stamp: str) -> dict[str, Any]:
    """Write the story, with picture and fact, and hand it in."""
    team = (await editor.graphql(TEAM, slug="demo-kreidekasten"))["team"]
    expect(team, "the team Kreidekasten (seed the demo community first)")
    story = (await editor.graphql(DRAFT, input={"teamId": team["id"], "texts": texts(stamp), "tags": ["Bildung"]}))[
        "draftStory"
    ]["story"]
    alt = {"altDe": "Ein gezeichneter Leuchtturm mit gelbem Lichtkegel", "altEn": "A drawn lighthouse and its beam"}
    await editor.graphql(ADD_IMAGE, input={"id": story["id"], "content": picture(), "rights": "CC0", **alt})
    fact = {"claim": "300 Wochenpläne", "sourceUrl": "https://example.org/kreidekasten", "asOf": "2020-04-12"}
    await editor.graphql(STATE_FACTS, input={"id": story["id"], "facts": [fact]})
    state = (await editor.graphql(SUBMIT, input={"id": story["id"]}))["submitForReview"]["story"]["state"]
    expect(state == "IN_REVIEW", f"the story is {state} instead of IN_REVIEW")
    seen("Story drafted in two languages, with alt text and a sourced fact", state)
    return dict(story)


async def agree(editor: Visitor, second: Visitor, lead: Visitor, story: dict[str, Any]) -> None:
    """The team consents, a second person approves."""
    consent = (await editor.graphql(ASK_CONSENT, input={"id": story["id"]}))["requestTeamConsent"]["consent"]
    await lead.graphql(GRANT, input={"id": consent["id"]})
    seen("The team's lead consented to this very text")
    own = (await editor.graphql(CAN_APPROVE, id=story["id"]))["story"]["viewerCan"]
    expect(not own["allowed"], "the author may approve her own story")
    seen("The author cannot approve it herself", own["messageEn"])
    version = (await second.graphql(CAN_APPROVE, id=story["id"]))["story"]["version"]
    state = (await second.graphql(APPROVE, input={"id": story["id"], "version": version}))["approveStory"]["story"][
        "state"
    ]
    seen("A second editor approved it", state)


async def publish(second: Visitor, story: dict[str, Any]) -> int:
    """Plan, approve and send the posts; gives how many there are."""
    posts = (await second.graphql(PLAN, input={"storyId": story["id"]}))["planChannelPosts"]["posts"]
    expect(posts, "posts for the channels")
    for post in posts:
        await second.graphql(APPROVE_POST, input={"id": post["id"], "snapshotHash": post["snapshotHash"]})
    seen(f"{len(posts)} posts planned and approved as they will be sent", ", ".join(sorted(map(where, posts))))
    published = (await second.graphql(PUBLISH, input={"id": story["id"]}))["publishStory"]["story"]
    story["slug"] = published["slug"]
    return len(posts)


def where(post: dict[str, Any]) -> str:
    """Which network, in which language."""
    network = {"TWITTER": "X"}.get(post["channel"]["kind"], post["channel"]["kind"].title())
    return f"{network} ({post['language'].lower()})"


async def arrived(editor: Visitor, story: dict[str, Any], stamp: str, count: int) -> None:
    """Wait until every post is out, then look as the public would."""

    async def look() -> list[dict[str, Any]] | None:
        edges = (await editor.graphql(POSTS, id=story["id"]))["channelPosts"]["edges"]
        posts = [edge["node"] for edge in edges]
        return posts if len(posts) == count and all(post["state"] in OUT for post in posts) else None

    for post in await editor.until(look, "the arrival of the posts"):
        seen(f"Posted on {where(post)}", " ".join(post["text"].split())[:70] + " …")
    for language in ("de", "en"):
        page = await editor.http.get(f"/{language}/stories/{story['slug']}")
        expect(page.status_code == 200 and stamp in page.text, f"the story page in {language}")
        for feed in ("feed.atom", "feed.json"):
            answer = await editor.http.get(f"/{language}/{feed}")
            expect(answer.status_code == 200 and stamp in answer.text, f"the story in /{language}/{feed}")
    seen("On the blog and in the Atom and JSON feeds, in German and English", f"/en/stories/{story['slug']}")
    caught = [post for post in (await editor.http.get("/dev/posts.json")).json() if stamp in post["text"]]
    seen(f"{len(caught)} posts caught on this machine, none left it") if caught else None


async def tell(editor: Visitor, second: Visitor, lead: Visitor) -> None:
    """From draft to public."""
    stamp = datetime.now(UTC).strftime("%H%M%S")
    story = await draft(editor, stamp)
    await agree(editor, second, lead, story)
    count = await publish(second, story)
    await arrived(editor, story, stamp, count)
