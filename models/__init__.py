"""Every row, in one module: the one that Tortoise discovers. One line per word."""

from models.installation import Installation
from models.jobs import JobRun
from models.mailbox import CaughtMail
from models.members import Person, RoleGrant
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
from models.outbox import AuditEvent, OutboxEvent, Pen
from models.programme import FieldOfAction, ProgrammeBlock, Success
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
from models.replays import Replay
from models.schedule import Schedule, Slot
from models.signin import ApiToken, LoginLink, Session
from models.stories import Asset, AssetFile, Fact, Story, StoryConsent, StoryText
from models.teams import Team, TeamMembership

__all__ = [
    "ApiToken",
    "Asset",
    "AssetFile",
    "Attempt",
    "AuditEvent",
    "CaughtMail",
    "Channel",
    "ChannelCall",
    "ChannelPost",
    "ConsentEvent",
    "ConsentWording",
    "Credential",
    "Delivery",
    "Fact",
    "FieldOfAction",
    "Installation",
    "IssueItem",
    "IssueProof",
    "JobRun",
    "LoginLink",
    "MediaUpload",
    "NewsletterIssue",
    "OutboxEvent",
    "Pen",
    "Person",
    "PostPart",
    "ProgrammeBlock",
    "RecordedPost",
    "Replay",
    "RoleGrant",
    "Schedule",
    "Session",
    "Slot",
    "Story",
    "StoryConsent",
    "StoryText",
    "Subscription",
    "SubscriptionLink",
    "Success",
    "Suppression",
    "Team",
    "TeamMembership",
]
