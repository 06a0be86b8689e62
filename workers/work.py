"""What a job is given, and the three ways in which it can end."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from models.base import utcnow
from models.members.dormancy import Dormancy
from models.site import Site

if TYPE_CHECKING:
    from workers.channels import Channel
    from workers.mail.smtp import Mailer
    from workers.websub import Hub


@dataclass(frozen=True)
class Done:
    """The work is finished."""


@dataclass(frozen=True)
class Later:
    """Not now: try again at `at`. `free` gives the attempt back, for waiting that is nobody's failure."""

    at: datetime
    why: str = ""
    free: bool = False


@dataclass(frozen=True)
class Never:
    """Given up: a dead letter, seen by people, with the reason in plain words (no secrets, no addresses)."""

    why: str


Ending = Done | Later | Never


@dataclass(frozen=True)
class Job:
    """One claimed JobRun as its handler sees it. The payload holds ids."""

    id: UUID
    work: str
    key: str
    payload: Mapping[str, Any]
    attempts: int


async def _no_ring() -> None:
    """Nobody to ring: the sweep finds the work."""


def _no_fault(point: str) -> None:
    """No fault is armed."""


@dataclass(frozen=True)
class Tools:
    """Everything a job may use. Made once per process by `leuchtturm/wiring.py`."""

    site: Site
    mailer: "Mailer"
    channels: Mapping[str, "Channel"] = field(default_factory=dict)
    now: Callable[[], datetime] = utcnow
    ring: Callable[[], Awaitable[None]] = _no_ring
    fault: Callable[[str], None] = _no_fault
    """Named points at which a test may kill or stall the process: `tools.fault("post.before_write")`."""
    mail_per_minute: int = 6000
    smtp_connections: int = 4
    uncertain_copies: str = "hold"
    """`hold`: a person decides about a copy that may have been sent; `resend`: send it again, same Message-ID."""
    hub: "Hub | None" = None
    """Who is told of what is new in the feeds."""
    dormancy: Dormancy = field(default_factory=Dormancy)
    """How long members may be away before what happens."""
