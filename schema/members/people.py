"""Members as others see them, and what they can do."""

from datetime import date, datetime
from typing import Optional
from uuid import UUID

import models
from models.access import Viewer as Asking
from models.access import manages
from models.language import Language
from models.members import FieldVisibility, PersonState, SkillState, WeekPart, seeing
from models.roles import Role
from schema.binding import bound, localised, relation
from schema.derived import derived
from schema.described import enum
from schema.localised import LocalisedText

enum(Role)
enum(PersonState)
enum(WeekPart)


@bound(models.Skill)
class Skill:
    """An entry of the catalogue of skills. Members may propose one; managers approve it, or merge it into another."""

    id: UUID
    key: str
    """The stable name in addresses and files."""
    label: LocalisedText = localised("label")
    synonyms: list[str]
    state: SkillState
    version: int
    parent: Optional["Skill"] = relation("parent", scoped=True)  # a string would hide the null
    """The family it belongs to, such as software development."""
    merged_into: Optional["Skill"] = relation("merged_into", scoped=True)


@bound(models.PersonSkill)
class PersonSkill:
    """Somebody can do something. There is no level: nobody is measured."""

    id: UUID
    skill: Skill | None = relation("skill", scoped=True)


@bound(models.Person)
class Person:
    """A member, as far as they show themselves to you. Addresses are never shown.

    Each field is shown to the public, to members, to the matched (people of a common team, accepted applications) or to
    nobody, as its owner decides. What is not for you reads as if it had never been filled in. Strangers see only who
    shows their name to the public; they read names under public stories.
    """

    id: UUID
    handle: str
    pronouns: str
    """As the person wrote them; empty for most, which means nothing."""
    skills: list[PersonSkill] = relation("skills", order="id", first=40, scoped=True)
    """What they can do, if you may see it."""

    @derived("display_name", "name_for", "handle", "id")
    def display_name(name: str, shown: FieldVisibility, handle: str, id: UUID, viewer: Asking) -> str:
        """Their name. Managers, who meet everybody, read the handle of those who keep their name to themselves."""
        return name if seeing.is_shown(shown, id, viewer) else handle

    @derived("about", "about_for", "id", "links_held")
    def about(about: str, shown: FieldVisibility, id: UUID, held: bool, viewer: Asking) -> str | None:
        """What they write about themselves. Links of a new account are held back at first."""
        return seeing.shown_about(about, shown, id, held, viewer)

    @derived("place", "place_for", "id")
    def place(place: str, shown: FieldVisibility, id: UUID, viewer: Asking) -> str | None:
        """Where they are, in their words."""
        return seeing.shown_text(place, shown, id, viewer)

    @derived("links", "links_for", "id", "links_held")
    def links(links: list[str], shown: FieldVisibility, id: UUID, held: bool, viewer: Asking) -> list[str]:
        """Their addresses on the web. Those of a new account are held back at first."""
        if held and not seeing.sees_held_links(id, viewer):
            return []
        return seeing.shown_list(links, shown, id, viewer)

    @derived("languages", "languages_for", "id")
    def languages(languages: list[str], shown: FieldVisibility, id: UUID, viewer: Asking) -> list[str]:
        """ISO 639 codes of the languages they speak or sign, the preferred one first."""
        return seeing.shown_list(languages, shown, id, viewer)

    @derived("hours_per_week", "availability_for", "id")
    def hours_per_week(hours: int | None, shown: FieldVisibility, id: UUID, viewer: Asking) -> int | None:
        """Hours a week that they can give."""
        return hours if seeing.is_shown(shown, id, viewer) else None

    @derived("week_parts", "availability_for", "id")
    def week_parts(parts: list[str], shown: FieldVisibility, id: UUID, viewer: Asking) -> list[WeekPart]:
        """When they have time, in their own time zone."""
        return [WeekPart(part) for part in seeing.shown_list(parts, shown, id, viewer)]

    @derived("away_until", "availability_for", "id")
    def away_until(day: date | None, shown: FieldVisibility, id: UUID, viewer: Asking) -> date | None:
        """The last day on which they are away and not asked for anything; one that has passed means nothing."""
        return day if seeing.is_shown(shown, id, viewer) else None

    @derived("time_zone", "time_zone_for", "id")
    def time_zone(zone: str, shown: FieldVisibility, id: UUID, viewer: Asking) -> str | None:
        """Their time zone, such as `Europe/Berlin`."""
        return seeing.shown_text(zone, shown, id, viewer)

    @derived("state", "id")
    def state(state: PersonState, id: UUID, viewer: Asking) -> PersonState | None:
        """Where the account stands; for themselves and for managers."""
        return state if id == viewer.person_id or manages(viewer) else None

    @derived("locale", "id")
    def language(locale: Language, id: UUID, viewer: Asking) -> Language | None:
        """In which language they are written to; for themselves."""
        return locale if id == viewer.person_id else None

    @derived("version", "id")
    def version(version: int, id: UUID, viewer: Asking) -> int | None:
        """What `updateProfile` compares; for themselves and for managers."""
        return version if id == viewer.person_id or manages(viewer) else None

    @derived("links_held", "id")
    def links_held(held: bool, id: UUID, viewer: Asking) -> bool | None:
        """Whether their links are still held back; for themselves and for managers."""
        return held if seeing.sees_held_links(id, viewer) else None

    @derived("young_until", "id")
    def protected(until: object, id: UUID, viewer: Asking) -> bool | None:
        """Whether they said that they are below 16; for themselves and for managers."""
        return until is not None if id == viewer.person_id or manages(viewer) else None


@bound(models.RoleGrant)
class RoleGrant:
    """A role that somebody was given, by whom and why."""

    id: UUID
    role: Role
    reason: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    person: Person | None = relation("person", scoped=True)
