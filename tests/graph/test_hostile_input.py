"""Every mutation answers bad input with a typed refusal in both languages, never with a hidden error.

The cases are made from the schema: a new mutation is covered by being there.
"""

import zlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
)

import models
from models.access import ANONYMOUS, Viewer
from models.roles import Role
from resolvers.graph import build_schema
from tests import people
from tests.conftest import as_pictured, on_postgres, pictured
from tests.graph.frontend import Frontend
from tests.graph.world import World, a_world

SCHEMA = build_schema()._schema
MUTATIONS = SCHEMA.mutation_type.fields if SCHEMA.mutation_type else {}

NEST = 2_000
HOSTILE: dict[str, list[Any]] = {
    "String": [
        "",
        " \t\n ",
        "x" * 900_000,
        "Hallo\r\nBcc: everybody@example.org\r\n\r\nText",
        "Ada\x00Brinkmann",
        "\u202eevil\u2066 \x07\x1b[31m",
        "![" * NEST + "](" * NEST,
        "> " * NEST + "* " * NEST + "`" * NEST,
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "[x](javascript:alert(1)) [y](data:text/html,x)",
        "ada@@example..org",
        "a" * 65 + "@" + "b" * 300 + ".org",
        "https://ada:secret@[::1/%00",
        "../../etc/passwd",
        "lt_" + "A" * 43,
        "2020-W99",
        "'; DROP TABLE story; --",
        "Zoë 👩‍👩‍👧‍👦 \ufeff\u200b",
    ],
    "DateTime": [
        "2020-04-17T09:00:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "1970-01-01T00:00:00Z",
    ],
    "Date": ["0001-01-01", "9999-12-31"],
    "Int": [-2_147_483_648, 0, 2_147_483_647],
}
UNKNOWN = "01a20ef8-0000-7000-8000-000000000000"
OF_PAYLOAD = {
    "Story": "story",
    "StoryConsent": "consent",
    "ChannelPost": "post",
    "Channel": "channel",
    "NewsletterIssue": "issue",
    "Delivery": "delivery",
    "JobRun": "job",
    "Team": "team",
}
"""Which row of the world the `id` of a mutation names, by the type that its payload shows."""


class Leaf(NamedTuple):
    """A place in an input where a value stands."""

    path: tuple[str, ...]
    kind: str


def leaves(type_: GraphQLInputType, path: tuple[str, ...] = ()) -> Iterator[Leaf]:
    named = get_named_type(type_)
    if isinstance(named, GraphQLInputObjectType):
        for name, field in named.fields.items():
            yield from leaves(field.type, (*path, name))
    else:
        yield Leaf(path, named.name)


TAKING_BACK = {"unblockMember", "unfollowTopic"}
"""Taking back what is not there is done already."""

FOR_A_DATABASE = 6
"""How many of the strings a database may stumble over; PostgreSQL gets these, as our own code has met the others."""
TURNS = 3
"""Each place meets every third value, another third than its neighbour: hundreds of places meet all of them."""


def hostile(leaf: Leaf, name: str) -> list[Any]:
    """Values for a scalar; scalars of our own are strings that mean something."""
    values = HOSTILE.get(leaf.kind, HOSTILE["String"] if leaf.kind in ("Markdown", "EmailAddress", "Url") else [])
    values = values[:FOR_A_DATABASE] if on_postgres() else values
    return values[zlib.crc32(f"{name} {leaf.path}".encode()) % TURNS :: TURNS] if len(values) > TURNS else values


def made(type_: GraphQLInputType, values: dict[str, Any], change: dict[tuple[str, ...], Any], path: Any = ()) -> Any:
    """An input that is fine but for what is changed; optional fields are left out unless they hold the change."""
    if path in change:
        return change[path]
    if isinstance(type_, GraphQLNonNull):
        return made(type_.of_type, values, change, path)
    if isinstance(type_, GraphQLList):
        return [made(type_.of_type, values, change, path)]
    if isinstance(type_, GraphQLInputObjectType):
        return {
            name: made(field.type, values, change, (*path, name))
            for name, field in type_.fields.items()
            if isinstance(field.type, GraphQLNonNull) or any(p[: len(path) + 1] == (*path, name) for p in change)
        }
    if isinstance(type_, GraphQLEnumType):
        return next(iter(type_.values))
    if path and path[-1] in values:
        return values[path[-1]]
    fine = {"UUID": UNKNOWN, "Int": 1, "Boolean": True, "DateTime": "2020-05-01T09:00:00Z", "Date": "2020-04-14"}
    return fine.get(get_named_type(type_).name, "Ein Text, der so in Ordnung ist.")


def shown_by(name: str) -> str:
    """The type of the row that a mutation's payload shows."""
    union = get_named_type(MUTATIONS[name].type)
    assert isinstance(union, GraphQLUnionType)
    payload = union.types[0]
    assert isinstance(payload, GraphQLObjectType)
    return next((n for f in payload.fields.values() if (n := get_named_type(f.type).name) in OF_PAYLOAD), "")


