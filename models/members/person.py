"""A person of the community: the row, its machine, and the verbs of its life from joining to being forgotten."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Self
from uuid import UUID

from tortoise import fields
from tortoise.transactions import in_transaction

from models import vault
from models.access import SYSTEM, Viewer, require
from models.base import Moment
from models.errors import NotFound, Refusal
from models.language import Language
from models.machine import Actor, Edge, Stateful, Table, edges
from models.members.fields import FieldVisibility, address, person_name
from models.members.refusals import AddressTaken, StillTooEarly, TooLate
from models.roles import Role
from models.shuffling import new_key

REGRET = timedelta(days=7)  # how long somebody may change their mind about leaving (E2)


class PersonState(StrEnum):
    INVITED = "invited"
    PENDING_VERIFICATION = "pending_verification"
    ACTIVE = "active"
    RESTRICTED = "restricted"
    SUSPENDED = "suspended"
    DORMANT = "dormant"
    ERASURE_REQUESTED = "erasure_requested"
    ERASED = "erased"


S = PersonState
KEEPERS = frozenset({Role.ADMINISTRATOR, Role.SYSTEM})
MANAGERS = frozenset({Role.COMMUNITY_MANAGER, Role.ADMINISTRATOR, Role.CONDUCT})
LEAVING = frozenset({Role.ONESELF, Role.ADMINISTRATOR, Role.SYSTEM})
STAYED = (S.ACTIVE, S.DORMANT, S.RESTRICTED, S.SUSPENDED)


async def regret_is_over(person: Any, by: Actor, now: datetime) -> Refusal | None:
    return None if person.erase_at and person.erase_at <= now else StillTooEarly()


def _came_from(*states: PersonState) -> Callable[[Any, Actor, datetime], Any]:
    """Back to where the person was: leaving and changing one's mind lifts no restriction."""

    async def guard(person: Any, by: Actor, now: datetime) -> Refusal | None:
        if person.erase_at and person.erase_at <= now:
            return TooLate()
        return None if person.before_erasure in [state.value for state in states] else NotFound("action")

    return guard


