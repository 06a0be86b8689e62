"""Four consents, each given and withdrawn alone (E9): account, newsletter, matching, story.

A consent keeps which version of which wording was agreed to, with its hash, and when. The wordings stand here; a
changed one gets a new version. The newsletter's own double opt-in (`models/newsletter/consent.py`) proves the mailbox
as well, for people with and without an account; here a member says so for the account.
"""

import hashlib
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, NamedTuple, Self
from uuid import UUID

from tortoise import fields
from tortoise.transactions import in_transaction

from models.access import SYSTEM, Viewer
from models.base import Moment
from models.errors import NotFound, SignInNeeded
from models.language import Language
from models.machine import Actor, Edge, Stateful, Table
from models.members.person import Person
from models.roles import Role

PENDING_FOR = timedelta(days=7)


class Purpose(StrEnum):
    ACCOUNT = "account"
    NEWSLETTER = "newsletter"
    MATCHING = "matching"
    STORY = "story"


class ConsentStatus(StrEnum):
    PENDING = "pending"
    GIVEN = "given"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Wording(NamedTuple):
    version: str
    de: str
    en: str

    def text(self, language: Language) -> str:
        return self.en if language is Language.EN else self.de

    def sha256(self, language: Language) -> str:
        return hashlib.sha256(self.text(language).encode()).hexdigest()


WORDINGS = {
    Purpose.ACCOUNT: Wording(
        "1",
        "Ich möchte ein Konto in der Community. Dafür werden meine E-Mail-Adresse, mein Name und das, was ich in mein "
        "Profil schreibe, gespeichert. Bei jedem Feld bestimme ich, wer es sieht. Ich kann jederzeit alles "
        "herunterladen und löschen lassen.",
        "I would like an account in the community. For this my e-mail address, my name and what I write into my "
        "profile are kept. For each field I decide who sees it. I can download everything and have it deleted at any "
        "time.",
    ),
    Purpose.NEWSLETTER: Wording(
        "1",
        "Ich möchte einmal in der Woche den Newsletter an die Adresse meines Kontos bekommen. Abbestellen kann ich ihn "
        "jederzeit, auch mit dem Link in jeder Mail.",
        "I would like to get the newsletter once a week at the address of my account. I can unsubscribe at any time, "
        "also with the link in every mail.",
    ),
    Purpose.MATCHING: Wording(
        "1",
        "Mir dürfen Teams und Menschen vorgeschlagen werden, und ich ihnen. Dafür werden Fähigkeiten, Sprachen, Zeiten "
        "und Stunden aus meinem Profil verglichen; Name, Bild, Alter, Geschlecht und Herkunft nie.",
        "Teams and people may be suggested to me, and I to them. For this, skills, languages, times and hours of my "
        "profile are compared; name, picture, age, gender and origin never are.",
    ),
    Purpose.STORY: Wording(
        "1",
        "In Geschichten über mein Team dürfen mein Name und meine Worte stehen, wenn ich den Text vorher gesehen habe.",
        "Stories about my team may contain my name and my words if I have seen the text before.",
    ),
}

C = ConsentStatus
GIVERS = frozenset({Role.ONESELF, Role.SYSTEM})


async def note_given(consent: Any, by: Actor, now: datetime) -> None:
    consent.given_at, consent.withdrawn_at = now, None
    await consent.save()


async def note_withdrawn(consent: Any, by: Actor, now: datetime) -> None:
    consent.withdrawn_at = now
    await consent.save()


