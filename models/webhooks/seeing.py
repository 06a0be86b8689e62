"""Which events an endpoint gets: what it asked for, of what it may see. Asked when a delivery is made, and again when
it is sent, so that what was taken back in between does not leave.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from models.errors import ValidationProblem
from models.outbox import OutboxEvent
from models.roles import Visibility

if TYPE_CHECKING:
    from models.webhooks.endpoint import WebhookEndpoint

TOPICS_MAX = 30
_TOPIC = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*){0,3}\.?")


class TopicsInvalid(ValidationProblem):
    code = "TOPICS_INVALID"
    de = "Ein Thema ist der Anfang eines Ereignisnamens, etwa „story.“ oder „story.published“; höchstens 30 davon."
    en = "A topic is the beginning of the name of an event, such as “story.” or “story.published”; at most 30 of them."


def topics_of(said: Iterable[str]) -> list[str]:
    """The topics as they are stored. None at all means everything that the endpoint may see."""
    topics = list(dict.fromkeys(each.strip().lower() for each in said))
    if len(topics) > TOPICS_MAX or not all(len(each) <= 80 and _TOPIC.fullmatch(each) for each in topics):
        raise TopicsInvalid("topics")
    return topics


def may_see(endpoint: "WebhookEndpoint", event: OutboxEvent) -> bool:
    """Whether this event is any business of the endpoint's owner."""
    return event.visible_to is Visibility.PUBLIC


def wants(endpoint: "WebhookEndpoint", type: str) -> bool:
    """Whether a type lies under one of the endpoint's topics: by whole words, so `story` is not `story_consent`."""
    topics: list[str] = endpoint.topics
    return not topics or any(type == topic or type.startswith(topic.rstrip(".") + ".") for topic in topics)
