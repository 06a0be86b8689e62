"""Both executions of an operation, side by side: the endpoint's way (planned, or plain where it declines) and plain."""

import asyncio
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import orjson
from graphql import get_named_type, is_required_argument
from starlette.routing import Route
from strawberry import Schema
from strawberry.types.execution import ExecutionResult

import models
from leuchtturm.seeds import seed
from models import sql
from models.access import ANONYMOUS, Viewer
from models.base import utcnow
from models.signin import viewer_of
from resolvers import endpoint, metrics
from resolvers.contexts import context_of
from resolvers.negotiation import Question
from resolvers.planner.reading import Looker
from resolvers.running import READS
from schema.binding import BINDINGS, Read
from schema.context import Context, Services
from schema.paging import Order, Page
from tests.conftest import as_pictured, pictured

WITH_IDS = (models.Story, models.Team, models.Success, models.NewsletterIssue, models.ChannelPost, models.Person)


@dataclass
class Compared:
    """What came of one operation."""

    planned: bool
    errors: int
    """Of plain execution."""
    difference: str
    """Empty when both said the same."""


@dataclass
class Stage:
    """The seeded community, everybody who may look at it, and values that exist."""

    viewers: list[Viewer] = field(default_factory=list)
    pool: dict[str, list[Any]] = field(default_factory=dict)
    services: Services = field(default_factory=Services)

    def __post_init__(self) -> None:
        self.endpoint = _endpoint()
        self.schema: Schema = self.endpoint.runner.schema

    def context(self, viewer: Viewer) -> Context:
        context = context_of(self.services)
        context.viewer = viewer
        return context

    async def plainly(self, query: str, variables: dict[str, Any], viewer: Viewer) -> ExecutionResult:
        result = await self.schema.execute(query, variable_values=variables, context_value=self.context(viewer))
        assert isinstance(result, ExecutionResult)
        return result

    async def compare(self, query: str, variables: dict[str, Any], viewer: Viewer) -> Compared:
        """Run both."""
        before = planned()
        question = Question({"query": query, "variables": variables})
        answer = written(await self.endpoint.run(question, self.context(viewer), READS))
        plain = await self.plainly(query, variables, viewer)
        told = written(plain)
        difference = "" if answer == told else f"{query}\n{variables}\nanswered {answer!r}\nplain    {told!r}"
        return Compared(planned() > before, len(plain.errors or ()), difference)


@cache
def _endpoint() -> endpoint.Endpoint:
    """Made once: it takes longer than a hundred operations."""
    (route, *_) = endpoint.routes(Services(), endpoint.Options(), asyncio.Event())
    assert isinstance(route, Route) and isinstance(route.endpoint, endpoint.Endpoint)
    return route.endpoint


def planned() -> float:
    """How many reads were planned in this process, by the metric; not by the registry, which would ask all of them."""
    (metric,) = metrics.PLANNED.collect()
    told = {sample.labels["how"]: sample.value for sample in metric.samples if sample.name.endswith("_total")}
    return told.get("planned", 0.0)


def written(result: ExecutionResult) -> bytes:
    """An answer as it goes over the wire; the order of errors is the order in which the database answered."""
    errors = sorted((error.formatted for error in result.errors or ()), key=str)
    return orjson.dumps({"data": result.data, "errors": errors}, default=str)


async def staged() -> Stage:
    """The demo community, looked at by a stranger, by somebody of each role and by a lead."""
    await settled()
    stage = Stage(viewers=[ANONYMOUS])
    seen = set()
    for grant in await models.RoleGrant.all().order_by("id"):
        if grant.role not in seen:
            seen.add(grant.role)
            stage.viewers.append(await _viewer(grant.person_id))
    lead = await models.TeamMembership.filter(role="lead").order_by("id").first()
    assert lead is not None
    stage.viewers.append(await _viewer(lead.person_id))
    stage.pool["id"] = [str(row.id) for model in WITH_IDS for row in await model.all().limit(4)]
    for name, model in {"storyId": models.Story, "issueId": models.NewsletterIssue, "teamId": models.Team}.items():
        stage.pool[name] = [str(row.id) for row in await model.all().limit(20)]
    stage.pool["slug"] = [row.slug for model in (models.Story, models.Team) for row in await model.all()]
    stage.pool["isoWeek"] = [str(issue.week) for issue in await models.NewsletterIssue.all()]
    stage.pool |= {where: await _cursors(order) for where, order in _orders(stage).items()}
    return stage


_SETTLED: list[bytes] = []


async def settled() -> None:
    """Have the demo community move in: once per process, and from a picture afterwards."""
    sqlite = sql.dialect() == "sqlite"
    if _SETTLED:
        await (as_pictured(_SETTLED[0]) if sqlite else _copied("INSERT INTO {table} ({columns}) SELECT * FROM {copy}"))
        return
    await seed(utcnow())
    _SETTLED.append(await pictured() if sqlite else b"")
    if not sqlite:
        await sql.connection().execute_script("CREATE SCHEMA picture")
        await _copied("CREATE UNLOGGED TABLE {copy} AS SELECT {columns} FROM {table}")


async def _copied(statement: str) -> None:
    """Between the tables of PostgreSQL and a schema of copies; keys are not checked meanwhile."""
    columns = await sql.rows(
        "SELECT table_name, string_agg(format('%I', column_name), ', ' ORDER BY ordinal_position) AS columns"
        " FROM information_schema.columns WHERE table_schema = 'public' AND is_generated = 'NEVER' GROUP BY table_name"
    )
    script = [
        statement.format(table=f'public."{one["table_name"]}"', copy=f'picture."{one["table_name"]}"', **one)
        for one in columns
        if one["table_name"] != "touch"
    ]
    script = ["SET session_replication_role = replica", *script, "SET session_replication_role = DEFAULT"]
    await sql.connection().execute_script("; ".join(script))


async def _viewer(id: Any) -> Viewer:
    viewer = await viewer_of(id, now=utcnow())
    assert viewer is not None
    return viewer


def _orders(stage: Stage) -> dict[str, Order]:
    """The order of every connection, by its field."""
    found = {}
    looker = Looker(stage.context(ANONYMOUS))
    root = stage.schema._schema.query_type
    assert root is not None
    for name, declared in root.fields.items():
        read = declared.extensions["strawberry-definition"].metadata.get("read")
        given = {
            _snake(name): utcnow() if get_named_type(argument.type).name == "DateTime" else None
            for name, argument in declared.args.items()
            if is_required_argument(argument)
        }
        page = read.resolver(None, info=looker, **given) if _lists(read) else None
        if isinstance(page, Page):
            found[f"Query.{name}"] = page.order
    for binding in BINDINGS.values():
        for name, relation in binding.relations.items():
            if relation.paged:
                order = Order.of(relation.target(binding.model), relation.order)
                word = stage.schema.config.name_converter.apply_naming_config(name)
                found[f"{binding.shape.__name__}.{word}"] = order
    return found


def _lists(read: Any) -> bool:
    return isinstance(read, Read) and "Connection" in str(read.type)


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)


async def _cursors(order: Order) -> list[str]:
    rows = order.model.filter(order.listed()).order_by(*order.columns).limit(8)
    return [order.cursor(row) for row in await rows]
