"""Where people are named: every column that points to a person, what of it they may read, and what erasure does to it.

A test walks all models and fails for a column that names a person and does not stand here (E1, E2).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tortoise.expressions import Q


class OnErasure(StrEnum):
    """What happens to a row when the person goes for good. `KEEP` leaves an id that names nobody any more."""

    DELETE = "delete"
    CLEAR = "clear"
    KEEP = "keep"


DELETE, CLEAR, KEEP = OnErasure.DELETE, OnErasure.CLEAR, OnErasure.KEEP


@dataclass(frozen=True)
class Held:
    """One column that names a person."""

    column: str
    erase: OnErasure
    clear: Mapping[str, Any] = field(default_factory=dict)
    """What the columns hold afterwards, for `CLEAR`."""
    shows: tuple[str, ...] | None = None
    """Columns that go into the person's export besides id and moment; None for all but secrets. A row that is mainly
    somebody else's shows what this person did, and nothing of the other."""
    only: Q = field(default_factory=Q)
    """Which of the rows, where not all of them are meant."""


DID: tuple[str, ...] = ()
"""The export says that and when they did it."""


def own(erase: OnErasure = DELETE, column: str = "person_id", **clear: Any) -> Held:
    """A row that is the person's own."""
    return Held(column, erase, clear)


def did(column: str, *shows: str, **clear: Any) -> Held:
    """A row of somebody else, or of all, in which the person did something."""
    return Held(column, CLEAR if clear else KEEP, clear, shows)


