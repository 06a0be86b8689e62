"""Events without an arrow: what verbs record by `OutboxEvent.record`, and what arrows say besides their own words."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from models.catalogue.forms import Field, Form, identity, word
from models.exchange.words import Reason
from models.privacy.rows import DataRequestKind
from models.questions.words import QuestionKind, QuestionState
from models.roles import Visibility
from models.teams.checkins import Mood
from models.webhooks.states import WebhookFault

STAFF, MEMBERS, PUBLIC, PERSON = Visibility.STAFF, Visibility.MEMBERS, Visibility.PUBLIC, Visibility.PERSON


@dataclass(frozen=True)
class Recorded:
    """One type that no table names, or that a verb writes besides the table."""

    visible_to: Visibility = STAFF
    payload: Mapping[str, Field] = field(default_factory=dict)
    subject_kind: str = ""
    """Where it is not the word before the dot."""


PLAN = {"action": word(("plan",), required=True), "block": identity(required=True)}

RECORDED: Mapping[str, Recorded] = {
    **{f"data_request.{kind.value}": Recorded() for kind in DataRequestKind},
    "channel_post.vanished": Recorded(),
    "founder_circle.proposed": Recorded(),
    "import.finished": Recorded(subject_kind="import_run"),
    "issue.approval_due": Recorded(),
    "job.dead": Recorded(payload={"work": Field(Form.NAME, required=True), "attempts": Field(Form.COUNT, (), True)}),
    "lead_offer.offered": Recorded(),
    "learning_resource.announced": Recorded(PUBLIC),
    "learning_resource.draft": Recorded(),
    "learning_resource.in_review": Recorded(),
    "learning_resource.suggested": Recorded(),
    "listing.published": Recorded(MEMBERS),
    "milestone.planned": Recorded(PUBLIC, PLAN),
    "notification.added": Recorded(PERSON),
    "office_hour_series.offered": Recorded(),
    "office_hour_session.announced": Recorded(PUBLIC),
    "office_hour_session.not_opened": Recorded(PUBLIC),
    "office_hour_session.planned": Recorded(PUBLIC),
    "office_hour_session.queue_moved": Recorded(PUBLIC),
    "partner.activated": Recorded(),
    "partner.deactivated": Recorded(),
    "partner.saved": Recorded(),
    "partner_grant.active": Recorded(),
    "partner_key.active": Recorded(),
    "partner_member.invited": Recorded(),
    "question.new": Recorded(),
    "question.overdue": Recorded(),
    "question.told": Recorded(PERSON, {"state": word(QuestionState, required=True)}),
    "queue_entry.waiting": Recorded(),
    "skill.proposed": Recorded(),
    "story.lead": Recorded(),
    "story_consent.requested": Recorded(),
    "subscription.erased": Recorded(),
    "subscription.pending": Recorded(),
    "team.blocks_set": Recorded(),
    "team.checked_in": Recorded(payload={"mood": word(Mood, required=True), "check_in": identity(required=True)}),
    "team.draft": Recorded(),
    "team.edited": Recorded(payload={"import": identity()}),
    "team.leaderless": Recorded(),
    "team_membership.active": Recorded(),
    "team_membership.invited": Recorded(),
    "team_membership.requested": Recorded(),
    "waitlist_entry.waiting": Recorded(),
    "webhook.add": Recorded(),
    "webhook.change": Recorded(),
    "webhook.rotate": Recorded(),
}

BESIDES: Mapping[str, Mapping[str, Field]] = {
    "application": {"reason": word(Reason)},
    "issue.skipped": {"carried_over": Field(Form.COUNT)},
    "milestone": {"block": identity(required=True)},
    "office_hour_session.planned": {"starts_at": Field(Form.MOMENT), "minutes": Field(Form.COUNT)},
    "office_hour_session.open": {"starts_at": Field(Form.MOMENT), "minutes": Field(Form.COUNT)},
    "office_hour_session.running": {"minutes": Field(Form.COUNT)},
    "question": {"answer": identity(), "canonical": identity(), "purpose": word(QuestionKind)},
    "skill.merged_into": {"into": identity(required=True)},
    "success": {"block": identity()},
    "webhook.disabled": {"why": word(WebhookFault, required=True)},
}
"""What `follow` is given to say besides `action` and `from`; a whole kind, or one type of it."""

ALSO: Mapping[str, frozenset[Visibility]] = {"question": frozenset({STAFF})}
"""Kinds whose rows say for themselves who may see what happens to them."""
