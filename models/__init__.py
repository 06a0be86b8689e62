"""Every row, in one module: the one that Tortoise discovers. One line per word."""

from models.exchange import Application, Listing, ListingLanguage, ListingSkill
from models.exchange.circles import CircleSeat, FounderCircle
from models.exchange.suggesting import Suggestion, SuggestionFactor
from models.following import Follow
from models.hours import (
    CalendarFeed,
    HostLimit,
    OfficeHourHost,
    OfficeHourSeries,
    OfficeHourSession,
    OfficeHourSlot,
    OfficeHourTopic,
    QueueEntry,
    SeriesHost,
    Visit,
    WaitlistEntry,
)
from models.identities import Identity, OidcAttempt
from models.imports import ImportedRow, ImportRun
from models.installation import Installation
from models.jobs import JobRun
from models.learning import LearningResource, LearningTopic
from models.mailbox import CaughtMail
from models.members import (
    Alias,
    Block,
    BulkHide,
    Consent,
    HumanStep,
    Invitation,
    Person,
    PersonSkill,
    RoleGrant,
    Skill,
)
from models.newsletter import (
    ConsentEvent,
    ConsentWording,
    Delivery,
    IssueItem,
    IssueProof,
    NewsletterIssue,
    Subscription,
    SubscriptionLink,
    Suppression,
)
from models.notifications import Notification, NotificationMail, Preference
from models.outbox import AuditEvent, OutboxEvent, Pen
from models.partners import Partner, PartnerGrant, PartnerKey, PartnerMember
from models.privacy import DataExport, DataRequest, Erasure
from models.programme import FieldOfAction, Milestone, ProgrammeBlock, Success, SuccessCorrection
from models.publishing import (
    Attempt,
    Channel,
    ChannelCall,
    ChannelPost,
    Credential,
    MediaUpload,
    PostPart,
    RecordedPost,
)
from models.questions import Answer, Clarification, MeToo, Question, QuestionTopic
from models.questions.routing import QuestionRoute
from models.replays import Replay
from models.schedule import Schedule, Slot
from models.search import SearchEntry
from models.signin import ApiToken, LoginLink, Session
from models.stories import Asset, AssetFile, Fact, Story, StoryConsent, StoryText
from models.teams import BlockMembership, CheckIn, FormerSlug, LeadOffer, Team, TeamGuest, TeamLink, TeamMembership
from models.webhooks import WebhookDelivery, WebhookEndpoint

__all__ = [
    "Alias",
    "Answer",
    "ApiToken",
    "Application",
    "Asset",
    "AssetFile",
    "Attempt",
    "AuditEvent",
    "Block",
    "BlockMembership",
    "BulkHide",
    "CalendarFeed",
    "CaughtMail",
    "Channel",
    "ChannelCall",
    "ChannelPost",
    "CheckIn",
    "CircleSeat",
    "Clarification",
    "Consent",
    "ConsentEvent",
    "ConsentWording",
    "Credential",
    "DataExport",
    "DataRequest",
    "Delivery",
    "Erasure",
    "Fact",
    "FieldOfAction",
    "Follow",
    "FormerSlug",
    "FounderCircle",
    "HostLimit",
    "HumanStep",
    "Identity",
    "ImportRun",
    "ImportedRow",
    "Installation",
    "Invitation",
    "IssueItem",
    "IssueProof",
    "JobRun",
    "LeadOffer",
    "LearningResource",
    "LearningTopic",
    "Listing",
    "ListingLanguage",
    "ListingSkill",
    "LoginLink",
    "MeToo",
    "MediaUpload",
    "Milestone",
    "NewsletterIssue",
    "Notification",
    "NotificationMail",
    "OfficeHourHost",
    "OfficeHourSeries",
    "OfficeHourSession",
    "OfficeHourSlot",
    "OfficeHourTopic",
    "OidcAttempt",
    "OutboxEvent",
    "Partner",
    "PartnerGrant",
    "PartnerKey",
    "PartnerMember",
    "Pen",
    "Person",
    "PersonSkill",
    "PostPart",
    "Preference",
    "ProgrammeBlock",
    "Question",
    "QuestionRoute",
    "QuestionTopic",
    "QueueEntry",
    "RecordedPost",
    "Replay",
    "RoleGrant",
    "Schedule",
    "SearchEntry",
    "SeriesHost",
    "Session",
    "Skill",
    "Slot",
    "Story",
    "StoryConsent",
    "StoryText",
    "Subscription",
    "SubscriptionLink",
    "Success",
    "SuccessCorrection",
    "Suggestion",
    "SuggestionFactor",
    "Suppression",
    "Team",
    "TeamGuest",
    "TeamLink",
    "TeamMembership",
    "Visit",
    "WaitlistEntry",
    "WebhookDelivery",
    "WebhookEndpoint",
]
