"""Who asks anonymously is learned by nobody: by no path of the schema, no log, no figure (C2.3)."""

import io
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from inspect import isawaitable
from typing import Any

import pytest
from graphql import GraphQLObjectType, execute, get_named_type, is_required_argument, parse

import models
from models.access import Viewer
from models.base import request_id
from models.members import Alias, AliasContext, Block, Person
from models.privacy.erasing import erase
from models.privacy.exporting import gather
from models.questions import Answer, Asked, MeToo, Question, QuestionKind
from models.roles import Role
from models.site import Site
from resolvers.contexts import context_of
from resolvers.graph import build_schema
from schema.context import Services
from tests import people
from tests.conftest import on_postgres
from tests.graph.frontend import Frontend
from tests.graph.matrix.reading import selection
from tests.operations.test_telemetry import logged  # noqa: F401  # a fixture

SCHEMA = build_schema()._schema
TITLE = "In unserem Team redet nur einer"
EVERY_ROLE = [role for role in Role if role not in (Role.TEAM_LEAD, Role.ONESELF, Role.SYSTEM, Role.PARTNER)]
LISTS_OF_MEMBERS = {"people", "person", "personByHandle", "newcomers"}
"""Here everybody stands who is here; these must say nothing of a question."""


async def identity(viewer: Viewer) -> set[str]:
    person = await Person.get(id=viewer.person_id)
    return {str(person.id), person.handle, person.display_name}


async def answered(asker: Viewer, helper: Viewer, desk: Viewer, now: datetime, **how: Any) -> tuple[Question, Answer]:
    """Asked, asked back, answered by somebody and by the asker, accepted: everything that leaves a trace."""
    question = await Question.ask(Asked(title=TITLE, body="Was tun?"), by=asker, now=now, **how)
    id = question.id
    await Question.triage(id, QuestionKind.CONTENT, by=desk, now=now)
    await Question.claim(id, by=helper, now=now)
    await Question.request_info(id, "Wie viele seid ihr?", by=helper, now=now)
    await Question.add_info(id, "Acht.", by=asker, now=now)
    await Question.update(id, Asked(body="Was tun? Wir sind acht."), by=asker, now=now)
    await Question.answer(id, "Redet zu zweit.", by=helper, now=now)
    _, own = await Question.answer(id, "Das hat geholfen.", by=asker, now=now)
    await Question.update_answer(own.id, "Das hat wirklich geholfen.", by=asker, now=now)
    return await Question.accept(id, own.id, by=asker, now=now), own


def leads_to_questions(type_: Any, seen: set[str] | None = None) -> bool:
    """Whether something of a question can be read anywhere below."""
    seen = set() if seen is None else seen
    if type_.name in {"Question", "Answer", "Clarification"}:
        return True
    inner = [field.type for field in type_.fields.values()] if isinstance(type_, GraphQLObjectType) else []
    below = [get_named_type(each) for each in [*inner, *getattr(type_, "types", [])]]
    new = [each for each in below if each.name not in seen]
    seen |= {each.name for each in new}
    return any(leads_to_questions(each, seen) for each in new)


def documents(ids: list[str], words: list[str]) -> Iterator[tuple[str, str]]:
    """Every root field with what is below it, deepest where questions are, about each row where it wants one."""
    assert SCHEMA.query_type is not None
    for name, root in SCHEMA.query_type.fields.items():
        type_ = get_named_type(root.type)
        deep = 2 + leads_to_questions(type_) + type_.name.endswith("Connection")
        wanted = [each for each, argument in root.args.items() if is_required_argument(argument)]
        if len(wanted) > 1:
            continue
        values = [(each, value) for each in wanted for value in (ids if "UUID" in str(root.args[each].type) else words)]
        for given in [f"({each}: {json.dumps(value)})" for each, value in values] or [""]:
            yield name, f"{{ {name}{given} {selection(type_, deep)} }}"


async def walked(viewer: Viewer, ids: list[str], words: list[str], now: datetime) -> dict[str, str]:
    """By root field: all that the viewer is answered, as text."""
    found: dict[str, str] = {}
    for name, document in documents(ids, words):
        context = context_of(Services(site=Site(base_url="http://test"), now=lambda: now))
        context.viewer = viewer
        asking: Any = execute(SCHEMA, parsed(document), context_value=context)
        result = await asking if isawaitable(asking) else asking
        found[name] = found.get(name, "") + json.dumps(result.data, default=str, ensure_ascii=False)
    return found


_PARSED: dict[str, Any] = {}


def parsed(document: str) -> Any:
    if document not in _PARSED:
        _PARSED[document] = parse(document)
    return _PARSED[document]


