"""Every mutation with input that is fine, and the row that it is about in the state that it wants."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import models
from models.exchange import ApplicationState, ListingState
from models.hours import QueueState, SessionState, SlotState
from models.jobs import JobState
from models.learning import ResourceState
from models.members import PersonState
from models.newsletter import DeliveryState, IssueState
from models.partners import GrantState, KeyState, MemberState, PartnerState
from models.programme import MilestoneState, SuccessState
from models.publishing import PostState
from models.questions import QuestionState
from models.stories import ConsentState, StoryState
from models.teams import LinkState, MembershipState, TeamState
from models.webhooks import WebhookDeliveryState, WebhookState
from tests.graph.matrix.house import House
from tests.graph.told import GERMAN
from tests.graph.weekly import leaving, preferences

PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

Later = Callable[[House], Any]


@dataclass(frozen=True)
class Act:
    """A mutation: on which row, in which state, with what. Values that are functions are asked when it is sent."""

    row: str = ""
    state: Any = None
    input: dict[str, Any] = field(default_factory=dict)
    before: Callable[[House], Awaitable[Any]] | None = None


def on(row: str, state: Any = None, before: Callable[[House], Awaitable[Any]] | None = None, **input: Any) -> Act:
    return Act(row, state, input, before)


def to(before: Callable[[House], Awaitable[Any]] | None = None, **input: Any) -> Act:
    """A mutation without an `id`."""
    return Act(input=input, before=before)


def id_of(row: str) -> Later:
    return lambda house: str(house.rows[row].id)


def ids_of(row: str) -> Later:
    return lambda house: [str(house.rows[row].id)]


async def person_restricted(house: House) -> None:
    await models.Person.filter(id=house.person_id).update(state=PersonState.RESTRICTED)


async def person_below_16(house: House) -> None:
    until = (house.now + timedelta(days=400)).date()
    await models.Person.filter(id=house.person_id).update(young_until=until)


async def person_leaving(house: House) -> None:
    await models.Person.filter(id=house.person_id).update(
        state=PersonState.ERASURE_REQUESTED, before_erasure=PersonState.ACTIVE, erase_at=house.now + timedelta(days=7)
    )


async def listing_hidden(house: House) -> None:
    await models.Listing.filter(id=house.rows["wish"].id).update(
        state=ListingState.HIDDEN, hidden_from=ListingState.OPEN, hidden_in=house.rows["hide"].id
    )


async def question_answered(house: House) -> None:
    await models.Question.filter(id=house.rows["question by name"].id).update(state=K.ANSWERED)


async def nobody_applied(house: House) -> None:
    await models.Application.filter(listing_id=house.rows["role"].id).delete()


async def person_belongs(house: House) -> None:
    await models.LeadOffer.filter(team_id=house.team_id).exclude(id=house.rows["offer"].id).delete()
    await models.TeamMembership.filter(id=house.rows["membership"].id).update(state=MembershipState.ACTIVE)


async def no_offer_waits(house: House) -> None:
    await person_belongs(house)
    await models.LeadOffer.filter(team_id=house.team_id).delete()


async def seat_kept(house: House) -> None:
    await models.Application.filter(id=house.rows["application to role"].id).update(state=ApplicationState.ACCEPTED)
    await models.Listing.filter(id=house.rows["role"].id).update(taken=1)


async def few_roles(house: House) -> None:
    """No more of the team's than may be open at once."""
    await models.Listing.filter(team_id=house.team_id).update(state=ListingState.WITHDRAWN)


async def story_approved(house: House) -> None:
    """The post is the only one of its story, which may go out as it was shown."""
    await models.Asset.filter(story_id=house.rows["story"].id).delete()
    story, post = house.rows["story"], house.rows["post"]
    await models.ChannelPost.filter(story_id=story.id).exclude(id=post.id).delete()
    agreed = house.rows["consent"].text_hash
    await models.Story.filter(id=story.id).update(state=StoryState.APPROVED, text_hash=agreed)
    await models.StoryConsent.filter(id=house.rows["consent"].id).update(state=ConsentState.GRANTED)


async def person_missed(house: House) -> None:
    await models.OfficeHourSlot.filter(id=house.rows["slot"].id).update(state=SlotState.NO_SHOW)


async def member_claimed(house: House) -> None:
    who = house.viewers["member"].person_id
    await models.Question.filter(id=house.rows["question by name"].id).update(claimed_by_id=who, claimed_at=house.now)


