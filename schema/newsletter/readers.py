"""What a reader chooses, and what they agreed to."""

from datetime import datetime

import models
from models.language import Language
from models.newsletter import Frequency, SubscriptionState
from models.newsletter.sections import SectionKey, chosen
from schema.binding import bound, column
from schema.derived import derived
from schema.described import answer, enum

enum(SectionKey)


@bound(models.Subscription)
class NewsletterSubscription:
    """A reader's choice. The address is sealed: it is shown to nobody, not even to staff."""

    state: SubscriptionState
    language: Language = column("locale")
    frequency: Frequency
    paused_until: datetime | None

    @derived("sections")
    def sections(sections: int) -> list[SectionKey]:
        """The sections that the reader gets, in the order of the issue."""
        return chosen(sections)


@answer
class ConsentWording:
    """What people agree to when they sign up, to be shown above the button word for word."""

    language: Language
    text: str
    sha256: str
    """Names this wording in the evidence of consent."""
