"""What can be asked about members and skills."""

from datetime import datetime
from uuid import UUID

import strawberry
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

import models
from models.access import manages, shown_to, visible
from models.members import FieldVisibility, Purpose, SkillState
from models.members.consents import WORDINGS
from models.members.hiding import newcomers
from models.members.looking import PersonOrder
from schema.binding import reads
from schema.context import Context, Info
from schema.described import computed, enum
from schema.localised import LocalisedText
from schema.members.looking_after import BulkHide
from schema.members.own import ConsentText, Viewer
from schema.members.people import Person, RoleGrant, Skill
from schema.moments import moment
from schema.paging import Connection, Page

enum(PersonOrder)


def you(context: Context) -> Viewer:
    """The viewer as GraphQL shows them."""
    return Viewer(roles=sorted(context.viewer.roles))


def _with_skill(rows: QuerySet[models.Person], skill_id: UUID, info: Info) -> QuerySet[models.Person]:
    """Of these people those who show you that they have a skill: who hides it is not found by it."""
    viewer, has = info.context.viewer, rows.filter(skills__skill_id=skill_id, skills__skill__state=SkillState.APPROVED)
    shows = Q(skills_for__in=shown_to(viewer))
    if viewer.matched:
        shows |= Q(skills_for=FieldVisibility.MATCHED, id__in=sorted(viewer.matched))
    return has.filter(shows)


@strawberry.type
class MemberQuery:
    @computed
    def viewer(self, info: Info) -> Viewer:
        """You: roles, sessions, tokens."""
        return you(info.context)

    @reads(Person | None)
    def person(self, info: Info, id: UUID | None = None, handle: str | None = None) -> QuerySet[models.Person]:
        """A member by id or handle, as far as they show themselves to you."""
        found = models.Person.filter(id=id) if id else models.Person.filter(handle=handle or "")
        return visible(found, info.context.viewer)

    @reads(Connection[Person])
    def people(
        self, info: Info, skill_id: UUID | None = None, order: PersonOrder = PersonOrder.SHUFFLED
    ) -> Page[models.Person]:
        """Members in today's order, as far as they show themselves to you; with a skill, those who show you it."""
        rows = visible(models.Person.filter(state="active"), info.context.viewer)
        return Page(_with_skill(rows, skill_id, info) if skill_id else rows, order=order.columns)

    @reads(Connection[Person])
    def newcomers(self, info: Info, joined_since: datetime) -> Page[models.Person]:
        """New accounts since a moment that nobody has vouched for, newest first; for managers who look for spam."""
        rows = newcomers(moment(joined_since, "joinedSince"))
        return Page(rows if manages(info.context.viewer) else rows.filter(id__isnull=True), order=("-id",))

    @reads(Connection[BulkHide])
    def bulk_hides(self, info: Info) -> Page[models.BulkHide]:
        """What was hidden with one click, newest first; for managers."""
        rows = visible(models.BulkHide.all(), info.context.viewer)
        return Page(rows, order=("-id",))

    @reads(Connection[RoleGrant])
    def role_grants(self, info: Info, person_id: UUID | None = None) -> Page[models.RoleGrant]:
        """Roles that were given, newest first, for staff."""
        rows = models.RoleGrant.filter(person_id=person_id) if person_id else models.RoleGrant.all()
        return Page(visible(rows, info.context.viewer), order=("-id",))

    @reads(Connection[Skill])
    def skills(self, info: Info, search: str | None = None, proposed: bool = False) -> Page[models.Skill]:
        """The catalogue by key, or the proposals that wait (all for managers, else your own).

        `search` is the beginning of a name in either language or of a synonym, however its umlauts are typed.
        """
        rows = models.Skill.named(search) if search else models.Skill.all()
        state = SkillState.PROPOSED if proposed else SkillState.APPROVED
        return Page(visible(rows.filter(state=state), info.context.viewer), order=("key", "id"))

    @computed
    def consent_texts(self, info: Info) -> list[ConsentText]:
        """The present wording for each purpose."""
        return [
            ConsentText(purpose=purpose, version=said.version, text=LocalisedText(de=said.de, en=said.en))
            for purpose, said in ((each, WORDINGS[each]) for each in Purpose)
        ]
