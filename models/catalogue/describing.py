"""The catalogue for programs: one JSON Schema (2020-12) of what a webhook receives, with one definition per type."""

import json
from collections.abc import Mapping
from typing import Any

from models.catalogue.catalogue import EventType, catalogue
from models.catalogue.versions import VERSION

AN_ID = {"type": "string", "format": "uuid"}


def schema(events: Mapping[str, EventType] | None = None) -> dict[str, Any]:
    """The schema of a delivery's body: whatever its type, exactly one definition fits."""
    known = catalogue() if events is None else events
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Events of Leuchtturm, version {VERSION}",
        "description": "The body of a webhook. Fields and types may be added: pass over what you do not know.",
        "version": VERSION,
        "oneOf": [{"$ref": f"#/$defs/{name}"} for name in known],
        "$defs": {name: _definition(event) for name, event in known.items()},
    }


def _definition(event: EventType) -> dict[str, Any]:
    payload = {name: field.schema() for name, field in event.payload.items()}
    needed = [name for name, field in event.payload.items() if field.required]
    return {
        "title": event.en,
        "x-title-de": event.de,
        "x-since": event.since,
        "x-visible-to": [each.value for each in event.visible_to],
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"const": event.name},
            "timestamp": {"type": "string", "format": "date-time"},
            "schemaVersion": {"type": "string"},
            "data": {
                "type": "object",
                "required": ["id", "cursor", "subjectKind", "subjectId", "payload"],
                "properties": {
                    "id": AN_ID,
                    "cursor": {"type": ["string", "null"]},
                    "subjectKind": {"const": event.subject_kind},
                    "subjectId": AN_ID,
                    "teamId": {"type": ["string", "null"], "format": "uuid"},
                    "payload": {"type": "object", "required": needed, "properties": payload},
                },
            },
        },
    }


def written(document: Mapping[str, Any]) -> str:
    """The document with one line per definition, so that a change of one type is a change of one line."""
    rest = {name: value for name, value in document.items() if name not in ("oneOf", "$defs")}
    lines = [f"  {_line(name)}: {_line(value)}," for name, value in rest.items()]
    lines += ['  "oneOf": [', *_rows(map(_line, document["oneOf"])), "  ],"]
    definitions = (f"{_line(name)}: {_line(value)}" for name, value in document["$defs"].items())
    lines += ['  "$defs": {', *_rows(definitions), "  }"]
    return "\n".join(["{", *lines, "}", ""])


def _rows(texts: Any) -> list[str]:
    rows = [f"    {text}" for text in texts]
    return [f"{row}," for row in rows[:-1]] + rows[-1:]


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def example(event: EventType) -> dict[str, Any]:
    """A body as it may arrive."""
    return {
        "type": event.name,
        "timestamp": "2020-04-14T08:00:00.000Z",
        "schemaVersion": VERSION,
        "data": {
            "id": "01717d5c-2c01-7b11-8f3a-5a2d9c4e6f01",
            "cursor": "41",
            "subjectKind": event.subject_kind,
            "subjectId": "01717d5c-2bff-7c22-9a4b-6b3e0d5f7a02",
            "teamId": None,
            "payload": {name: field.example() for name, field in event.payload.items() if field.required},
        },
    }
