"""What the newsletter's mutations take and answer."""

from datetime import datetime
from uuid import UUID

from models.language import Language
from models.newsletter import Frequency
from models.newsletter.sections import SectionKey
from schema.described import answer, given
from schema.inputs import Given, Payload
from schema.newsletter.issues import NewsletterIssue
from schema.newsletter.readers import NewsletterSubscription
from schema.newsletter.sending import CopyWhereabouts, Delivery


@given
class SubscribeInput(Given):
    email: str
    language: Language = Language.DE


@answer
class SubscribePayload(Payload):
    accepted: bool
    """Always true: known and unknown addresses get the same answer. A mail with a link arrives within minutes."""


@given
class ConfirmSubscriptionInput(Given):
    token: str
    """The part of the mailed link behind its last slash."""


@answer
class ConfirmSubscriptionPayload(Payload):
    subscription: NewsletterSubscription | None


@given
class UpdatePreferencesInput(Given):
    """What is left out stays as it is."""

    token: str
    """From the link to the preferences in any mail."""
    language: Language | None = None
    sections: list[SectionKey] | None = None
    frequency: Frequency | None = None
    pause: bool | None = None
    """True: four weeks from now, ending by itself. False: no break (any more)."""


@answer
class UpdatePreferencesPayload(Payload):
    subscription: NewsletterSubscription | None


@given
class UnsubscribeInput(Given):
    token: str
    """From the link to unsubscribe in any mail."""


@answer
class UnsubscribePayload(Payload):
    unsubscribed: bool
    """True, also the second time."""


@given
class ComposeIssueInput(Given):
    iso_week: str
    """Such as `2020-W16`."""


@answer
class ComposeIssuePayload(Payload):
    issue: NewsletterIssue | None
    """`SKIPPED` when there is nothing new. An issue that is approved or further stays as it is."""


@given
class RewordIssueInput(Given):
    """Subjects and greetings; what is left out stays as it is."""

    id: UUID
    revision: int
    subject_de: str | None = None
    subject_en: str | None = None
    intro_de: str | None = None
    """Markdown."""
    intro_en: str | None = None


@answer
class RewordIssuePayload(Payload):
    issue: NewsletterIssue | None


@given
class ItemWordsInput:
    """What is left out stays as it is."""

    headline_de: str | None = None
    headline_en: str | None = None
    blurb_de: str | None = None
    blurb_en: str | None = None
    url: str | None = None
    """Where a note leads; for notes alone."""


@given
class EditItemInput(Given):
    """Pin, hide (or take back either) or reword an item; what is left out stays as it is."""

    id: UUID
    """The issue's."""
    revision: int
    item_id: UUID
    pinned: bool | None = None
    hidden: bool | None = None
    words: ItemWordsInput | None = None


@answer
class EditItemPayload(Payload):
    issue: NewsletterIssue | None


@given
class ReorderSectionInput(Given):
    id: UUID
    """The issue's."""
    revision: int
    section: SectionKey
    item_ids: list[UUID]
    """Every item of the section that is in the issue, each once, in its new order."""


@answer
class ReorderSectionPayload(Payload):
    issue: NewsletterIssue | None


@given
class AddNoteInput(Given):
    id: UUID
    """The issue's."""
    revision: int
    section: SectionKey
    words: ItemWordsInput


@answer
class AddNotePayload(Payload):
    issue: NewsletterIssue | None


@given
class RemoveNoteInput(Given):
    id: UUID
    """The issue's."""
    revision: int
    item_id: UUID


@answer
class RemoveNotePayload(Payload):
    issue: NewsletterIssue | None


@given
class SendTestInput(Given):
    id: UUID
    language: Language


@answer
class SendTestPayload(Payload):
    issue: NewsletterIssue | None
    """The mail goes to you alone, with `[TEST]` before its subject."""


@given
class ApproveIssueInput(Given):
    id: UUID
    revision: int
    """What you have read: approval is for this very revision."""


@answer
class ApproveIssuePayload(Payload):
    issue: NewsletterIssue | None


@given
class ScheduleIssueInput(Given):
    id: UUID
    at: datetime | None = None
    """Left out: when it is planned. Never before the time to undo is over."""


@answer
class ScheduleIssuePayload(Payload):
    issue: NewsletterIssue | None


@given
class UnscheduleIssueInput(Given):
    id: UUID


@answer
class UnscheduleIssuePayload(Payload):
    issue: NewsletterIssue | None


@given
class PauseIssueInput(Given):
    id: UUID
    reason: str


@answer
class PauseIssuePayload(Payload):
    issue: NewsletterIssue | None


@given
class ResumeIssueInput(Given):
    id: UUID


@answer
class ResumeIssuePayload(Payload):
    issue: NewsletterIssue | None


@given
class CancelIssueInput(Given):
    id: UUID
    reason: str


@answer
class CancelIssuePayload(Payload):
    issue: NewsletterIssue | None


@given
class SkipIssueInput(Given):
    id: UUID
    reason: str = ""


@answer
class SkipIssuePayload(Payload):
    issue: NewsletterIssue | None


@given
class ReopenIssueInput(Given):
    id: UUID


@answer
class ReopenIssuePayload(Payload):
    issue: NewsletterIssue | None


@given
class CorrectIssueInput(Given):
    id: UUID
    note_de: str
    """What readers of the archive are told; the mails that went out stay as they are."""
    note_en: str


@answer
class CorrectIssuePayload(Payload):
    issue: NewsletterIssue | None


@given
class ResolveUnknownDeliveryInput(Given):
    id: UUID
    whereabouts: CopyWhereabouts


@answer
class ResolveUnknownDeliveryPayload(Payload):
    delivery: Delivery | None