async def values_of(world: World, name: str) -> dict[str, Any]:
    """What stands in the fields that name rows: ids and versions that are right."""
    row = getattr(world, OF_PAYLOAD.get(shown_by(name), "story"))
    row = await type(row).get(id=row.id)
    return {
        "id": str(row.id),
        "version": getattr(row, "version", 1),
        "revision": getattr(row, "revision", 1),
        "teamId": str(world.team.id),
        "storyId": str(world.story.id),
        "channelIds": str(world.channel.id),
        "itemId": str(world.item.id),
        "itemIds": str(world.item.id),
        "imageId": world.rows["image"],
        "personId": str(world.people["participant"].person_id),
        "snapshotHash": world.post.snapshot_hash,
        "isoWeek": "2020-W16",
    }


async def almighty(now: datetime) -> Viewer:
    """Somebody with every role, so that the refusal is about the input."""
    return await people.person("Alma Macht", Role.EDITOR, Role.COMMUNITY_MANAGER, Role.ADMINISTRATOR, now=now)


_KEPT: list[tuple[World, Viewer, bytes]] = []


@pytest.fixture
async def everything(frontend: Frontend, now: datetime) -> tuple[World, Viewer]:
    """One row of each kind, and somebody with every role; on SQLite made once and then put back from a picture."""
    if _KEPT:
        world, viewer, picture = _KEPT[0]
        await as_pictured(picture)
        return world, viewer
    world, viewer = await a_world(frontend, now), await almighty(now)
    await illustrated(world)
    if not on_postgres():
        _KEPT.append((world, viewer, await pictured()))
    return world, viewer


async def illustrated(world: World) -> None:
    image = await models.Asset.create(
        story_id=world.story.id,
        sha256="0" * 64,
        media_type="image/png",
        width=1,
        height=1,
        decorative=True,
        rights="CC0",
    )
    world.rows["image"] = str(image.id)


DOCUMENT = """mutation ($input: {type}) {{
  {name}(input: $input) {{ __typename ... on Problem {{ code messageDe messageEn path }} }}
}}"""
READABLE = {"BAD_INPUT", "BAD_REQUEST", "TOO_LARGE"}
"""What is no value of its type at all is refused before the mutation is asked."""


async def check(frontend: Frontend, viewer: Viewer, name: str, input: Any, what: Any) -> str:
    """Send it; the answer must be a payload, a refusal in two languages, or a readable error of the value."""
    document = DOCUMENT.format(name=name, type=MUTATIONS[name].args["input"].type)
    told = await frontend.post(viewer, document, {"input": input})
    if "errors" in told:
        codes = {error["extensions"]["code"] for error in told["errors"]}
        assert codes <= READABLE, (what, told["errors"])
        return str(codes.pop())
    said = told["data"][name]
    if "code" not in said:
        assert said["__typename"].endswith("Payload"), (what, said)
        return "ok"
    assert said["code"].isupper(), (what, said)
    assert said["messageDe"], (what, said)
    assert said["messageEn"], (what, said)
    assert said["messageDe"] != said["messageEn"], (what, said)
    return str(said["code"])


@pytest.mark.timeout(180)
@pytest.mark.parametrize("name", sorted(MUTATIONS))
async def test_hostile_input_is_refused_in_words(
    frontend: Frontend, everything: tuple[World, Viewer], name: str
) -> None:
    world, viewer = everything
    type_ = MUTATIONS[name].args["input"].type

    for leaf in leaves(type_):
        for value in hostile(leaf, name):
            input = made(type_, await values_of(world, name), {leaf.path: value})
            await check(frontend, viewer, name, input, (leaf.path, str(value)[:60]))


@pytest.mark.parametrize("name", sorted(MUTATIONS))
async def test_what_nobody_has_is_not_found(frontend: Frontend, now: datetime, name: str) -> None:
    viewer = await almighty(now)
    type_ = MUTATIONS[name].args["input"].type
    ids = [leaf for leaf in leaves(type_) if leaf.kind == "UUID"]
    named = get_named_type(type_)
    assert isinstance(named, GraphQLInputObjectType)
    owed = [n for n, f in named.fields.items() if str(f.type) == "UUID!"]

    for who in (viewer, ANONYMOUS):
        code = await check(frontend, who, name, made(type_, {}, {}), "unknown ids")
        if owed and who is viewer and name not in TAKING_BACK:
            assert code != "ok"
    for leaf in ids:
        assert await check(frontend, viewer, name, made(type_, {}, {leaf.path: "no id"}), leaf) == "BAD_INPUT"


LISTS = [
    (name, field)
    for name, mutation in sorted(MUTATIONS.items())
    for field, given in get_named_type(mutation.args["input"].type).fields.items()  # type: ignore[union-attr]
    if "[" in str(given.type)
]


@pytest.mark.parametrize(("name", "field"), LISTS)
async def test_a_long_list_is_refused_in_words(
    frontend: Frontend, everything: tuple[World, Viewer], name: str, field: str
) -> None:
    world, viewer = everything
    type_ = MUTATIONS[name].args["input"].type
    named = get_named_type(type_)
    assert isinstance(named, GraphQLInputObjectType)
    values = await values_of(world, name)
    one = made(named.fields[field].type, values, {}, (field,))

    for given in (one * 3_000, []):
        await check(frontend, viewer, name, made(type_, values, {(field,): given}), field)
