"""What everybody reads: each root field asked as each viewer, and each row noted with the fields that were there."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from inspect import isawaitable
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLObjectType,
    GraphQLUnionType,
    execute,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    parse,
    validate,
)

from models.access import Viewer
from models.site import Site
from resolvers.contexts import context_of
from schema.binding import BINDINGS
from schema.context import Services
from tests.graph.matrix.house import VIEWERS, House
from tests.graph.test_strangers import SCHEMA
from tests.graph.weekly import preferences

MODELS = {binding.shape.__name__: binding.model.__name__ for binding in BINDINGS.values()}
WRAPPING = ("Connection", "Edge", "PageInfo", "LocalisedText", "Decision", "TextPiece")
"""Types that only hold together what others say."""
MOST = 100

Key = tuple[str, str]
"""A type, and the id of the row or of the nearest row above it; the name of the root field where there is none."""


@dataclass
class Reading:
    """What one viewer found."""

    fields: dict[Key, set[str]] = field(default_factory=lambda: defaultdict(set))
    """By row: the fields that held something."""
    asked: dict[Key, set[str]] = field(default_factory=lambda: defaultdict(set))
    """By row: the fields that were asked for; some are only met so deep that nobody looks into them."""
    answers: dict[str, str] = field(default_factory=dict)
    """By root field: the code of its refusal, or whether there was anything."""
    texts: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """By root field: every text of the answers."""


def roots(house: House) -> Iterator[tuple[str, str]]:
    """Every root field with what it wants, once or for each row that it can be asked about."""
    rows = [(model, str(id)) for model, id in house.labels]
    of = defaultdict(list)
    for model, id in rows:
        of[model].append(id)
    reader = preferences(house.rows["reader"], house.now)
    given: dict[str, list[str]] = {
        "person": [f'id: "{id}"' for id in of["Person"]],
        "team": [f'id: "{id}"' for id in of["Team"]],
        "question": [f'id: "{id}"' for id in of["Question"]],
        "similarQuestions": ['text: "Wer hilft?"'],
        "learningResource": [f'id: "{id}"' for id in of["LearningResource"]],
        "listing": [f'id: "{id}"' for id in of["Listing"]],
        "story": [f'id: "{id}"' for id in of["Story"]],
        "storyBySlug": ['slug: "demo-story-7"'],
        "success": [f'id: "{id}"' for id in of["Success"]],
        "channelPost": [f'id: "{id}"' for id in of["ChannelPost"]],
        "newsletterIssue": [f'id: "{id}"' for id in of["NewsletterIssue"]],
        "newsletterIssueOfWeek": ['isoWeek: "2020-W16"'],
        "issueAudience": [f'id: "{house.world.issue.id}"'],
        "deliveries": [f'issueId: "{house.world.issue.id}"'],
        "auditOf": [f'subjectId: "{house.person_id}"', f'subjectId: "{house.team_id}"'],
        "officeHourSession": [f'id: "{id}"' for id in of["OfficeHourSession"]],
        "officeHourBookings": [f'sessionId: "{house.rows[name].session_id}"' for name in ("slot", "free slot")],
        "officeHourQueue": [f'sessionId: "{house.rows[name].id}"' for name in ("queue", "own queue")],
        "officeHours": ['since: "2020-01-01T00:00:00Z"'],
        "webhook": [f'id: "{id}"' for id in of["WebhookEndpoint"]],
        "webhookDeliveries": [f'webhookId: "{house.rows["webhook"].id}"'],
        "newcomers": ['joinedSince: "2020-01-01T00:00:00Z"'],
        "suggestedPeople": [f'roleId: "{house.rows["role"].id}"'],
        "consentWording": ["language: DE"],
        "newsletterPreferences": [f'token: "{reader}"'],
        "search": ['query: "Kreidekasten"'],
        "skills": ["proposed: false", "proposed: true"],
        "teamLinks": [f"state: {state}" for state in ("HELD", "SHOWN", "HIDDEN")],
        "teams": ["order: NAME"],
        "people": ["", f'skillId: "{house.rows["skill"].id}"'],
        "applications": ["", f'teamId: "{house.team_id}"', f'listingId: "{house.rows["role"].id}"'],
    }
    assert SCHEMA.query_type is not None
    for name, root in SCHEMA.query_type.fields.items():
        if name not in given and any(is_required_argument(argument) for argument in root.args.values()):
            continue  # the page lacks it, and a test says so
        page = [f"first: {MOST}"] if "first" in root.args else []
        for number, wish in enumerate(given.get(name, [""])):
            told = ", ".join([*page, wish] if wish else page)
            deep = 2 if number or page else 3  # one of each is looked into a step deeper
            yield name, f"{{ {name}{f'({told})' if told else ''} {below(name, deep)} }}"


@cache
def below(name: str, deep: int = 2) -> str:
    """Everything below a root field: its rows, and so many rows deep what they are related to."""
    assert SCHEMA.query_type is not None
    type_ = get_named_type(SCHEMA.query_type.fields[name].type)
    return selection(type_, deep + 1 if type_.name.endswith(WRAPPING) else deep)


def selection(type_: Any, deep: int) -> str:
    """The fields of so many rows in a row; what only wraps does not count."""
    if isinstance(type_, GraphQLUnionType):
        return "{ __typename " + " ".join(f"... on {t.name} {{ __typename id }}" for t in type_.types) + " }"
    if not isinstance(type_, GraphQLObjectType):
        return ""
    parts = ["__typename"]
    for name, inner in type_.fields.items():
        named = get_named_type(inner.type)
        if any(is_required_argument(argument) for argument in inner.args.values()) or named.name == "PageInfo":
            continue
        left = deep if named.name.endswith(WRAPPING) else deep - 1
        told = f"(first: {MOST})" if "first" in inner.args else ""
        if is_leaf_type(named):
            parts.append(name)
        elif left > 0:
            parts.append(f"{name}{told} {selection(named, left)}")
    return "{ " + " ".join(parts) + " }"


async def read(house: House, who: str) -> Reading:
    """Ask everything as one viewer."""
    reading, viewer = Reading(), house.viewers[who]
    for name, document in roots(house):
        data, code = await asked(house, viewer, document)
        value = data.get(name) if data else None
        note(value, ("", name), reading)
        reading.texts[name] |= set(texts(value))
        known = reading.answers.get(name, "")
        found = code or ("something" if filled(value) else "nothing")
        reading.answers[name] = known if known == "something" or (found == "nothing" and known) else found
    return reading


@cache
def parsed(document: str) -> DocumentNode:
    """The document as everybody sends it: read and checked once."""
    node = parse(document)
    assert not validate(SCHEMA, node), document
    return node


async def asked(house: House, viewer: Viewer, document: str) -> tuple[Any, str]:
    context = context_of(Services(site=Site(base_url="http://test"), now=lambda: house.now))
    context.viewer = viewer
    asking: Any = execute(SCHEMA, parsed(document), context_value=context)
    result = await asking if isawaitable(asking) else asking
    refused = {str(getattr(error.original_error, "code", error)) for error in result.errors or ()}
    return result.data, ", ".join(sorted(refused))


def filled(value: Any) -> bool:
    """Whether there is anything: an empty list, an empty text and a page of nothing are nothing."""
    if isinstance(value, dict):
        if "edges" in value:
            return bool(value["edges"])
        return any(filled(inner) for name, inner in value.items() if name != "__typename")
    return value not in (None, [], "")


def texts(value: Any) -> Iterator[str]:
    """Every text in an answer."""
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts(inner)


def note(value: Any, above: Key, reading: Reading) -> None:
    """Keep which fields of which rows were filled."""
    if isinstance(value, list):
        for item in value:
            note(item, above, reading)
    if not isinstance(value, dict):
        return
    type_ = value.get("__typename", "")
    id = value.get("id") or above[1]
    key = (type_, str(id))
    for name, inner in value.items():
        reading.asked[key].add(name)
        if name != "__typename" and filled(inner):
            reading.fields[key].add(name)
        note(inner, key if not type_.endswith(WRAPPING) else above, reading)


def types() -> dict[str, list[str]]:
    """Every type that can be read with its fields, but for what only wraps others."""
    assert SCHEMA.query_type is not None
    left, found = [SCHEMA.query_type], dict[str, list[str]]()
    while left:
        type_ = left.pop()
        for inner in type_.fields.values():
            named = get_named_type(inner.type)
            for each in getattr(named, "types", [named]):
                if isinstance(each, GraphQLObjectType) and each.name not in found:
                    found[each.name] = list(each.fields)
                    left.append(each)
    return {name: fields for name, fields in sorted(found.items()) if not name.endswith(WRAPPING)}


async def everything(house: House) -> dict[str, Reading]:
    """By viewer. What the faces read about themselves counts as the person concerned's."""
    readings = {who: await read(house, who) for who in VIEWERS}
    for face in house.faces:
        document = f'{{ person(id: "{face.person_id}") {below("person", 3)} }}'
        data, _ = await asked(house, face, document)
        note(data["person"], ("", "person"), readings["oneself"])
    return readings
