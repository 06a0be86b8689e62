"""Questions for tests: asked, and waiting for somebody who knows."""

from datetime import datetime
from typing import Any
from uuid import UUID

import models
from models.access import Viewer
from models.language import Language
from models.members import Consent, Person, PersonSkill, Purpose
from models.questions import Asked, Priority, Question, QuestionKind

TITLE = "Wie richten wir eine Umgebung ein?"


async def asked(by: Viewer, now: datetime, title: str = TITLE, **more: Any) -> Question:
    """Not looked at yet."""
    skills = more.pop("skills", ())
    said = Asked(title=title, skills=list(skills), language=more.pop("language", Language.DE))
    return await Question.ask(said, by=by, now=now, **more)


async def waiting(
    by: Viewer, manager: Viewer, now: datetime, *, priority: Priority = Priority.NORMAL, **more: Any
) -> Question:
    """A manager has looked at it."""
    question = await asked(by, now, **more)
    return await Question.triage(question.id, QuestionKind.CONTENT, priority=priority, by=manager, now=now)


async def skill(de: str = "Python", en: str = "Python", **more: Any) -> UUID:
    row = await models.Skill.create(key=de.lower(), label_de=de, label_en=en, state="approved", **more)
    return row.id


async def knows(viewer: Viewer, skill_id: UUID, now: datetime, *, languages: list[str] | None = None) -> Viewer:
    """They have named the skill, and agree to be found by it."""
    assert viewer.person_id is not None
    await PersonSkill.create(person_id=viewer.person_id, skill_id=skill_id)
    await Consent.give(Purpose.MATCHING, Language.DE, by=viewer, now=now)
    await Person.filter(id=viewer.person_id).update(languages=languages or ["de"])
    return viewer


async def told(kind: str) -> list[UUID]:
    """Whom a kind was told, as often as they were."""
    rows = models.Notification.filter(what=kind).exclude(state="cancelled").order_by("id")
    return list(await rows.values_list("person_id", flat=True))  # type: ignore[arg-type]