async def partner_deactivated(house: House) -> None:
    await models.Partner.filter(id=house.rows["partner"].id).update(inactive_since=house.now)


async def week_is_free(house: House) -> None:
    await models.NewsletterIssue.filter(id=house.rows["issue"].id).update(state=IssueState.COLLECTING)


H, Q = SessionState, QueueState
S, P, N, D = StoryState, PostState, IssueState, DeliveryState
T, M, L, J = TeamState, MembershipState, ListingState, JobState
K = QuestionState
TEXTS = [GERMAN]
WHOM = {"personId": lambda house: str(house.person_id)}
TEAM = {"teamId": lambda house: str(house.team_id)}
AN_EDIT = {"revision": 1}
ITEM = {"itemId": id_of("item")}
FROM = {"asOf": "2020-04-14", "sourceUrl": "https://q.example/"}

SIGNING_IN = {
    "requestLoginLink": to(email="wer@example.org"),
    "redeemLoginLink": to(token="x"),
    "signOut": to(),
    "joinCommunity": to(email="neu@example.org", name="Neu", agreed=True),
    "acceptInvitation": to(token=lambda h: h.rows["invitation"].token, name="Neu", agreed=True),
    "createApiToken": to(name="x"),
    "revokeApiToken": on("token"),
    "revokeSession": on("session"),
    "revokeOtherSessions": to(),
    "unlinkIdentity": on("identity"),
}
MEMBERS = {
    "inviteMember": to(email="guest@example.org"),
    "withdrawInvitation": on("invitation"),
    "updateProfile": to(about="Ich"),
    "declareBirth": to(year=1980, month=1),
    "giveConsent": to(purpose="STORY"),
    "withdrawConsent": to(purpose="MATCHING"),
    "takeAlias": to(context="HOURS", name="Abendstern"),
    "dropAlias": on("alias"),
    "blockMember": to(personId=id_of("other")),
    "unblockMember": to(personId=id_of("other")),
    "proposeSkill": to(labelDe="Töpfern"),
    "approveSkill": on("proposal"),
    "declineSkill": on("proposal"),
    "mergeSkill": on("proposal", into=id_of("skill")),
    "restrictMember": on("person", reason="Werbung"),
    "liftMember": on("person", before=person_restricted, reason="Gut"),
    "hideMembers": to(reason="Welle", ids=ids_of("person")),
    "undoHideMembers": on("hide"),
    "vouchForMember": on("person"),
    "liftProtection": on("person", before=person_below_16),
    "takeHumanStep": to(**WHOM, otherId=id_of("other")),
    "grantRole": to(**WHOM, role="PARTNER"),
    "revokeRole": to(**WHOM, role="EXPERT"),
    "requestExport": to(before=lambda h: models.DataRequest.all().delete()),
    "requestErasure": to(),
    "cancelErasure": to(before=person_leaving),
    "markNotificationsRead": to(ids=ids_of("notification")),
    "changeNotificationPreferences": to(digestAt="09:00"),
    "resolveNotificationMail": on("mail", whereabouts="LET_GO"),
}
TEAMS = {
    "foundTeam": to(name="Boje", pitch="Wir schwimmen."),
    "editTeam": on("team", T.LISTED, name="Anker"),
    "listTeam": on("team", T.DORMANT),
    "restTeam": on("team", T.LISTED),
    "archiveTeam": on("team", T.LISTED),
    "hideTeam": on("team", T.LISTED),
    "checkInTeam": on("team", T.LISTED, mood="WELL"),
    "setTeamBlocks": on("team", T.LISTED, blockIds=[]),
    "releaseTeamLink": on("link", LinkState.HELD),
    "hideTeamLink": on("link", LinkState.SHOWN),
    "inviteToTeam": to(**TEAM, handle="otto-fern"),
    "requestToJoinTeam": to(**TEAM),
    "acceptTeamInvitation": on("membership", M.INVITED),
    "declineTeamInvitation": on("membership", M.INVITED),
    "retractTeamInvitation": on("membership", M.INVITED),
    "withdrawJoinRequest": on("membership", M.REQUESTED),
    "admitToTeam": on("membership", M.REQUESTED),
    "turnDownJoinRequest": on("membership", M.REQUESTED),
    "leaveTeam": on("membership", M.ACTIVE),
    "removeFromTeam": on("membership", M.ACTIVE, reason="Streit"),
    "offerLead": to(no_offer_waits, **TEAM, **WHOM),
    "acceptLead": on("offer", before=person_belongs),
    "declineLead": on("offer", before=person_belongs),
    "withdrawLeadOffer": on("offer", before=person_belongs),
    "recordSuccess": to(**TEAM, titleDe="T", titleEn="T", metric="M", value="1", **FROM),
    "verifySuccess": on("success", SuccessState.DRAFT),
    "publishSuccess": on("success", SuccessState.VERIFIED),
    "correctSuccess": on("success", SuccessState.PUBLISHED, noteDe="Zahl", value="2"),
    "planMilestone": to(blockId=id_of("programme"), titleDe="T", dueOn="2020-05-01"),
    "editMilestone": on("milestone", MilestoneState.PLANNED, titleDe="T", dueOn="2020-05-01"),
    "reachMilestone": on("milestone", MilestoneState.PLANNED, reachedOn="2020-04-10"),
    "reopenMilestone": on("milestone", MilestoneState.REACHED),
    "dropMilestone": on("milestone", MilestoneState.PLANNED),
    "restoreMilestone": on("milestone", MilestoneState.DROPPED),
    "followTopic": to(news="STORIES"),
    "unfollowTopic": on("follow"),
}
EXCHANGE = {
    "publishListing": to(few_roles, kind="SEEKS_MEMBER", title="Wir suchen", **TEAM),
    "updateListing": on("wish", L.OPEN, title="Neu"),
    "openListing": on("wish", L.DRAFT),
    "confirmListing": on("wish", L.OPEN),
    "withdrawListing": on("wish", L.OPEN),
    "reopenListing": on("wish", L.WITHDRAWN),
    "releaseListing": on("wish", L.OPEN),
    "hideListings": to(ids=ids_of("wish"), reason="Welle"),
    "unhideListings": to(listing_hidden, action=id_of("hide")),
    "applyToRole": to(nobody_applied, listingId=id_of("role")),
    "decideApplication": on("application to role", accept=True),
    "withdrawApplication": on("application to role"),
    "inviteToRole": to(nobody_applied, listingId=id_of("role"), seekerId=id_of("wish")),
    "arrangeMatch": on("application to role", before=seat_kept, joins=True),
    "proposeFounderCircle": to(),
    "joinFounderCircle": on("seat"),
    "declineFounderCircle": on("seat"),
    "dissolveFounderCircle": on("circle"),
}
STORIES = {
    "createStoryLead": to(**TEAM, text=GERMAN),
    "takeUpStoryLead": on("story", S.LEAD),
    "draftStory": to(**TEAM, texts=TEXTS),
    "editStory": on("story", S.DRAFT, texts=TEXTS),
    "addStoryImage": on("story", S.DRAFT, content=PICTURE, rights="CC0"),
    "describeStoryImage": on("story", S.DRAFT, imageId=lambda h: h.rows["image"], rights="CC0"),
    "removeStoryImage": on("story", S.DRAFT, imageId=lambda h: h.rows["image"]),
    "stateStoryFacts": on("story", S.DRAFT, facts=[]),
    "submitForReview": on("story", S.DRAFT),
    "requestStoryChanges": on("story", S.IN_REVIEW, note="Bitte kürzer."),
    "approveStory": on("story", S.IN_REVIEW, version=lambda h: h.rows["story"].version),
    "requestTeamConsent": on("story", S.IN_REVIEW),
    "grantConsent": on("consent", ConsentState.REQUESTED),
    "revokeConsent": on("consent", ConsentState.GRANTED),
    "scheduleStory": on("story", S.APPROVED, at="2020-05-01T09:00:00Z"),
    "publishStory": on("story", S.APPROVED),
    "unscheduleStory": on("story", S.SCHEDULED),
    "correctStory": on("story", S.PUBLISHED, texts=TEXTS, noteDe="Zahl", noteEn="Figure"),
    "retractStory": on("story", S.PUBLISHED, reason="Das Team bittet darum."),
    "planChannelPosts": to(storyId=id_of("story")),
    "rewordPost": on("post", P.DRAFT, wording="Anders gesagt."),
    "revisePost": on("post", P.CANCELLED, story_approved),
    "approvePost": on("post", P.DRAFT, story_approved, snapshotHash=lambda h: h.rows["post"].snapshot_hash),
    "cancelPost": on("post", P.QUEUED),
    "retryPost": on("post", P.FAILED_PERMANENT),
    "resolveUnknownPost": on("post", P.NEEDS_HUMAN, whereabouts="LET_GO"),
    "retractPost": on("post", P.SENT, story_approved),
    "confirmPostGone": on("post", P.RETRACT_FAILED),
    "pauseChannel": on("channel"),
    "resumeChannel": on("channel"),
}
NEWSLETTER = {
    "subscribe": to(email="neu@example.org"),
    "confirmSubscription": to(token=lambda h: h.rows["confirm"].token),
    "updatePreferences": to(token=lambda h: preferences(h.rows["reader"], h.now)),
    "unsubscribe": to(token=lambda h: leaving(h.rows["reader"])),
    "composeIssue": to(week_is_free, isoWeek="2020-W16"),
    "rewordIssue": on("issue", N.IN_REVIEW, **AN_EDIT, subjectDe="Neu"),
    "editItem": on("issue", N.IN_REVIEW, **AN_EDIT, **ITEM, pinned=True),
    "reorderSection": on("issue", N.IN_REVIEW, **AN_EDIT, section="EXCHANGE", itemIds=ids_of("item")),
    "addNote": on("issue", N.IN_REVIEW, **AN_EDIT, section="BLOCKS", words={"headlineDe": "Notiz"}),
    "removeNote": on("issue", N.IN_REVIEW, **AN_EDIT, **ITEM),
    "sendTest": on("issue", N.IN_REVIEW, language="DE"),
    "approveIssue": on("issue", N.IN_REVIEW, **AN_EDIT),
    "scheduleIssue": on("issue", N.APPROVED),
    "unscheduleIssue": on("issue", N.SCHEDULED),
    "pauseIssue": on("issue", N.SENDING, reason="Tippfehler"),
    "resumeIssue": on("issue", N.PAUSED),
    "cancelIssue": on("issue", N.APPROVED, reason="Fehler"),
    "skipIssue": on("issue", N.COMPOSED),
    "reopenIssue": on("issue", N.SKIPPED),
    "correctIssue": on("issue", N.SENT, noteDe="Zahl", noteEn="Figure"),
    "resolveUnknownDelivery": on("delivery", D.UNKNOWN, whereabouts="LET_GO"),
    "retryDeadLetter": on("job", J.DEAD),
    "discardDeadLetter": on("job", J.DEAD, reason="erledigt"),
}
PARTNER = {"partnerId": id_of("partner")}
PARTNERS = {
    "savePartner": to(kind="FUNDING", name="Stiftung"),
    "publishPartner": on("partner", PartnerState.DRAFT),
    "hidePartner": on("partner", PartnerState.PUBLISHED),
    "deactivatePartner": on("partner"),
    "activatePartner": on("partner", before=partner_deactivated),
    "invitePartnerMember": to(**PARTNER, handle="otto-fern"),
    "acceptPartnerInvitation": on("partner invitation", MemberState.INVITED),
    "declinePartnerInvitation": on("partner invitation", MemberState.INVITED),
    "leavePartner": on("partner membership", MemberState.ACTIVE),
    "removePartnerMember": on("partner membership", MemberState.ACTIVE),
    "grantToPartner": to(**PARTNER, topics=["story."]),
    "revokePartnerGrant": on("partner grant", GrantState.ACTIVE),
    "issuePartnerKey": to(**PARTNER, name="Neu", scopes=["EVENTS_READ"]),
    "rotatePartnerKey": on("partner key", KeyState.ACTIVE),
    "revokePartnerKey": on("partner key", KeyState.ACTIVE),
}
A_DAY = {"day": "2020-04-15"}
HOURS = {
    "createOfficeHourSeries": to(
        titleDe="Recht", mode="PLENARY", rrule="FREQ=DAILY;COUNT=2", firstDay="2020-04-20", startsAt="17:00"
    ),
    "leaveOutOfficeHour": on("series", **A_DAY),
    "endOfficeHourSeries": on("series", lastDay="2020-04-16"),
    "limitHosting": to(perWeek=3),
    "rescheduleOfficeHour": on("hour", H.PLANNED, startsAt="2020-04-20T09:00:00Z"),
    "cancelOfficeHour": on("hour", H.PLANNED, reason="Krank"),
    "announceDelay": on("hour", H.PLANNED, minutes=10),
    "openOfficeHour": on("hour", H.PLANNED),
    "beginOfficeHour": on("hour", H.OPEN),
    "closeOfficeHour": on("hour", H.RUNNING),
    "publishSessionNotes": on("hour", H.CLOSED, notes="Das kam heraus."),
}
SEATS = {
    "bookSlot": to(sessionId=lambda h: str(h.rows["free slot"].session_id)),
    "cancelBooking": to(slotId=id_of("slot")),
    "acceptWaitlistOffer": on("entry"),
    "leaveWaitlist": on("entry"),
    "recordAttendance": to(slotId=id_of("attended"), attended=True),
    "correctNoShow": to(person_missed, slotId=id_of("slot")),
    "issueCalendarFeed": to(),
    "revokeCalendarFeed": to(),
}
QUEUE = {
    "joinQueue": to(sessionId=lambda h: str(h.rows["queue"].id)),
    "leaveQueue": on("turn", Q.WAITING),
    "pauseQueueEntry": on("turn", Q.WAITING),
    "resumeQueueEntry": on("turn", Q.PAUSED),
    "callNext": to(sessionId=lambda h: str(h.rows["own queue"].id)),
    "startQueueEntry": on("turn in own queue", Q.CALLED),
    "finishQueueEntry": on("turn in own queue", Q.IN_PROGRESS),
    "returnQueueEntry": on("turn in own queue", Q.CALLED),
    "dismissQueueEntry": on("turn in own queue", Q.CALLED),
}
MATERIAL = {"kind": "ARTICLE", "titleDe": "Neu", "bodyDe": "So geht das."}
LEARNING = {
    "suggestResource": to(**MATERIAL),
    "reviewResource": on("resource", ResourceState.SUGGESTED, **MATERIAL),
    "publishResource": on("resource", ResourceState.IN_REVIEW, reviewDueAt="2020-10-01T08:00:00Z"),
    "markResourceBroken": on("resource", ResourceState.PUBLISHED, reason="Weg"),
    "archiveResource": on("resource", ResourceState.STALE),
    "promoteToLearning": to(
        question_answered,
        questionId=lambda h: str(h.rows["question by name"].id),
        answerId=lambda h: str(h.rows["answer"].id),
    ),
}
ASKED = "question by name"
QUESTIONS = {
    "askQuestion": to(title="Wer hilft?", anonymous=True),
    "updateQuestion": on(ASKED, K.QUEUED, title="Wer hilft uns?"),
    "addInfo": on(ASKED, K.NEEDS_INFO, info="Das lange Formular."),
    "acceptAnswer": on(ASKED, K.ANSWERED, answerId=id_of("answer")),
    "reopenQuestion": on(ASKED, K.ANSWERED),
    "closeQuestion": on(ASKED, K.QUEUED),
    "meToo": on(ASKED, K.QUEUED),
    "triageQuestion": on(ASKED, K.NEW, kind="CONTENT"),
    "claimQuestion": on(ASKED, K.QUEUED),
    "handBackQuestion": on(ASKED, K.CLAIMED, member_claimed),
    "answerQuestion": on(ASKED, K.QUEUED, body="So geht das."),
    "updateAnswer": on("answer", body="Noch besser geht es so."),
    "requestInfo": on(ASKED, K.CLAIMED, member_claimed, wanted="Welches Formular?"),
    "markDuplicate": on(ASKED, K.QUEUED, canonicalId=id_of("question anonymous")),
    "parkQuestion": on(ASKED, K.QUEUED),
}
HOOK = {"url": "https://haken.example.org/", "description": "Neu", "topics": ["story."]}
WEBHOOKS = {
    "createWebhook": to(**PARTNER, **HOOK),
    "changeWebhook": on("webhook", version=1, **HOOK),
    "pauseWebhook": on("webhook", WebhookState.ENABLED),
    "enableWebhook": on("webhook", WebhookState.PAUSED),
    "removeWebhook": on("webhook"),
    "rotateWebhookSecret": on("webhook"),
    "testWebhook": on("webhook", WebhookState.ENABLED),
    "replayWebhookDelivery": on("webhook delivery", WebhookDeliveryState.FAILED),
    "replayWebhookEvents": on("webhook", first="90000", last="90003"),
}
ACTS: dict[str, Act] = {
    **SIGNING_IN,
    **MEMBERS,
    **TEAMS,
    **EXCHANGE,
    **STORIES,
    **NEWSLETTER,
    **PARTNERS,
    **HOURS,
    **QUESTIONS,
    **QUEUE,
    **SEATS,
    **LEARNING,
    **WEBHOOKS,
}