class Consent(Stateful):
    """One person's answer for one purpose; a new one each time, so the old answers stay as proof."""

    kind = "consent"
    transitions: ClassVar[Table] = Table(
        Edge(C.PENDING, "give", C.GIVEN, GIVERS, effects=(note_given,)),
        Edge(C.PENDING, "withdraw", C.WITHDRAWN, GIVERS, effects=(note_withdrawn,)),
        Edge(C.PENDING, "expire", C.EXPIRED, frozenset({Role.SYSTEM})),
        Edge(C.GIVEN, "withdraw", C.WITHDRAWN, GIVERS, effects=(note_withdrawn,)),
        Edge(C.GIVEN, "expire", C.EXPIRED, frozenset({Role.SYSTEM})),
    )

    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="consents", db_index=True
    )
    person_id: UUID
    purpose = fields.CharEnumField(Purpose, max_length=24)
    state = fields.CharEnumField(ConsentStatus, max_length=24, default=ConsentStatus.PENDING)
    language = fields.CharEnumField(Language, max_length=24)
    text_version = fields.CharField(max_length=24)
    text_hash = fields.CharField(max_length=64)
    evidence = fields.CharField(max_length=80, default="")
    """How it was said, in a word: `form`, `api`, `invitation`. No address and no IP (E6)."""
    given_at = Moment(null=True)
    withdrawn_at = Moment(null=True)

    class Meta:
        table = "consent"

    @classmethod
    async def begin(
        cls, person_id: UUID, purpose: Purpose, language: Language, *, now: datetime, evidence: str = ""
    ) -> Self:
        """Somebody has ticked a box and has not proved the mailbox yet. In the caller's transaction."""
        wording = WORDINGS[purpose]
        return await cls.create(
            person_id=person_id, purpose=purpose, language=language, text_version=wording.version,
            text_hash=wording.sha256(language), evidence=evidence,
        )  # fmt: skip

    @classmethod
    async def give(
        cls, purpose: Purpose, language: Language, *, by: Viewer, now: datetime, evidence: str = "api"
    ) -> Self:
        """Agree to the present wording; what was agreed to in its present version stays as it is."""
        person = await cls._oneself(by)
        async with in_transaction():
            await Person.locked(person)
            standing = await cls.filter(person_id=person, purpose=purpose, state__in=[C.GIVEN, C.PENDING]).first()
            if standing and standing.text_version != WORDINGS[purpose].version:
                await standing.follow("expire", by=SYSTEM, now=now)
                standing = None
            if standing is None:
                standing = await cls.begin(person, purpose, language, now=now, evidence=evidence)
            if standing.state is C.PENDING:
                await standing.follow("give", by=by, now=now)
        return standing

    @classmethod
    async def withdraw(cls, purpose: Purpose, *, by: Viewer, now: datetime) -> Self:
        """Take one consent back; the others stay. Without the one for the account, leaving begins."""
        person = await cls._oneself(by)
        async with in_transaction():
            row = await Person.locked(person)
            standing = await cls.filter(person_id=person, purpose=purpose, state__in=[C.GIVEN, C.PENDING]).first()
            if standing is None:
                raise NotFound("purpose")
            await standing.follow("withdraw", by=by, now=now)
            if purpose is Purpose.ACCOUNT:
                await Person.request_erasure(row.id, by=by, now=now)
        return standing

    @classmethod
    async def proved(cls, person_id: UUID, *, now: datetime) -> None:
        """The mailbox is proved: what was ticked when joining counts from now on. In the caller's transaction."""
        for consent in await cls.filter(person_id=person_id, state=C.PENDING).select_for_update():
            await consent.follow("give", by=SYSTEM, now=now)

    @classmethod
    async def withdrawn_elsewhere(cls, email_hash: str, *, now: datetime) -> None:
        """Somebody left the newsletter by the link of a mail: that counts for their account as well."""
        async with in_transaction():
            given = cls.filter(person__email_hash=email_hash, purpose=Purpose.NEWSLETTER, state=C.GIVEN)
            for consent in await given.select_for_update():
                await consent.follow("withdraw", by=SYSTEM, now=now)

    @classmethod
    async def lapse(cls, *, now: datetime, limit: int = 500) -> int:
        """What was ticked and never proved is no consent after a week."""
        async with in_transaction():
            rows = await cls.filter(state=C.PENDING, created_at__lt=now - PENDING_FOR).limit(limit).select_for_update()
            for consent in rows:
                await consent.follow("expire", by=SYSTEM, now=now)
        return len(rows)

    @classmethod
    async def holds(cls, person_id: UUID, purpose: Purpose) -> bool:
        """Whether somebody agrees to it at present."""
        return await cls.filter(person_id=person_id, purpose=purpose, state=C.GIVEN).exists()

    @classmethod
    async def of_everybody(cls, purpose: Purpose) -> set[UUID]:
        """All who agree to it at present; whoever does not is in no suggestion."""
        found = await cls.filter(purpose=purpose, state=C.GIVEN).values_list("person_id", flat=True)
        return set(found)  # type: ignore[arg-type]

    @staticmethod
    async def _oneself(by: Viewer) -> UUID:
        if by.person_id is None:
            raise SignInNeeded()
        return by.person_id
