"""The catalogue for people: docs/partners/events.md."""

import json
from collections.abc import Iterator

from models.catalogue.catalogue import EventType, catalogue
from models.catalogue.describing import example
from models.catalogue.forms import Field, Form
from models.catalogue.versions import VERSION
from models.roles import Visibility

INTRODUCTION = f"""# Events

Generated from the code by `leuchtturm events` (`make docs`); do not edit. This is version **{VERSION}** of the
catalogue; its JSON Schema is [events/{VERSION}.json](events/{VERSION}.json).

An event says that something happened to a row: `<kind>.<what became of it>`. The same events arrive in three ways: at a
[webhook](webhooks.md), by the subscription and the query `communityEvents` ([guide](graphql-guide.md)), and, as far as
they are public, in the [feeds](feeds.md).

- **Ids and plain words only.** A payload holds ids, words of closed sets, moments and counts; never a name, an address
  or a text. Ask for the row itself to see more, and you will see what you may see *then*.
- **Who sees it.** Each event says for itself. What you may not see does not exist for you.
- **The version.** Webhook bodies carry it as `schemaVersion`, and so does `CommunityEvent`. Within a first number
  things are only added: types, fields, words of a closed set. **Pass over what you do not know.** What was promised
  once is not taken away: a test compares each release with the ones before it.

## What arrives

A webhook's body, here with a success:

```json
{{example}}
```

`timestamp` is when it happened, `cursor` its place in the log: pass it as `after` to go on behind it. `teamId` names
the team that it is about, if there is one.

"""

ENDING = """
## How to add one

1. An arrow of a transition table is an event by itself, and so is here as soon as the table has it. An event without an
   arrow (`OutboxEvent.record`) is declared in `models/catalogue/recorded.py`; so is what `follow` says besides.
2. A word for a new kind or state stands in `models/catalogue/words.py`; a type that others than staff may see gets
   a sentence of its own in `models/catalogue/sentences.py`.
3. `leuchtturm events` writes this page and the schema. Development mode and the tests refuse to write an event that
   is not as declared.
4. The first change after a release raises `VERSION` in `models/catalogue/versions.py`, and new types are named in
   `SINCE` there; the schema of the release stays in `docs/partners/events/` and is compared with for ever.
"""


def page() -> str:
    """The whole page."""
    events = list(catalogue().values())
    shown = json.dumps(example(catalogue()["success.published"]), indent=2)
    parts = [INTRODUCTION.replace("{example}", shown)]
    for title, wanted in (
        ("## Public: everybody may see them", {Visibility.PUBLIC}),
        ("## For members", {Visibility.MEMBERS}),
        ("## For the person concerned", {Visibility.PERSON}),
    ):
        of_these = [event for event in events if wanted & set(event.visible_to)]
        parts.append("\n".join([title, "", *(line for event in of_these for line in _section(event))]))
    inside = [event for event in events if set(event.visible_to) == {Visibility.STAFF}]
    parts.append("\n".join([*STAFF_ONLY, *map(_row, inside), ""]))
    return "\n".join(parts) + ENDING


STAFF_ONLY = (
    "## For staff",
    "",
    "Staff see them, and partners as far as their grants reach. Their payloads stand in the schema.",
    "",
    "| type | what happened |",
    "|---|---|",
)


def _row(event: EventType) -> str:
    return f"| `{event.name}` | {event.en} {event.de} |"


def _section(event: EventType) -> Iterator[str]:
    yield f"### `{event.name}`"
    yield ""
    yield f"{event.en} *{event.de}*"
    yield ""
    yield f"About: `{event.subject_kind}`. Since {event.since}." + _also(event)
    yield ""
    if event.payload:
        yield "| in the payload | holds | always |"
        yield "|---|---|---|"
        for name, field in event.payload.items():
            yield f"| `{name}` | {_held(field)} | {'yes' if field.required else ''} |"
        yield ""
        yield f"Such as `{json.dumps(example(event)['data']['payload'])}`."
        yield ""


def _also(event: EventType) -> str:
    others = [each.value for each in event.visible_to if each is not Visibility.PUBLIC]
    return f" Some of them are for {' and '.join(others)} only." if len(event.visible_to) > 1 else ""


def _held(field: Field) -> str:
    if field.form is Form.WORD:
        return ", ".join(f"`{word}`" for word in field.words)
    return {
        Form.ID: "an id",
        Form.NAME: "a word of ours",
        Form.MOMENT: "a moment with its offset (RFC 3339)",
        Form.COUNT: "a whole number",
    }[field.form]
