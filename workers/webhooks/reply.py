"""What came back, or that nothing did."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass

from models.webhooks.targets import Target


class NoAnswer(Exception):
    """There was no answer, or none that could be read. The text is in plain words, without the address."""


@dataclass(frozen=True)
class Reply:
    """The beginning of an answer; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def host_of(to: Target) -> str:
    name = f"[{to.host}]" if ":" in to.host else to.host
    return name if to.port == {"http": 80, "https": 443}[to.scheme] else f"{name}:{to.port}"


def in_words(closed: Exception) -> str:
    causes = [closed, closed.__cause__, closed.__context__]
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return "The address does not prove who it is: its certificate is not valid for its name."
    return "Nobody answers at the address."
