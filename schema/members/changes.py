"""What mutations about profiles, skills, consents and one another take and answer."""

from datetime import date
from uuid import UUID

import strawberry

from models.language import Language
from models.members import AliasContext, FieldVisibility, ProfileField, Purpose, WeekPart
from schema.described import answer, given
from schema.inputs import Given, Payload
from schema.members.own import Alias, Block, Consent
from schema.members.people import Person, Skill


@given
class FieldShownInput:
    """Show a field of your profile to somebody else than before."""

    field: ProfileField
    visibility: FieldVisibility


@given
class UpdateProfileInput(Given):
    """What is left out stays as it is; an empty text or list says nothing any more."""

    version: int | None = None
    """The version that you changed; a refusal `STALE` says that somebody was faster."""
    display_name: str | None = None
    pronouns: str | None = None
    """At most 40 characters, in your words. Nobody has to say them."""
    language: Language | None = None
    time_zone: str | None = None
    about: str | None = None
    """At most 2,000 characters."""
    place: str | None = None
    links: list[str] | None = None
    """At most 5, each with https://."""
    languages: list[str] | None = None
    """ISO 639 codes, the preferred one first."""
    hours_per_week: int | None = strawberry.UNSET
    """0 to 60; null: not said any more."""
    week_parts: list[WeekPart] | None = None
    """When you have time, in your own time zone."""
    away_until: date | None = strawberry.UNSET
    """The last day on which you are away: until then no question is brought to you. Null: you are back."""
    skill_ids: list[UUID] | None = None
    """All that you can do: entries of the catalogue and your own proposals."""
    visibility: list[FieldShownInput] | None = None


@answer
class UpdateProfilePayload(Payload):
    person: Person | None


@given
class ProposeSkillInput(Given):
    label_de: str
    label_en: str = ""
    synonyms: list[str] = strawberry.field(default_factory=list)
    parent_id: UUID | None = None


@answer
class ProposeSkillPayload(Payload):
    skill: Skill | None


@given
class ApproveSkillInput(Given):
    """What is left out stays as it was proposed."""

    id: UUID
    label_de: str | None = None
    label_en: str | None = None
    synonyms: list[str] | None = None
    parent_id: UUID | None = None


@answer
class ApproveSkillPayload(Payload):
    skill: Skill | None


@given
class DeclineSkillInput(Given):
    id: UUID


@answer
class DeclineSkillPayload(Payload):
    skill: Skill | None


@given
class MergeSkillInput(Given):
    id: UUID
    into: UUID
    """An approved skill; it takes over the other's names and people."""


@answer
class MergeSkillPayload(Payload):
    skill: Skill | None
    """The one that remains."""


@given
class GiveConsentInput(Given):
    purpose: Purpose
    language: Language = Language.DE
    """In which language you saw the wording."""


@answer
class GiveConsentPayload(Payload):
    consent: Consent | None


@given
class WithdrawConsentInput(Given):
    purpose: Purpose


@answer
class WithdrawConsentPayload(Payload):
    consent: Consent | None


@given
class TakeAliasInput(Given):
    context: AliasContext
    name: str


@answer
class TakeAliasPayload(Payload):
    alias: Alias | None


@given
class DropAliasInput(Given):
    id: UUID


@answer
class DropAliasPayload(Payload):
    id: UUID


@given
class BlockMemberInput(Given):
    person_id: UUID


@answer
class BlockMemberPayload(Payload):
    block: Block | None


@given
class UnblockMemberInput(Given):
    person_id: UUID


@answer
class UnblockMemberPayload(Payload):
    person_id: UUID


@given
class DeclareBirthInput(Given):
    year: int
    month: int
    """1 to 12. Neither is kept: only, below 16, until when you are protected."""


@answer
class DeclareBirthPayload(Payload):
    person: Person | None
