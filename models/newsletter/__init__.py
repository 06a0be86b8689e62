"""The weekly newsletter: who gets it, what stands in it, and how each copy is accounted for."""

from models.newsletter.consent import ConsentEvent, ConsentKind, ConsentWording
from models.newsletter.deliveries import Delivery, DeliveryState
from models.newsletter.issues import NewsletterIssue
from models.newsletter.items import IssueItem
from models.newsletter.links import LinkKind, SubscriptionLink
from models.newsletter.proofs import IssueProof
from models.newsletter.states import IssueState
from models.newsletter.subscriptions import Frequency, Subscription, SubscriptionState
from models.newsletter.suppression import Suppression, SuppressionReason

__all__ = [
    "ConsentEvent",
    "ConsentKind",
    "ConsentWording",
    "Delivery",
    "DeliveryState",
    "Frequency",
    "IssueItem",
    "IssueProof",
    "IssueState",
    "LinkKind",
    "NewsletterIssue",
    "Subscription",
    "SubscriptionLink",
    "SubscriptionState",
    "Suppression",
    "SuppressionReason",
]
