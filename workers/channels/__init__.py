"""What every channel can do, whatever its network: the protocol that `workers/publishing.py` speaks.

An outcome is a value, never an exception, and the default is UNKNOWN: certainty that nothing was posted must be
earned (connection never established, 429, a 4xx whose body we understand). Rendering is not here: preview and
sending share one renderer, `models/publishing/rendering.py`, and a driver gets the frozen text of an approved post.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from models.publishing.budget import Window
from models.publishing.outcomes import Certainty, Outcome, Reason, RemoteRef
from models.publishing.rendering import Finding

__all__ = [
    "Absent",
    "Capabilities",
    "Certainty",
    "Channel",
    "Finding",
    "Found",
    "Gone",
    "Inconclusive",
    "MediaRef",
    "Message",
    "Outcome",
    "PreparedImage",
    "Present",
    "Reason",
    "Reconnect",
    "RemoteRef",
    "Token",
]

ALWAYS = timedelta.max


class Token(dict[str, str]):
    """An account's tokens in the clear. Its repr says nothing, so no log line or traceback can."""

    def __repr__(self) -> str:
        return "Token(redacted)"

    def hidden(self, text: str) -> str:
        """The text without any of the tokens: networks like to quote what they refuse."""
        for value in self.values():
            if len(value) >= 8:
                text = text.replace(value, "[redacted]")
        return text


@dataclass(frozen=True)
class Capabilities:
    """How a network behaves. Every number that only a live account can settle comes from the settings."""

    settle: timedelta
    """An uncertain post must stay absent for so long before it is sent again: longer than the network's index lags."""
    absences: int = 1
    """So many probes must have said "absent"."""
    replay_for: timedelta | None = None
    """For so long after the first request the same key is safe to send again; None: the network has no keys."""
    patience: timedelta = timedelta(seconds=20)
    """The longest that one request takes before we hang up."""
    auto_resend: bool = True
    """Off: an uncertain post that stays absent waits for a human."""
    windows: Mapping[str, tuple[Window, ...]] = field(default_factory=dict)
    """Calls per seconds, by action: `post`, `media`, `delete`."""
    prices: Mapping[str, int] = field(default_factory=dict)
    """Of the actions but `post`, in millionths of a US dollar."""
    money_cap_micros: int | None = None
    """The month's money, a hard stop; None: this network costs nothing."""

    @property
    def lease(self) -> timedelta:
        """How long an attempt may be in flight: half as long again as the request can take."""
        return self.patience * 1.5


@dataclass(frozen=True)
class PreparedImage:
    """A picture that fits the network, with its alternative text."""

    sha256: str
    content: bytes
    media_type: str
    alt: str


@dataclass(frozen=True)
class MediaRef:
    """A picture at its network."""

    id: str
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Message:
    """One part of an approved post. `key` is the same in every attempt."""

    key: UUID
    text: str
    language: str
    link: str
    media: tuple[MediaRef, ...] = ()
    pictures: tuple[tuple[str, str], ...] = ()
    """(sha256, alt) of its pictures, for the recording driver, which has no media of its own."""


@dataclass(frozen=True)
class Found:
    remote: RemoteRef


@dataclass(frozen=True)
class Absent:
    """The network was asked and does not show it (yet)."""


@dataclass(frozen=True)
class Present:
    """It is still there."""


@dataclass(frozen=True)
class Gone:
    """It was there and is not any more."""


@dataclass(frozen=True)
class Reconnect:
    """The network does not renew our tokens any more: people must connect the account again."""


@dataclass(frozen=True)
class Inconclusive:
    """The network could not be asked."""

    why: str


class Channel(Protocol):
    """One network. `token` is the account that the settings name, if they do."""

    @property
    def caps(self) -> Capabilities: ...

    @property
    def token(self) -> Token | None: ...

    async def check(self, message: Message, token: Token) -> list[Finding]:
        """What the network would refuse, asked before anything is sent."""
        ...

    async def upload(self, image: PreparedImage, token: Token) -> MediaRef | Outcome:
        """Hand over a picture; repeatable. The outcome says why not."""
        ...

    async def send(self, message: Message, parent: RemoteRef | None, token: Token) -> Outcome:
        """Exactly one mutating request."""
        ...

    async def probe(self, message: Message, since: datetime, token: Token) -> Found | Absent | Inconclusive:
        """Is this message among what the account has posted since then?"""
        ...

    async def verify(self, remote: RemoteRef, token: Token) -> Present | Gone | Inconclusive:
        """Is it still there?"""
        ...

    async def retract(self, remote: RemoteRef, token: Token) -> Outcome:
        """Take it back; POSTED means that it is gone, also when it was gone already."""
        ...
