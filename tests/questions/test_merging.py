"""Two questions become one: all who asked hear of it, each once and in their own language (C2.4)."""

from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

import models
from models.language import Language
from models.members import Person
from models.questions import Question
from tests import people
from tests.questions.waiting import told, waiting

ZONE = ZoneInfo("Europe/Berlin")


async def test_merging_tells_all_who_asked_once_each_in_their_own_language(database: str, now: datetime) -> None:
    """C2.4, E22: also who asked anonymously, also when it is merged again, also along a chain."""
    manager = await people.manager(now=now)
    ada, noor, emil = [
        await people.person(name, now=now, locale=locale)
        for name, locale in (("Ada", Language.DE), ("Noor", Language.EN), ("Emil", Language.DE))
    ]
    also = await people.person("Also", now=now)
    canonical = await waiting(ada, manager, now, title="Welche Rechtsform?")
    second = await waiting(noor, manager, now, title="Which legal form?", anonymous=True)
    third = await waiting(emil, manager, now, title="Verein oder GmbH?")
    await Question.say_me_too(second.id, by=also, now=now)

    await Question.mark_duplicate(second.id, canonical.id, by=manager, now=now)
    assert Counter(await told("question.merged")) == Counter(v.person_id for v in (ada, noor, also))
    await Question.reopen(second.id, by=manager, now=now)
    await Question.mark_duplicate(second.id, canonical.id, by=manager, now=now)
    assert len(await told("question.merged")) == 3, "again, and nobody hears it again"

    lines = {
        row.person_id: row.line((await Person.get(id=row.person_id)).locale, ZONE)
        for row in await models.Notification.filter(what="question.merged")
    }
    assert lines[noor.person_id].startswith("“Which legal form?” was asked by several")  # type: ignore[index]
    assert lines[ada.person_id].startswith("„Welche Rechtsform?“ haben mehrere gefragt")  # type: ignore[index]

    await Question.mark_duplicate(canonical.id, third.id, by=manager, now=now)
    rows = await models.Notification.filter(what="question.merged", subject_id=third.id)
    assert Counter(row.person_id for row in rows) == Counter(v.person_id for v in (ada, noor, also, emil))
    titles = {row.person_id: row.about["title"] for row in rows}
    assert titles[noor.person_id] == "Which legal form?", "along a chain everybody still reads their own words"  # type: ignore[index]

    await Question.answer(third.id, "Ein Verein.", by=manager, now=now)
    assert Counter(await told("question.answered")) == Counter(v.person_id for v in (ada, noor, also, emil))


async def test_who_asked_anonymously_is_told_and_nobody_learns_who(database: str, now: datetime) -> None:
    """C2.3: what others may see of a telling names nobody; thanks go to who answered, and not to oneself."""
    manager, asker = await people.manager(now=now), await people.person("Ada", now=now)
    expert = await people.person("Ines", now=now)
    question = await waiting(asker, manager, now, anonymous=True)
    _, answer = await Question.answer(question.id, "So.", by=expert, now=now)
    await Question.answer(question.id, "Ergänzung.", by=asker, now=now)
    await Question.answer(question.id, "Noch etwas.", by=expert, now=now)
    await Question.accept(question.id, answer.id, by=asker, now=now)

    assert await told("question.answered") == [asker.person_id]
    assert await told("question.answered_again") == [asker.person_id]
    assert await told("question.accepted") == [expert.person_id]
    events = await models.OutboxEvent.exclude(visible_to="person")
    assert not [event for event in events if str(asker.person_id) in str(event.payload) or event.person_id]
    assert all(str(asker.person_id) not in str(row.about) for row in await models.Notification.all())
