"""Mastodon's published request shapes, when the folder with the specifications lies beside the repository.

The project stands alone and copies none of it: without the folder the stand-in checks field names and limits only,
and the test named for it is shown as skipped.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

SPECIFICATION = Path(__file__).parents[3] / "shared" / "specs" / "mastodon" / "mastodon-openapi.reduced.json"


@cache
def _document() -> dict[str, Any] | None:
    return json.loads(SPECIFICATION.read_text()) if SPECIFICATION.exists() else None


def objection(path: str, method: str, media_type: str, body: Any) -> str:
    """What the specification has against a request body; empty when nothing, or when there is no specification."""
    document = _document()
    if document is None:
        return ""
    schema = document["paths"][path][method]["requestBody"]["content"][media_type]["schema"]
    whole = {**schema, "components": document["components"]}
    errors = jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker()).iter_errors(body)
    return "; ".join(error.message[:200] for error in errors)
