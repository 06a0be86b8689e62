"""What a reader chooses, and what they agreed to."""

from datetime import datetime

import strawberry

import models
from models.language import Language
from models.newsletter import Frequency, SubscriptionState
from models.newsletter.sections import SectionKey, chosen
from schema.binding import bound, column
from schema.described import answer, computed, enum

enum(SectionKey)


@bound(models.Subscription)
class NewsletterSubscription:
    """A reader's choice. The address is sealed: it is shown to nobody, not even to staff."""

    state: SubscriptionState
    language: Language = column("locale")
    frequency: Frequency
    paused_until: datetime | None

    @computed
    def sections(root: strawberry.Parent[models.Subscription]) -> list[SectionKey]:
        """The sections that the reader gets, in the order of the issue."""
        return chosen(root.sections)


@answer
class ConsentWording:
    """What people agree to when they sign up, to be shown above the button word for word."""

    language: Language
    text: str
    sha256: str
    """Names this wording in the evidence of consent."""
