"""Evidence of consent: the exact wording, and an append-only chain of events in which every change would show.

The sender carries the burden of proof (UWG section 7(2), GDPR art. 7(1)). The chained fields hold no address:
`subject_key` is a keyed hash, so erasing a person leaves the chain whole. IP addresses are not kept (E6).
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NoReturn, Self

from tortoise import fields

from models import vault
from models.base import Moment, Row
from models.language import Language
from models.outbox import Pen

PEN = "consent"
GENESIS = "0" * 64

WORDINGS: Mapping[Language, str] = {
    Language.DE: (
        "Ich möchte einmal in der Woche den Newsletter per E-Mail bekommen: Entwicklungen, Erfolge der Projekte und "
        "Bausteine, Sprechstunden, Gesuche und Neues zum Lernen aus der Community. Ich kann ihn jederzeit abbestellen, "
        "zum Beispiel mit dem Link in jeder Mail. Ob ich ihn öffne oder etwas anklicke, wird nicht erfasst."
    ),
    Language.EN: (
        "I would like to get the newsletter by e-mail once a week: developments, successes of the projects and "
        "building blocks, office hours, who looks for whom and what is new to learn in the community. I can "
        "unsubscribe at any time, for example with the link in every mail. Whether I open it or click anything is "
        "not recorded."
    ),
}
"""The wording shown at present. Change it here: a new row is made, the old one stays as it was shown."""


class Fixed(Exception):
    """Evidence is never changed."""


class ConsentWording(Row):
    """A wording exactly as it was shown, byte for byte; never edited."""

    language = fields.CharEnumField(Language, max_length=24)
    text = fields.TextField()
    sha256 = fields.CharField(max_length=64, unique=True)

    class Meta:
        table = "consent_wording"

    async def save(self, *args: Any, **kwargs: Any) -> None:
        if self._saved_in_db:
            raise Fixed("a wording is never edited; show a new one")
        await super().save(*args, **kwargs)

    @classmethod
    async def current(cls, language: Language) -> Self:
        """The wording that pages show at present, kept from its first use."""
        text = WORDINGS[language]
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        if not await cls.filter(sha256=sha256).exists():
            await cls.bulk_create([cls(language=language, text=text, sha256=sha256)], ignore_conflicts=True)
        return await cls.get(sha256=sha256)


class ConsentKind(StrEnum):
    """What happened. That a page was *shown* is not recorded: looking changes nothing (E7)."""

    REQUESTED = "requested"
    CONFIRMATION_SENT = "confirmation_sent"
    CONFIRMED = "confirmed"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"


def subject_key(address_hash: str) -> str:
    """Whom an event is about, without the address and without the key of other tables."""
    return vault.token("newsletter.consent", address_hash)


class ConsentEvent(Row):
    """One link of the chain; `hash` is SHA-256 over `prev_hash` and the canonical row."""

    seq = fields.BigIntField(unique=True)
    subject_key = fields.CharField(max_length=64, db_index=True)
    kind = fields.CharEnumField(ConsentKind, max_length=24)
    at = Moment()
    wording_sha256 = fields.CharField(max_length=64, default="")
    language = fields.CharEnumField(Language, max_length=24)
    form_url = fields.CharField(max_length=300, default="")
    message_id = fields.CharField(max_length=255, default="")
    token_hash = fields.CharField(max_length=64, default="")
    raw_mail_sha256 = fields.CharField(max_length=64, default="")
    prev_hash = fields.CharField(max_length=64)
    hash = fields.CharField(max_length=64)

    class Meta:
        table = "consent_event"

    async def save(self, *args: Any, **kwargs: Any) -> None:
        if self._saved_in_db:
            raise Fixed("evidence is never edited")
        await super().save(*args, **kwargs)

    async def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise Fixed("evidence is never deleted by hand")

    def computed(self) -> str:
        """The hash that this row must have. The moment counts to the millisecond, which both databases keep."""
        said = {
            "seq": self.seq,
            "subject_key": self.subject_key,
            "kind": self.kind.value,
            "at": self.at.astimezone(UTC).isoformat(timespec="milliseconds"),
            "wording_sha256": self.wording_sha256,
            "language": self.language.value,
            "form_url": self.form_url,
            "message_id": self.message_id,
            "token_hash": self.token_hash,
            "raw_mail_sha256": self.raw_mail_sha256,
        }
        canonical = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256((self.prev_hash + canonical).encode()).hexdigest()

    @classmethod
    async def record(
        cls, kind: ConsentKind, address_hash: str, language: Language, *, now: datetime, **evidence: str
    ) -> Self:
        """Add a link, in the caller's transaction: it holds the chain's pen until then, so links follow one another."""
        pen = await _pen()
        previous = await cls.filter(seq=pen.last_seq).first()
        event = cls(
            seq=pen.last_seq + 1,
            subject_key=subject_key(address_hash),
            kind=kind,
            at=now,
            language=language,
            prev_hash=previous.hash if previous else GENESIS,
            **{name: value[:300] for name, value in evidence.items()},
        )
        event.hash = event.computed()
        await event.save(force_create=True)
        pen.last_seq = event.seq
        await pen.save(update_fields=["last_seq", "updated_at"])
        return event

    @classmethod
    async def of(cls, address_hash: str) -> list[Self]:
        """Everything that is recorded about one address, oldest first."""
        return await cls.filter(subject_key=subject_key(address_hash)).order_by("seq")

    @classmethod
    async def first_broken(cls) -> int | None:
        """The number of the first link that was changed, removed or put in; None when the chain is whole."""
        expected, seq = GENESIS, 0
        while rows := await cls.filter(seq__gt=seq).order_by("seq").limit(1000):
            for row in rows:
                if row.seq != seq + 1 or row.prev_hash != expected or row.hash != row.computed():
                    return seq + 1
                expected, seq = row.hash, row.seq
        pen = await Pen.filter(name=PEN).first()
        return seq + 1 if pen and pen.last_seq != seq else None

    @classmethod
    async def anchor(cls) -> tuple[int, str]:
        """Number and hash of the last link: written to the log every night, it fixes everything before it."""
        last = await cls.all().order_by("-seq").first()
        return (last.seq, last.hash) if last else (0, GENESIS)


async def _pen() -> Pen:
    pen = await Pen.filter(name=PEN).select_for_update().first()
    if pen is None:
        await Pen.bulk_create([Pen(name=PEN)], ignore_conflicts=True)
        pen = await Pen.select_for_update().get(name=PEN)
    return pen
