"""What community managers do for members and against spam; everything can be undone."""

from datetime import datetime
from uuid import UUID

import strawberry

import models
from schema.binding import bound
from schema.derived import derived
from schema.described import answer, given
from schema.inputs import Given, Payload
from schema.members.people import Person


@bound(models.BulkHide)
class BulkHide:
    """One click that hid many accounts, and can be taken back."""

    id: UUID
    reason: str
    created_at: datetime
    undone_at: datetime | None

    @derived("person_ids")
    def count(person_ids: list[str]) -> int:
        """How many were hidden."""
        return len(person_ids)


@given
class RestrictMemberInput(Given):
    id: UUID
    reason: str


@answer
class RestrictMemberPayload(Payload):
    person: Person | None


@given
class LiftMemberInput(Given):
    id: UUID
    reason: str = ""


@answer
class LiftMemberPayload(Payload):
    person: Person | None


@given
class HideMembersInput(Given):
    """Either the members by their ids, or every new account since a moment; staff are never hidden."""

    reason: str
    ids: list[UUID] = strawberry.field(default_factory=list)
    joined_since: datetime | None = None


@answer
class HideMembersPayload(Payload):
    hide: BulkHide | None


@given
class UndoHideMembersInput(Given):
    id: UUID


@answer
class UndoHideMembersPayload(Payload):
    hide: BulkHide | None


@given
class VouchForMemberInput(Given):
    id: UUID


@answer
class VouchForMemberPayload(Payload):
    person: Person | None


@given
class LiftProtectionInput(Given):
    id: UUID


@answer
class LiftProtectionPayload(Payload):
    person: Person | None


@given
class TakeHumanStepInput(Given):
    """You have looked at two people, one of whom is below 16: they may be matched one to one."""

    person_id: UUID
    other_id: UUID
    note: str = ""


@answer
class TakeHumanStepPayload(Payload):
    taken: bool