class Person(Stateful):
    """A member. The address is sealed in `contact` and found by `email_hash`; GraphQL shows neither.

    Each `<field>_for` says to whom a field is shown; `models/members/seeing.py` reads them.
    """

    kind = "person"
    transitions: ClassVar[Table] = Table(
        Edge(S.PENDING_VERIFICATION, "verify", S.ACTIVE, KEEPERS),
        Edge(S.PENDING_VERIFICATION, "invite", S.INVITED, KEEPERS),
        Edge(S.INVITED, "accept", S.PENDING_VERIFICATION, KEEPERS),
        Edge(S.ACTIVE, "restrict", S.RESTRICTED, MANAGERS),
        Edge(S.RESTRICTED, "lift", S.ACTIVE, MANAGERS),
        Edge(S.RESTRICTED, "suspend", S.SUSPENDED, frozenset({Role.CONDUCT})),
        Edge(S.ACTIVE, "rest", S.DORMANT, KEEPERS),
        Edge(S.DORMANT, "wake", S.ACTIVE, KEEPERS),
        *edges(STAYED, "request_erasure", S.ERASURE_REQUESTED, LEAVING),
        Edge(S.ERASURE_REQUESTED, "keep", S.ACTIVE, LEAVING, _came_from(S.ACTIVE, S.DORMANT)),
        Edge(S.ERASURE_REQUESTED, "keep_restricted", S.RESTRICTED, LEAVING, _came_from(S.RESTRICTED)),
        Edge(S.ERASURE_REQUESTED, "keep_suspended", S.SUSPENDED, LEAVING, _came_from(S.SUSPENDED)),
        Edge(S.ERASURE_REQUESTED, "erase", S.ERASED, frozenset({Role.SYSTEM}), regret_is_over),
    )

    handle = fields.CharField(max_length=60, unique=True)
    display_name = fields.CharField(max_length=120)
    pronouns = fields.CharField(max_length=40, default="", db_default="")
    locale = fields.CharEnumField(Language, max_length=24, default=Language.DE)
    time_zone = fields.CharField(max_length=60, default="Europe/Berlin")
    contact = fields.TextField(default="")
    email_hash = fields.CharField(max_length=64, unique=True)
    state = fields.CharEnumField(PersonState, max_length=24, default=PersonState.PENDING_VERIFICATION)
    last_active_at = Moment(null=True)

    about = fields.TextField(default="")
    place = fields.CharField(max_length=80, default="")
    links: Any = fields.JSONField(default=list)
    """Web addresses, the person's own."""
    languages: Any = fields.JSONField(default=list)
    """ISO 639 codes, the preferred one first."""
    hours_per_week = fields.SmallIntField(null=True)
    """Hours that the person can give; null: not said."""
    week_parts: Any = fields.JSONField(default=list)
    """Values of `WeekPart`, in the person's zone."""
    away_until = fields.DateField(null=True)
    """The last day on which they are not asked for anything; null, and what has passed: they are here."""

    name_for = fields.CharEnumField(FieldVisibility, max_length=24, default=FieldVisibility.MEMBERS)
    about_for = fields.CharEnumField(FieldVisibility, max_length=24, default=FieldVisibility.MEMBERS)
    place_for = fields.CharEnumField(FieldVisibility, max_length=24, default=FieldVisibility.MEMBERS)
    links_for = fields.CharEnumField(FieldVisibility, max_length=24, default=FieldVisibility.MEMBERS)
    languages_for = fields.CharEnumField(FieldVisibility, max_length=24, default=FieldVisibility.MEMBERS)
    skills_for = fields.CharEnumField(FieldVisibility, max_length=24, default=FieldVisibility.MEMBERS)
    availability_for = fields.CharEnumField(FieldVisibility, max_length=24, default=FieldVisibility.MATCHED)
    time_zone_for = fields.CharEnumField(FieldVisibility, max_length=24, default=FieldVisibility.MATCHED)

    links_held = fields.BooleanField(default=True)
    """Web addresses of a new account are shown to nobody else yet (E49); a job or a manager lets them go."""
    young_until = fields.DateField(null=True)
    """Until when somebody is surely below 16; null for everybody else. All that we keep of an age."""
    dormancy_notice_at = Moment(null=True)
    erase_at = Moment(null=True)
    """When the time for a change of mind is over."""
    before_erasure = fields.CharField(max_length=24, default="")
    shuffle_key = fields.BigIntField(default=new_key)
    turn = fields.BigIntField(default=new_key, db_index=True)
    """Where the person stands in lists today: made from `shuffle_key` anew each day, and of no merit (E43)."""

    class Meta:
        table = "person"

    @property
    def email(self) -> str:
        """The address in the clear; for a mail that is being written, never for a log or an answer."""
        return vault.unseal(self.contact, f"person:{self.id}")

    @property
    def may_sign_in(self) -> bool:
        """Whoever wants to leave may come back for a week to say that they would rather stay."""
        return self.state in (S.PENDING_VERIFICATION, S.ACTIVE, S.RESTRICTED, S.DORMANT, S.ERASURE_REQUESTED)

    def is_young(self, today: date) -> bool:
        return self.young_until is not None and self.young_until > today

    @classmethod
    async def join(cls, *, email: str, name: str, handle: str, now: datetime, locale: Language = Language.DE) -> Self:
        """Make a member, not verified yet. Raises `InvalidAddress`, `InvalidName`, `AddressTaken`."""
        mail, called = address(email), person_name(name)
        person = cls(display_name=called, handle=handle, locale=locale, email_hash=vault.fingerprint(mail))
        person.contact = vault.seal(mail, f"person:{person.id}")
        person.last_active_at = now
        async with in_transaction():
            if await cls.filter(email_hash=person.email_hash).exists():
                raise AddressTaken("email")
            await person.save(force_create=True)
        return person

    async def seen(self, now: datetime) -> None:
        """The person proved the mailbox: that verifies it and wakes a dormant account. Row is locked."""
        self.last_active_at, self.dormancy_notice_at = now, None
        if self.state is S.PENDING_VERIFICATION:
            await self.follow("verify", by=SYSTEM, now=now)
        elif self.state is S.DORMANT:
            await self.follow("wake", by=SYSTEM, now=now)
        else:
            await self.save()

    @classmethod
    async def by_email(cls, email: str) -> Self | None:
        return await cls.filter(email_hash=vault.fingerprint(email)).first()

    @classmethod
    async def act(cls, id: UUID, action: str, *, by: Viewer, now: datetime, note: str = "") -> Self:
        """Follow an edge that changes nothing but the state: `restrict`, `lift`, `suspend`."""
        require(by, *MANAGERS)
        async with in_transaction():
            person = await cls.locked(id)
            await person.follow(action, by=by, now=now, note=note)
        return person

    @classmethod
    async def request_erasure(cls, id: UUID, *, by: Viewer, now: datetime, regret: timedelta = REGRET) -> Self:
        """Leave: nobody sees the person from now on; all is erased when the time for a change of mind is over."""
        async with in_transaction():
            person = await cls.locked(id)
            before = person.state
            person.erase_at, person.before_erasure = now + regret, before.value
            await person.follow("request_erasure", by=by, now=now)
        return person

    @classmethod
    async def cancel_erasure(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        """Stay after all, as restricted or suspended as before. Raises `TooLate` when the regret period is over."""
        async with in_transaction():
            person = await cls.locked(id)
            back = {S.RESTRICTED.value: "keep_restricted", S.SUSPENDED.value: "keep_suspended"}
            action = back.get(person.before_erasure, "keep")
            await person.follow(action, by=by, now=now)
            person.erase_at, person.before_erasure = None, ""
            await person.save()
        return person

    @classmethod
    async def erase(cls, id: UUID, *, now: datetime) -> Self:
        """The end of a person's row: it remains, empty, for whatever counts it. What refers to it is not our business.

        Raises `StillTooEarly` before the regret period is over.
        """
        async with in_transaction():
            person = await cls.locked(id)
            person._forget()
            await person.follow("erase", by=SYSTEM, now=now)
        return person

    def _forget(self) -> None:
        self.handle, self.display_name, self.pronouns = f"erased-{self.id.hex}", "", ""
        self.contact, self.email_hash = "", vault.digest(f"erased:{self.id}")
        self.about, self.place, self.links, self.languages = "", "", [], []
        self.hours_per_week, self.week_parts, self.away_until, self.time_zone = None, [], None, "UTC"
        self.last_active_at = self.dormancy_notice_at = self.young_until = None
