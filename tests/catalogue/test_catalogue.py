"""Partners know every event before it comes: what it is called, who sees it, what it holds (C12)."""

import ast
import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import jsonschema
import pytest

from leuchtturm.events import FOLDER, documents
from models.catalogue import VERSION, Undeclared, catalogue, objections
from models.catalogue.compatibility import broken
from models.catalogue.describing import example, schema
from models.catalogue.forms import Form
from models.catalogue.sentences import SENTENCES
from models.catalogue.words import KINDS, STATES
from models.outbox import OutboxEvent
from models.roles import Visibility

ROOT = Path(__file__).parents[2]
SCHEMA = schema()
EVENTS = list(catalogue().values())


def recorded() -> Iterator[tuple[str, str]]:
    """Where events are written without a table: the place, and the type as far as it stands in the code."""
    for path in [*ROOT.glob("models/**/*.py"), *ROOT.glob("workers/**/*.py")]:
        text = path.read_text("utf-8")
        if "OutboxEvent" not in text:
            continue
        for call in (each for each in ast.walk(ast.parse(text)) if isinstance(each, ast.Call)):
            if ast.unparse(call.func) not in ("OutboxEvent.record", "OutboxEvent"):
                continue
            type = call.args[0] if call.args else next((k.value for k in call.keywords if k.arg == "type"), None)
            if isinstance(type, ast.Constant):
                yield f"{path.relative_to(ROOT)}:{call.lineno}", str(type.value)


def test_whatever_is_recorded_is_declared() -> None:
    assert [(place, type) for place, type in recorded() if type not in catalogue()] == []


def unworded() -> Iterator[str]:
    for each in EVENTS:
        kind, _, state = each.name.partition(".")
        if each.name in SENTENCES:
            continue
        if set(each.visible_to) != {Visibility.STAFF}:
            yield f"a sentence for {each.name} in models/catalogue/sentences.py"
        if kind not in KINDS:
            yield f"a word for {kind} in models/catalogue/words.py"
        if state not in STATES:
            yield f"a word for {state} in models/catalogue/words.py"


def test_each_type_is_told_in_both_languages() -> None:
    assert list(unworded()) == []
    assert all(each.de != each.en for each in EVENTS)


def test_every_example_fits_its_schema_and_no_other() -> None:
    for event in EVENTS[::4]:  # all are made by one function
        jsonschema.Draft202012Validator.check_schema(SCHEMA["$defs"][event.name])
        validator = jsonschema.Draft202012Validator(SCHEMA["$defs"][event.name])
        validator.validate(example(event))
        other = {**example(event), "type": "another.one"}
        assert not validator.is_valid(other)


def test_the_pages_for_partners_are_what_the_code_says() -> None:
    stale = [path.name for path, text in documents().items() if path.read_text("utf-8") != text]
    assert stale == [], "run `leuchtturm events`"


def test_nothing_that_a_release_promised_is_taken_away() -> None:
    """Every committed schema of the same first number, against what the code says now."""
    major = VERSION.partition(".")[0]
    for path in sorted((FOLDER / "events").glob(f"{major}.*.json")):
        assert broken(json.loads(path.read_text("utf-8")), SCHEMA) == [], path.name


def _without_a_type(new: Any) -> None:
    del new["$defs"]["success.published"]


def _payload(new: Any) -> Any:
    return new["$defs"]["success.published"]["properties"]["data"]["properties"]["payload"]


def _without_a_field(new: Any) -> None:
    del _payload(new)["properties"]["block"]


def _another_form(new: Any) -> None:
    _payload(new)["properties"]["block"]["type"] = "integer"


def _fewer_words(new: Any) -> None:
    _payload(new)["properties"]["from"]["enum"] = ["draft"]


def _not_always(new: Any) -> None:
    _payload(new)["required"].remove("action")


def _for_staff_only(new: Any) -> None:
    new["$defs"]["success.published"]["x-visible-to"] = ["staff"]


BREAKS = [_without_a_type, _without_a_field, _another_form, _fewer_words, _not_always, _for_staff_only]


@pytest.mark.parametrize("harm", BREAKS, ids=lambda harm: harm.__name__.strip("_"))
def test_whatever_readers_would_stumble_over_is_found(harm: Any) -> None:
    new = copy.deepcopy(SCHEMA)
    harm(new)
    assert len(broken(SCHEMA, new)) == 1


def test_additions_are_no_break() -> None:
    new = copy.deepcopy(SCHEMA)
    new["$defs"]["lamp.lit"] = copy.deepcopy(new["$defs"]["team.listed"])
    _payload(new)["properties"]["lamp"] = {"type": "string"}
    _payload(new)["properties"]["from"]["enum"].append("elsewhere")
    assert broken(SCHEMA, new) == []


def event(type: str = "success.published", kind: str = "success", **more: Any) -> OutboxEvent:
    payload = more.pop("payload", {"action": "publish", "from": "verified"})
    visible_to = more.pop("visible_to", Visibility.PUBLIC)
    return OutboxEvent(type=type, subject_kind=kind, subject_id=uuid4(), visible_to=visible_to, payload=payload)


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "success.celebrated"},
        {"kind": "story"},
        {"visible_to": Visibility.STAFF},
        {"payload": {"action": "publish"}},
        {"payload": {"action": "publish", "from": "verified", "name": "Ada Brinkmann"}},
        {"payload": {"action": "publish", "from": "verified", "block": "Ada Brinkmann"}},
        {"payload": {"action": "Ada Brinkmann", "from": "verified"}},
    ],
    ids=["type", "kind", "eyes", "a field is missing", "a field too many", "no id", "no word of the set"],
)
def test_what_is_not_as_declared_is_noticed(wrong: dict[str, Any]) -> None:
    assert len(objections(event(**wrong))) == 1
    assert objections(event()) == []


def test_no_form_has_room_for_a_name() -> None:
    fields = {field.form for each in EVENTS for field in each.payload.values()}
    assert fields <= {Form.ID, Form.WORD, Form.NAME, Form.MOMENT, Form.COUNT}
    assert not any(field.holds("Ada Brinkmann") for each in EVENTS for field in each.payload.values())


async def test_an_undeclared_event_is_refused_where_it_is_written(database: str, now: Any) -> None:
    with pytest.raises(Undeclared, match="name is not declared"):
        await OutboxEvent.record(
            "team.edited", subject_kind="team", subject_id=uuid4(), payload={"name": "Ada"}, now=now
        )
    assert await OutboxEvent.all().count() == 0
