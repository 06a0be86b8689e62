"""The version of the catalogue, and since when there is a type of event. How to raise it: docs/partners/events.md."""

from collections.abc import Mapping

VERSION = "1.0"
"""Of all schemas together. The second number rises with every release that adds something; the first one would say
that something was taken away, which does not happen without a second name beside the first (see `compatibility.py`).
"""

SINCE: Mapping[str, str] = {}
"""Types that came after 1.0, with the version that brought them."""


def since(type: str) -> str:
    return SINCE.get(type, "1.0")
