"""The Lernplattform as people meet it: suggesting, review, the catalogue, frequent questions, the page, the letter."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2
from starlette.applications import Starlette

import models
from models.learning import LearningResource
from models.newsletter.sections import SectionKey
from models.roles import Role
from models.search import Question, Search, SearchKind, rebuild
from resolvers.http import faq as pages
from tests import people
from tests.graph.frontend import ANONYMOUS, Frontend
from tests.newsletter.readers import composed
from workers import learning
from workers.work import Done, Job, Tools

DAY = timedelta(days=1)
PHONE = {
    "kind": "FAQ", "titleDe": "Ist eine Telefonnummer ein Datum?", "bodyDe": "Ja, ein **personenbezogenes**.",
    "licence": "CC BY 4.0", "level": "BEGINNER",
}  # fmt: skip


async def out(frontend: Frontend, now: datetime, by: Any = None, **more: Any) -> str:
    """Suggested by a member, reviewed and published by an editor; its id."""
    said = {**PHONE, **more}
    by, editor = by or await people.participant(now=now), await people.editor(now=now)
    id: str = (await frontend.do(by, "SuggestResource", **said, isOwnWork=True))["resource"]["id"]
    assert await frontend.code(editor, "ReviewResource", id=id, **said) is None
    due = (now + 90 * DAY).isoformat()
    assert await frontend.code(editor, "PublishResource", id=id, reviewDueAt=due) is None
    return id


async def listed(frontend: Frontend, operation: str, **more: Any) -> list[Any]:
    return [edge["node"] for edge in (await frontend.ask(ANONYMOUS, operation, **more))["edges"]]


async def test_nothing_is_published_before_a_second_person_has_described_it(frontend: Frontend, now: datetime) -> None:
    """C7.3: licence, language, level and review date; and whoever suggested it does not publish it."""
    editor, second = await people.editor(now=now), await people.manager(now=now)
    due = (now + 90 * DAY).isoformat()
    bare = {"kind": "ARTICLE", "titleEn": "How to", "bodyEn": "Like this."}
    made = (await frontend.do(editor, "SuggestResource", **bare))["resource"]
    id = made["id"]

    assert (made["state"], made["language"]) == ("SUGGESTED", "en")
    assert await frontend.code(second, "PublishResource", id=id, reviewDueAt=due) == "WRONG_STATE"
    assert await frontend.code(editor, "ReviewResource", id=id, **bare) is None
    told = await frontend.do(second, "PublishResource", id=id, reviewDueAt=due)
    assert (told["code"], told["path"]) == ("NOT_DESCRIBED", "licence") and "Lizenz" in told["messageDe"]
    assert await frontend.code(second, "ReviewResource", id=id, **bare, licence="CC0", level="EXPERT") is None
    assert await frontend.code(second, "PublishResource", id=id) == "NOT_DESCRIBED"
    long = (now + 800 * DAY).isoformat()
    assert await frontend.code(second, "PublishResource", id=id, reviewDueAt=long) == "REVIEW_DATE_OUT_OF_RANGE"
    assert await frontend.code(editor, "PublishResource", id=id, reviewDueAt=due) == "FOUR_EYES"
    assert await listed(frontend, "Learning") == []
    assert await frontend.code(second, "PublishResource", id=id, reviewDueAt=due) is None
    assert [row["id"] for row in await listed(frontend, "Learning")] == [id]
    assert await frontend.code(editor, "ReviewResource", id=id, **bare) == "NOT_DESCRIBED", "not robbed of it either"


async def test_the_catalogue_is_looked_through_by_topic_level_language_time_and_access(
    frontend: Frontend, now: datetime
) -> None:
    skill = await models.Skill.create(key="datenschutz", label_de="Datenschutz", state="approved")
    author = await people.person("Ines Álvarez", Role.EXPERT, now=now)
    await models.Person.filter(id=author.person_id).update(name_for="public")
    phone = await out(frontend, now, author, skills=[str(skill.id)], titleEn="Is it personal data?")
    film = {"kind": "VIDEO", "titleDe": "Film", "urlDe": "https://film.example.org/", "minutes": 14, "bodyDe": ""}
    silent = await out(frontend, now, **film)
    with_captions = await out(frontend, now, **film, captions=True)

    async def ids(operation: str = "Learning", **more: Any) -> set[str]:
        return {row["id"] for row in await listed(frontend, operation, **more)}

    assert await ids() == {phone, silent, with_captions}
    assert await ids(skill=str(skill.id), level="BEGINNER", languages=["en"]) == {phone}
    assert await ids(maxMinutes=15, accessible=True) == {with_captions}
    assert await ids(accessible=True) == {phone, with_captions}
    assert await ids(level="EXPERT") == set()
    assert await ids("Faq", language="EN") == await ids("Faq", skill=str(skill.id)) == {phone}
    (row,) = await listed(frontend, "Faq")
    assert row["author"]["displayName"] == "Ines Álvarez" and row["origin"] == "MENTOR"

    await rebuild()
    hits = await Search(Question.of("personenbezogen"), ANONYMOUS).hits(9)
    assert [(hit.kind, str(hit.subject_id)) for hit in hits] == [(SearchKind.LEARNING, phone)]


async def test_the_page_of_frequent_questions_says_where_a_text_is_missing(frontend: Frontend, now: datetime) -> None:
    """C15.4, E23: without an English text the German one stands there, marked; what is gone is gone."""
    id = await out(frontend, now)
    app = Starlette(routes=pages.routes)
    app.state.site, app.state.now = frontend.services.site, lambda: now
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://test") as client:
        german, english = (await client.get("/de/faq")).text, (await client.get("/en/faq")).text
        one = (await client.get(f"/en/learning/{id}")).text
        await LearningResource.archive((await LearningResource.get(id=id)).id, by=await people.editor(now=now), now=now)
        gone = (await client.get(f"/en/learning/{id}")).status_code, (await client.get("/de/faq")).text

    assert "<strong>personenbezogenes</strong>" in german and "in German" not in german
    assert "Ist eine Telefonnummer ein Datum?" in english and 'lang="de"' in english and "in German" in english
    assert "CC BY 4.0" in one and "Zoë" not in one, "her name is for members"
    assert gone[0] == 404 and "Telefonnummer" not in gone[1]


async def test_what_is_due_for_another_look_leaves_the_lists_and_its_keepers_hear_of_it(
    frontend: Frontend, tools: Tools, now: datetime
) -> None:
    """C8: stale after its date, once however often the job runs; an author hears where it leads nowhere."""
    id = await out(frontend, now)
    author, editor = await models.LearningResource.get(id=id), await people.editor(now=now)
    issue = await composed(now + 3 * DAY)
    assert [item.section for item in await models.IssueItem.filter(issue_id=issue.id, source_id=id)] == [
        SectionKey.LEARNING
    ]
    later = now + 91 * DAY
    for _ in range(2):
        job = Job(id=uuid4(), work="learning.review_due", key="1", payload={}, attempts=1)
        assert await learning.review_due(replace(tools, now=lambda: later), job) == Done()

    assert await listed(frontend, "Learning") == []
    assert (await frontend.ask(ANONYMOUS, "LearningResourcePage", id=id))["state"] == "STALE"
    assert await models.Notification.filter(what="learning.stale", person_id=editor.person_id).count() == 1
    frontend.at(later)
    assert await frontend.code(editor, "PublishResource", id=id, reviewDueAt=(later + DAY).isoformat()) is None
    assert await frontend.code(editor, "MarkResourceBroken", id=id, reason="Die Seite ist weg.") is None
    assert await frontend.ask(ANONYMOUS, "LearningResourcePage", id=id) is None
    told = models.Notification.filter(person_id=author.suggested_by_id).order_by("id")
    assert [row.what for row in await told] == ["learning.published", "learning.broken"]
