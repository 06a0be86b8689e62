"""Skills: a catalogue in German and English with synonyms, to which members propose; and who has which."""

import re
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self
from uuid import UUID

from tortoise import fields
from tortoise.queryset import QuerySet
from tortoise.transactions import in_transaction

from models import text
from models.access import Viewer, require, visible
from models.base import Row
from models.errors import NotFound
from models.folding import fold
from models.machine import Actor, Edge, Stateful, Table
from models.members.person import Person
from models.members.refusals import MergeIntoItself, SkillKnown, SkillTooMany
from models.outbox import AuditEvent, OutboxEvent
from models.roles import Role

LABEL_MAX = 80
MOST_SYNONYMS = 20
MOST_SKILLS = 40
KEY = re.compile(r"[^a-z0-9+#]+")


class SkillState(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"
    MERGED = "merged_into"


K = SkillState
CURATORS = frozenset({Role.COMMUNITY_MANAGER, Role.ADMINISTRATOR})


def spelling(words: str) -> str:
    """How a name is kept for finding: folded, without the characters that have a meaning in a search."""
    return re.sub(r"[%_|\\]", " ", fold(words)).strip()


async def move_to_target(skill: Any, by: Actor, now: datetime) -> None:
    """Whatever names the old skill names the other one from now on; what would be there twice goes.

    Reads the keys of all models that refer to a skill, so a new one needs nothing here.
    """
    for name in sorted(Skill._meta.backward_fk_fields):
        if name == "merged":
            continue
        key: Any = Skill._meta.fields_map[name]
        model, column = key.related_model, key.relation_field
        for row in await model.filter(**{column: skill.id}).select_for_update():
            if await _is_there(model, row, column, skill.merged_into_id):
                await row.delete()
            else:
                setattr(row, column, skill.merged_into_id)
                await row.save(update_fields=[column])


async def _is_there(model: Any, row: Any, column: str, target: UUID) -> bool:
    field = column.removesuffix("_id")
    for group in model._meta.unique_together:
        if field in group or column in group:
            others = [_column(model, name) for name in group if name not in (field, column)]
            if await model.filter(**{name: getattr(row, name) for name in others}, **{column: target}).exists():
                return True
    return False


def _column(model: Any, name: str) -> str:
    return f"{name}_id" if name in model._meta.fk_fields else name


class Skill(Stateful):
    """One entry of the catalogue. `found_by` holds every folded name between bars: `|python|programmieren|`."""

    kind = "skill"
    transitions: ClassVar[Table] = Table(
        Edge(K.PROPOSED, "approve", K.APPROVED, CURATORS),
        Edge(K.PROPOSED, "decline", K.DECLINED, CURATORS),
        Edge(K.PROPOSED, "merge", K.MERGED, CURATORS, effects=(move_to_target,)),
        Edge(K.APPROVED, "merge", K.MERGED, CURATORS, effects=(move_to_target,)),
    )

    key = fields.CharField(max_length=80, unique=True)
    label_de = fields.CharField(max_length=LABEL_MAX)
    label_en = fields.CharField(max_length=LABEL_MAX, default="")
    synonyms: Any = fields.JSONField(default=list)
    found_by = fields.TextField(default="")
    parent: fields.ForeignKeyNullableRelation["Skill"] = fields.ForeignKeyField(
        "models.Skill", related_name="children", null=True, on_delete=fields.SET_NULL, db_index=True
    )
    parent_id: UUID | None
    merged_into: fields.ForeignKeyNullableRelation["Skill"] = fields.ForeignKeyField(
        "models.Skill", related_name="merged", null=True, on_delete=fields.RESTRICT, db_index=True
    )
    merged_into_id: UUID | None
    state = fields.CharEnumField(SkillState, max_length=24, default=SkillState.PROPOSED)
    proposed_by_id = fields.UUIDField(null=True, db_index=True)

    class Meta:
        table = "skill"

    def remember_names(self) -> None:
        """Whoever sets labels or synonyms calls this before saving: it is what the skill is found by."""
        names = [spelling(name) for name in (self.label_de, self.label_en, *self.synonyms)]
        self.found_by = "|" + "|".join(dict.fromkeys(name for name in names if name)) + "|"

    @classmethod
    def named(cls, words: str) -> QuerySet[Self]:
        """The catalogue's entries with a name that begins with these words, however it is typed (E24)."""
        return cls.filter(found_by__contains=f"|{spelling(words)}")

    @classmethod
    async def find(cls, words: str) -> Self | None:
        """The skill that is called exactly so, in either language or by a synonym; merged ones lead to their target."""
        found = await cls.filter(found_by__contains=f"|{spelling(words)}|").exclude(state=K.DECLINED).order_by("id")
        rows = sorted(found, key=lambda skill: [K.APPROVED, K.MERGED, K.PROPOSED].index(skill.state))
        skill = rows[0] if rows else None
        while skill is not None and skill.merged_into_id:
            skill = await cls.get(id=skill.merged_into_id)
        return skill

    @classmethod
    async def propose(
        cls,
        label_de: str,
        label_en: str = "",
        *,
        by: Viewer,
        now: datetime,
        synonyms: Iterable[str] = (),
        parent_id: UUID | None = None,
    ) -> Self:
        """Propose an entry; for oneself it can be used at once. Raises `SkillKnown` when there is one by this name."""
        require(by, Role.PARTICIPANT)
        de = text.line(label_de, "labelDe", LABEL_MAX)
        en = text.line(label_en, "labelEn", LABEL_MAX, required=False)
        others = [text.line(name, "synonyms", LABEL_MAX) for name in list(synonyms)[:MOST_SYNONYMS]]
        async with in_transaction():
            for name in filter(None, (de, en, *others)):
                known = await cls.find(name)
                if known and (known.state is K.APPROVED or known.proposed_by_id == by.person_id):
                    raise SkillKnown("labelDe")
            skill = cls(
                label_de=de, label_en=en, synonyms=others, parent_id=parent_id, proposed_by_id=by.person_id,
            )  # fmt: skip
            skill.key = await cls._free_key(en or de)
            skill.remember_names()
            await skill.save(force_create=True)
            await AuditEvent.record(skill, "propose", by=by, now=now, after=K.PROPOSED.value)
            await OutboxEvent.record("skill.proposed", subject_kind=cls.kind, subject_id=skill.id, now=now)
        return skill

    @classmethod
    async def _free_key(cls, words: str) -> str:
        key = KEY.sub("-", fold(words)).strip("-")[:70] or "skill"
        taken: set[Any] = set(await cls.filter(key__startswith=key).values_list("key", flat=True))
        number = 1
        while (name := key if number == 1 else f"{key}-{number}") in taken:
            number += 1
        return name

    @classmethod
    async def approve(
        cls,
        id: UUID,
        *,
        by: Viewer,
        now: datetime,
        label_de: str | None = None,
        label_en: str | None = None,
        synonyms: Iterable[str] | None = None,
        parent_id: UUID | None = None,
    ) -> Self:
        """Take a proposal into the catalogue, with corrected words if need be."""
        require(by, *CURATORS)
        async with in_transaction():
            skill = await cls.locked(id)
            if label_de is not None:
                skill.label_de = text.line(label_de, "labelDe", LABEL_MAX)
            if label_en is not None:
                skill.label_en = text.line(label_en, "labelEn", LABEL_MAX, required=False)
            if synonyms is not None:
                skill.synonyms = [text.line(name, "synonyms", LABEL_MAX) for name in list(synonyms)[:MOST_SYNONYMS]]
            if parent_id is not None and not await cls.filter(id=parent_id, state=K.APPROVED).exists():
                raise NotFound("parentId")
            skill.parent_id = parent_id or skill.parent_id
            skill.remember_names()
            await skill.follow("approve", by=by, now=now)
        return skill

    @classmethod
    async def decline(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        """Not a skill for the catalogue; whoever has it keeps it for themselves."""
        require(by, *CURATORS)
        async with in_transaction():
            skill = await cls.locked(id)
            await skill.follow("decline", by=by, now=now)
        return skill

    @classmethod
    async def merge(cls, id: UUID, into: UUID, *, by: Viewer, now: datetime) -> Self:
        """One skill less: its names become synonyms of the other, and everybody who has it has the other."""
        require(by, *CURATORS)
        async with in_transaction():
            first, second = sorted((id, into))  # one order for everybody: two merges cannot wait for each other
            rows = {first: await cls.locked(first), second: await cls.locked(second, "into")}
            skill, target = rows[id], rows[into]
            if id == into or target.state is not K.APPROVED:
                raise MergeIntoItself("into")
            names = (*target.synonyms, skill.label_de, skill.label_en, *skill.synonyms)
            own = {target.label_de, target.label_en, ""}
            target.synonyms = [name for name in dict.fromkeys(names) if name not in own]
            target.remember_names()
            skill.merged_into_id = target.id
            await skill.follow("merge", by=by, now=now, into=str(target.id))
            await target.save()
            await cls.filter(merged_into_id=skill.id).update(merged_into_id=target.id)
            await cls.filter(parent_id=skill.id).exclude(id=target.id).update(parent_id=target.id)
            await cls.filter(id=target.id, parent_id=skill.id).update(parent_id=None)
        return target


class PersonSkill(Row):
    """Somebody can do something. Nobody is measured: there is no level (E42)."""

    kind = "person_skill"

    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="skills", db_index=True
    )
    person_id: UUID
    skill: fields.ForeignKeyRelation[Skill] = fields.ForeignKeyField(
        "models.Skill", related_name="people", db_index=True, on_delete=fields.CASCADE
    )
    skill_id: UUID

    class Meta:
        table = "person_skill"
        unique_together = (("person", "skill"),)

    @classmethod
    async def choose(cls, person_id: UUID, skill_ids: Iterable[UUID], *, by: Viewer, now: datetime) -> None:
        """Say all skills of a profile anew: approved ones and one's own proposals."""
        wanted = set(skill_ids)
        if len(wanted) > MOST_SKILLS:
            raise SkillTooMany("skillIds")
        async with in_transaction():
            await Person.locked(person_id)
            known = await visible(Skill.filter(id__in=list(wanted)), by)
            if len(known) < len(wanted):
                raise NotFound("skillIds")
            ids = {skill.merged_into_id or skill.id for skill in known}
            await cls.filter(person_id=person_id).exclude(skill_id__in=list(ids)).delete()
            has = set(await cls.filter(person_id=person_id).values_list("skill_id", flat=True))
            await cls.bulk_create([cls(person_id=person_id, skill_id=id) for id in sorted(ids - has)])