HELD: dict[str, tuple[Held, ...]] = {
    "Alias": (own(),),
    "ApiToken": (own(),),
    "Answer": (
        Held("person_id", CLEAR, {"person_id": None, "shown_id": None, "alias": ""}, ("body",)),
        Held("shown_id", CLEAR, {"shown_id": None}, DID),
    ),
    "Application": (
        own(CLEAR, message="", invitation="", reply="", shown_id=None, alias=""),
        Held("shown_id", CLEAR, {"shown_id": None}, DID),
        did("owner_id", "state"),
        did("invited_by_id", "invitation", invitation=""),
        did("decided_by_id", "state", "reply", reply=""),
    ),
    "AuditEvent": (Held("actor_id", CLEAR, {"note": ""}, ("action", "subject_kind", "before", "after", "at")),),
    "Block": (own(), Held("other_id", DELETE, shows=DID, only=Q(id__isnull=True))),
    "BulkHide": (did("by_id", "reason"),),
    "CalendarFeed": (own(),),
    "ChannelPost": (did("worded_by_id"), did("approved_by_id")),
    "CheckIn": (Held("person_id", CLEAR, {"succeeded": "", "helps": ""}, ("mood", "succeeded", "helps")),),
    "CircleSeat": (own(),),
    "Clarification": (
        did("person_id", "wanted", person_id=None),
        Held("given_by_id", CLEAR, {"given_by_id": None, "info": ""}, ("info", "given_at")),
    ),
    "Consent": (own(KEEP),),
    "DataRequest": (own(KEEP),),
    "DataExport": (Held("person_id", DELETE, shows=DID),),
    "Follow": (own(),),
    "HostLimit": (own(),),
    "HumanStep": (own(), Held("other_id", DELETE, shows=DID), did("taken_by_id", "note")),
    "Identity": (own(),),
    "Invitation": (
        Held("person_id", CLEAR, {"message": "", "contact": ""}, ("message", "state")),
        Held("guest_id", CLEAR, {"message": "", "contact": ""}, ("state",)),
    ),
    "LeadOffer": (own(), did("from_person_id")),
    "LearningResource": (
        Held("author_id", CLEAR, {"author_id": None}, ("title_de", "title_en", "body_de", "body_en", "state")),
        did("suggested_by_id", "title_de", "title_en", "body_de", "body_en", "state", suggested_by_id=None),
    ),
    "Listing": (
        Held("person_id", CLEAR, {"shown_id": None, "alias": "", "title": "", "text": "", "public_text": ""},
             only=Q(team_id__isnull=True)),
        Held("person_id", KEEP, shows=("title", "text", "state"), only=Q(team_id__isnull=False)),
        Held("shown_id", CLEAR, {"shown_id": None}, DID),
    ),
    "LoginLink": (own(),),
    "MeToo": (own(),),
    "NewsletterIssue": (did("composed_by_id"), did("last_editor_id"), did("approved_by_id")),
    "Notification": (own(),),
    "NotificationMail": (own(),),
    "OfficeHourHost": (own(),),
    "OfficeHourSlot": (own(CLEAR, person_id=None, needs=""),),
    "OidcAttempt": (own(),),
    "OutboxEvent": (Held("person_id", KEEP, shows=("type", "at")),),
    "PartnerGrant": (did("granted_by_id", "topics"),),
    "PartnerKey": (did("issued_by_id", "name"),),
    "PartnerMember": (own(), did("invited_by_id")),
    "PersonSkill": (own(),),
    "Preference": (own(),),
    "QuestionRoute": (Held("person_id", DELETE, shows=("told_at",)),),
    "Question": (
        # What was answered stays for the others, and names nobody; what was not goes with whoever asked it.
        Held("person_id", CLEAR, {"person_id": None, "shown_id": None, "alias": "", "title": "", "body": ""},
             ("title", "body", "state", "alias", "anonymous"), Q(answered_at__isnull=True)),
        Held("person_id", CLEAR, {"person_id": None, "shown_id": None, "alias": ""},
             ("title", "body", "state", "alias", "anonymous"), Q(answered_at__isnull=False)),
        Held("shown_id", CLEAR, {"shown_id": None}, DID),
        did("claimed_by_id", "state", claimed_by_id=None),
    ),
    "QueueEntry": (own(), did("called_by_id", called_by_id=None)),
    "Replay": (Held("person_id", DELETE, shows=DID),),
    "RoleGrant": (own(CLEAR, reason=""), did("granted_by_id", "role")),
    "SeriesHost": (own(),),
    "Session": (own(),),
    "Skill": (did("proposed_by_id", "label_de", "label_en", proposed_by_id=None),),
    "Story": (Held("author_id", KEEP, shows=("title", "slug", "state")), did("last_editor_id", "slug")),
    "StoryConsent": (did("requested_by_id"), did("answered_by_id", "state")),
    "Success": (did("recorded_by_id", "title_de", "metric", "value"), did("verified_by_id", "title_de")),
    "SuccessCorrection": (did("by_id", "note_de"),),
    "Suggestion": (own(),),
    "TeamGuest": (did("invited_by_id"),),
    "TeamLink": (did("added_by_id", "url"),),
    "Visit": (own(),),
    "WaitlistEntry": (own(),),
    "TeamMembership": (own(CLEAR, message="", reason=""), did("invited_by_id", "message")),
    "WebhookEndpoint": (did("created_by_id", "description"),),
}  # fmt: skip
"""Model by model. Order does not matter: what a row points to is there until the person's own row is emptied last."""

NOBODY = frozenset(
    {
        "AuditEvent.key_id", "AuditEvent.subject_id", "Channel.sender_id", "ChannelCall.channel_id",
        "ImportedRow.row_id",
        "IssueItem.source_id", "IssueItem.team_id", "Listing.hidden_in", "MediaUpload.channel_id",
        "Notification.subject_id", "OutboxEvent.subject_id", "OutboxEvent.team_id", "QuestionRoute.event_id",
        "MeToo.via_id", "Question.accepted_answer_id", "PostPart.channel_id",
        "PostPart.client_key", "RecordedPost.client_key", "SearchEntry.subject_id", "StoryConsent.team_id",
        "PartnerGrant.partner_id", "PartnerKey.partner_id", "PartnerMember.partner_id", "WebhookDelivery.event_id",
        "WebhookDelivery.partner_id", "WebhookDelivery.subject_id",
    }
)  # fmt: skip
"""Columns with an id of something else; `subject_id` and `row_id` may be a person's, see `erasing.py`."""

SECRETS = frozenset({"contact", "sealed", "hint", "claim", "owner", "fence", "lease_until", "browser_hash"})
"""Columns that no export shows: they are ours or say nothing to anybody. So is everything that ends in `_hash`."""