@pytest.mark.skipif(on_postgres(), reason="it is about the schema, not about a dialect")
async def test_no_path_of_the_schema_leads_to_whoever_asked(database: str, now: datetime) -> None:
    """C2.3, E37: by name the name is found by a member who answered and by somebody with every role; else by nobody."""
    askers = {
        "by name": await people.participant("Nora Name", handle="nora-name", now=now),
        "anonymous": await people.participant("Sascha Siegel", handle="sascha-siegel", now=now),
        "under_alias": await people.participant("Aljoscha Anders", handle="aljoscha-anders", now=now),
    }
    helper = await people.participant("Henrike Helferin", now=now)
    staff = await people.person("Alma Macht", *EVERY_ROLE, now=now)
    assert helper.person_id is not None
    await Block.put(helper.person_id, by=askers["anonymous"], now=now)
    await Alias.take(AliasContext.QUESTIONS, "Regenschirm", by=askers["under_alias"], now=now)
    asked: dict[str, Question] = {}
    ids: list[str] = []
    for how, asker in askers.items():
        asked[how], answer = await answered(asker, helper, staff, now, **({} if how == "by name" else {how: True}))
        ids += [str(asked[how].id), str(answer.id)]
    await models.search.rebuild()

    for viewer in (helper, staff):
        found = await walked(viewer, ids, ["redet", "DE"], now)
        about = {name for name, text in found.items() if any(id in text for id in ids[::2])}
        assert {"question", "questions", "search"} <= about
        assert not about & LISTS_OF_MEMBERS
        for how, asker in askers.items():
            who = await identity(asker)
            named = {name for name, text in found.items() if any(word in text for word in who)} - LISTS_OF_MEMBERS
            assert ({"question", "questions"} <= named) if how == "by name" else not named, (how, named)
        assert "Regenschirm" in found["questions"]
    own = await walked(askers["anonymous"], ids[2:3], [], now)
    assert '"isYours": true' in own["question"]


async def test_nothing_that_is_kept_links_the_asker_to_the_question(database: str, now: datetime) -> None:
    """Neither audit log nor events name them, not even by the request in which they did something else as well."""
    asker, helper = await people.participant("Sascha Siegel", now=now), await people.participant(now=now)
    manager = await people.manager(now=now)
    token = request_id.set("one and the same")
    try:
        question, answer = await answered(asker, helper, manager, now, anonymous=True)
    finally:
        request_id.reset(token)

    log = await models.AuditEvent.filter(subject_id__in=[question.id, answer.id])
    theirs = {"ask", "edit", "add_info", "accept"}
    assert theirs <= {row.action for row in log}
    assert {row.actor_id for row in log} == {None, helper.person_id, manager.person_id}
    assert {(row.actor_id, row.request_id) for row in log if row.action in theirs} == {(None, "")}
    events = await models.OutboxEvent.filter(subject_id=question.id)
    assert {event.person_id for event in events if event.visible_to.value != "person"} == {None}
    assert str(asker.person_id) not in json.dumps([event.payload for event in events])


async def test_a_figure_tells_nobody_who_asked(database: str, now: datetime) -> None:
    """A manager merges Anna's question into an anonymous one: "me too" grows by one, whoever asked that."""
    manager, anna = await people.manager(now=now), await people.participant("Anna Weiß", now=now)
    other = await people.participant("Otto Fern", now=now)
    grown = []
    for asker in (anna, other):
        unnamed = await Question.ask(Asked(title=TITLE), by=asker, now=now, anonymous=True)
        named = await Question.ask(Asked(title="Noch einmal"), by=anna, now=now)
        await Question.mark_duplicate(named.id, unnamed.id, by=manager, now=now)
        grown.append((await Question.get(id=unnamed.id)).me_too)

    assert grown == [1, 1]


async def test_the_asker_has_it_in_their_export_and_erasure_takes_it_away(database: str, now: datetime) -> None:
    """E1, E2: it is theirs to read and to take along; what was answered stays for the others, of nobody."""
    asker, helper = await people.participant("Sascha Siegel", now=now), await people.participant(now=now)
    manager = await people.manager(now=now)
    known, own = await answered(asker, helper, manager, now, anonymous=True)
    waits = await Question.ask(Asked(title="Noch eine", body="Aus meinem Leben"), by=asker, now=now, anonymous=True)
    assert asker.person_id is not None and helper.person_id is not None

    mine = json.dumps(await gather(asker.person_id), default=str, ensure_ascii=False)
    theirs = json.dumps(await gather(helper.person_id), default=str, ensure_ascii=False)
    assert all(text in mine for text in (TITLE, "Aus meinem Leben", "Das hat wirklich geholfen.", "Acht."))
    assert str(asker.person_id) not in theirs

    await Person.request_erasure(asker.person_id, by=asker, now=now)
    assert await erase(asker.person_id, now=now + timedelta(days=8))
    kept, gone = await Question.get(id=known.id), await Question.get(id=waits.id)
    assert (kept.person_id, kept.title, gone.person_id, gone.title, gone.body) == (None, TITLE, None, "", "")
    assert gone.state.value == "closed"
    assert (await Answer.get(id=own.id)).person_id is None
    assert not await MeToo.filter(person_id=asker.person_id).exists()


async def test_the_log_of_the_process_does_not_tell_either(
    frontend: Frontend,
    now: datetime,
    logged: io.StringIO,  # noqa: F811
) -> None:
    asker = await people.participant("Sascha Siegel", handle="sascha-siegel", now=now)

    told = await frontend.do(asker, "AskQuestion", title=TITLE, anonymous=True)

    assert told["question"]["isYours"] and told["question"]["asker"] is None
    for word in await identity(asker):
        assert word not in logged.getvalue()
