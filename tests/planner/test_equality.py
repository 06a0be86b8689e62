"""The planner answers what plain execution answers: generated operations, and the documents that frontends send.

In the suite some hundred operations are compared; `python -m tests.planner --operations 5000` compares thousands.
"""

from random import Random
from typing import Any

from graphql import OperationDefinitionNode, OperationType, parse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

import models
from models.access import ANONYMOUS
from tests.conftest import on_postgres
from tests.graph.documents import operations
from tests.planner.comparing import Compared, Stage
from tests.planner.operations import Making

PUBLIC = [
    "ContactBoard",
    "FieldTeams",
    "IssueArchive",
    "Lighthouses",
    "PeopleWithSkill",
    "Profile",
    "Programme",
    "Skills",
    "StoryBySlug",
    "Teams",
]
"""What visitors' pages send: these must be planned."""
FOR_MEMBERS = ["MyQuestions", "QuestionButtons", "QuestionPage", "Questions"]
"""What strangers are answered with nothing; planned, too."""


@settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=some.data())
async def test_any_operation_is_answered_alike(stage: Stage, data: Any) -> None:
    random = data.draw(some.randoms(use_true_random=False))
    query, variables = Making(stage.schema._schema, random, stage.pool, plannable=True).query()

    found = await stage.compare(query, variables, random.choice(stage.viewers))

    assert not found.difference


async def test_hundreds_of_operations_are_planned_and_answered_alike(stage: Stage) -> None:
    found: list[Compared] = []
    for number in range(120):
        random = Random(number)
        query, variables = Making(stage.schema._schema, random, stage.pool, plannable=number % 20 > 0).query()
        found.append(await stage.compare(query, variables, random.choice(stage.viewers)))

    assert [one.difference for one in found if one.difference] == []
    assert sum(one.planned for one in found) > 80, "too few are compared for real"


async def variables_of(stage: Stage) -> dict[str, list[dict[str, Any]]]:
    """What a frontend sends along with each document: ordinary values, unknown ones, and pages."""
    pool = stage.pool
    story, issue = pool["storyId"], pool["issueId"]
    team = [row.slug for row in await models.Team.all().limit(2)]
    pages: list[dict[str, Any]] = [{}, {"first": 2}, {"first": 1000}, {"after": "nonsense"}]

    def after(field: str) -> list[dict[str, Any]]:
        return [*pages, *({"first": 1, "after": cursor} for cursor in pool[field][:2])]

    return {
        "Lighthouses": [*after("Query.lighthouses"), {"language": "EN"}, {"language": "FR"}],
        "Teams": [*after("Query.teams"), {"last": 2}, {"last": 2, "before": pool["Query.teams"][3]}],
        "FieldTeams": [*after("FieldOfAction.teams"), {"last": 1}, {"first": 1, "last": 1}],
        "ContactBoard": [*after("Query.contactBoard"), *await _looking()],
        "MyQuestions": [{}, {"waitingForMe": True}],
        "QuestionButtons": await _questions(2),
        "QuestionPage": [*await _questions(20), {"id": team[0]}],
        "Questions": [
            *after("Query.questions"),
            {"states": ["QUEUED", "NEW"], "order": "DUE", "last": 2},
            {"kind": "TECHNICAL", "language": "EN", "fieldOfAction": "health"},
        ],
        "ListingPage": [{"id": str(row.id)} for row in await models.Listing.all().order_by("id").limit(12)],
        "Profile": [{"handle": row.handle} for row in await models.Person.all().order_by("id").limit(9)],
        "PeopleWithSkill": [{"skillId": str(row.skill_id)} for row in await models.PersonSkill.all().limit(3)],
        "Skills": [*pages, {"search": "nahen"}, {"search": "%"}, {"proposed": True}],
        "Newcomers": [{"joinedSince": "2020-01-01T00:00:00Z"}],
        "Successes": after("Query.successes"),
        "IssueArchive": after("Query.newsletterIssues"),
        "ConsentRequests": after("Query.consentRequests"),
        "StoryBoard": [*after("Query.stories"), {"states": []}, {"states": ["DRAFT", "PUBLISHED"], "first": 5}],
        "StoryBySlug": [{"slug": slug} for slug in [*pool["slug"][:8], "", "x" * 200]] + [{}],
        "StoryOnDesk": [{"id": id} for id in [*story, issue[0], "no id"]],
        "TeamPage": [{"slug": slug} for slug in [*team, "unknown"]],
        "IssueOfWeek": [{"isoWeek": week} for week in [*pool["isoWeek"], "2020-W99", "x"]],
    }


async def _questions(most: int) -> list[dict[str, Any]]:
    return [{"id": str(row.id)} for row in await models.Question.all().order_by("id").limit(most)]


async def _looking() -> list[dict[str, Any]]:
    """What somebody may look for on the contact board: one of each is planned, more run plainly."""
    skills = [str(row.skill_id) for row in await models.ListingSkill.all().limit(2)]
    return [
        {"kind": "SEEKS_MEMBER", "mostHours": 3},
        {"kind": "SHARES_KNOWLEDGE", "languages": ["en"]},
        {"languages": ["de", "tr"], "first": 3},
        {"languages": ["no code"]},
        {"skills": skills[:1], "fieldOfAction": "health"},
        {"order": "NEWEST", "first": 4},
        {"skills": skills},
    ]


async def test_every_document_of_the_frontends_is_answered_alike(stage: Stage) -> None:
    given_values = await variables_of(stage)
    viewers = [stage.viewers[0], stage.viewers[-1], next(viewer for viewer in stage.viewers if viewer.is_staff)]
    asked = 0
    for name, document in operations().items():
        definition = next(d for d in parse(document).definitions if isinstance(d, OperationDefinitionNode))
        if definition.operation is not OperationType.QUERY:
            continue
        ids = [{"id": one, "issueId": one, "storyId": one, "subjectId": one} for one in stage.pool["issueId"][:2]]
        for number, variables in enumerate(given_values.get(name, [{}, *ids])):
            # Rights are none of a dialect's business: on PostgreSQL the three take turns from the beginning.
            for viewer in [viewers[(number + asked) % 3]] if number or on_postgres() else viewers:
                found = await stage.compare(document, variables, viewer)
                assert not found.difference, name
                asked += 1
    assert asked > 120


async def test_the_documents_of_the_public_pages_are_all_planned(stage: Stage) -> None:
    sent = await variables_of(stage)
    for name in PUBLIC:
        found = await stage.compare(operations()[name], sent.get(name, [{}])[0], ANONYMOUS)
        assert found.planned, f"{name} runs plainly"
    for name in FOR_MEMBERS:
        found = await stage.compare(operations()[name], sent[name][0], stage.viewers[-1])
        assert found.planned and not found.difference, f"{name} runs plainly"


async def test_a_number_beyond_int_is_refused_by_plain_execution(stage: Stage) -> None:
    post = await models.ChannelPost.all().first()
    assert post is not None
    await models.ChannelPost.filter(id=post.id).update(cost_micros=2**40)
    staff = next(viewer for viewer in stage.viewers if viewer.is_staff)

    found = await stage.compare(f'{{ channelPost(id: "{post.id}") {{ costMicros }} }}', {}, staff)

    assert (found.difference, found.planned, found.errors) == ("", False, 1)
