"""Publishing: channels, what is planned and sent on them, and the ledger that makes it happen exactly once."""

from models.publishing.budget import ChannelCall
from models.publishing.channels import Channel, ChannelStatus, Credential
from models.publishing.ledger import Attempt, MediaUpload, PartState, PostPart, RecordedPost
from models.publishing.networks import ChannelKind
from models.publishing.posts import ChannelPost
from models.publishing.states import PostState

__all__ = [
    "Attempt",
    "Channel",
    "ChannelCall",
    "ChannelKind",
    "ChannelPost",
    "ChannelStatus",
    "Credential",
    "MediaUpload",
    "PartState",
    "PostPart",
    "PostState",
    "RecordedPost",
]
