"""What is known after a request: certainty must be earned, the default is UNKNOWN (channels.md, section 6)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Certainty(StrEnum):
    POSTED = "posted"
    NOT_POSTED = "not_posted"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why a network did not post. Decides who is told what to do about it."""

    RATE = "rate"
    QUOTA = "quota"
    AUTH = "auth"
    DUPLICATE = "duplicate"
    CONTENT = "content"
    MEDIA = "media"
    PERMISSION = "permission"
    POLICY = "policy"
    MONEY = "money"
    OUTAGE = "outage"
    STALLED = "stalled"


@dataclass(frozen=True)
class RemoteRef:
    """A post at its network."""

    id: str
    url: str = ""


DETAIL_MAX = 500  # characters of the network's own words that are kept


@dataclass(frozen=True)
class Outcome:
    """How one request ended. `retry_at` only with NOT_POSTED: not now, but later; without it: not like this."""

    certainty: Certainty
    remote: RemoteRef | None = None
    retry_at: datetime | None = None
    reason: Reason | None = None
    detail: str = ""
    status: int | None = None

    @classmethod
    def posted(cls, remote: RemoteRef, status: int | None = None) -> "Outcome":
        return cls(Certainty.POSTED, remote, status=status)

    @classmethod
    def unknown(cls, detail: str, status: int | None = None, reason: Reason | None = None) -> "Outcome":
        return cls(Certainty.UNKNOWN, detail=detail[:DETAIL_MAX], status=status, reason=reason)

    @classmethod
    def refused(cls, reason: Reason, detail: str, status: int | None = None) -> "Outcome":
        """Certainly not posted, and the same request would be refused again."""
        return cls(Certainty.NOT_POSTED, reason=reason, detail=detail[:DETAIL_MAX], status=status)

    @classmethod
    def later(cls, at: datetime, reason: Reason, detail: str, status: int | None = None) -> "Outcome":
        """Certainly not posted, and worth another try at the given moment."""
        return cls(Certainty.NOT_POSTED, retry_at=at, reason=reason, detail=detail[:DETAIL_MAX], status=status)


ADVICE: dict[Reason, tuple[str, str]] = {
    Reason.RATE: (
        "Das Netzwerk bittet um eine Pause. Der Beitrag geht von selbst später hinaus.",
        "The network asks for a pause. The post will go out later by itself.",
    ),
    Reason.QUOTA: (
        "Das Kontingent des Kanals ist ausgeschöpft. Der Beitrag wartet auf das nächste Zeitfenster.",
        "The channel's quota is used up. The post waits for the next window.",
    ),
    Reason.AUTH: (
        "Das Netzwerk erkennt uns nicht mehr. Bitte verbindet den Kanal neu und versucht es noch einmal.",
        "The network no longer recognises us. Please reconnect the channel and try again.",
    ),
    Reason.DUPLICATE: (
        "Das Netzwerk hält den Beitrag für doppelt. Bitte seht im Kanal nach und entscheidet.",
        "The network takes the post for a duplicate. Please look at the channel and decide.",
    ),
    Reason.CONTENT: (
        "Das Netzwerk lehnt den Text ab. Bitte formuliert ihn um und plant den Beitrag neu.",
        "The network refuses the text. Please reword it and plan the post again.",
    ),
    Reason.MEDIA: (
        "Das Netzwerk lehnt ein Bild ab. Bitte tauscht es aus und plant den Beitrag neu.",
        "The network refuses a picture. Please replace it and plan the post again.",
    ),
    Reason.PERMISSION: (
        "Unserem Zugang fehlt ein Recht in diesem Netzwerk. Bitte prüft die Einstellungen des Kanals.",
        "Our access lacks a permission in this network. Please check the channel's settings.",
    ),
    Reason.POLICY: (
        "Das Netzwerk lehnt den Beitrag nach seinen Regeln ab.",
        "The network refuses the post under its rules.",
    ),
    Reason.MONEY: (
        "Das Monatsbudget des Kanals ist verbraucht oder nicht gesetzt. Bitte erhöht es oder wartet einen Monat.",
        "The channel's monthly budget is spent or not set. Please raise it or wait for a month.",
    ),
    Reason.OUTAGE: (
        "Das Netzwerk ist gerade nicht erreichbar. Wir versuchen es wieder.",
        "The network cannot be reached at the moment. We will try again.",
    ),
    Reason.STALLED: (
        "Unser Rechner kam nicht rechtzeitig dazu. Der Beitrag geht gleich hinaus.",
        "Our machine did not get to it in time. The post goes out in a moment.",
    ),
}
"""What people read about each reason: German, English."""
