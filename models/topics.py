"""Topics: beginnings of the names of events, by whole words. `story.` is everything about stories."""

import operator
import re
from collections.abc import Iterable
from functools import reduce

from tortoise.expressions import Q

from models.errors import ValidationProblem

TOPICS_MAX = 30
_TOPIC = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*){0,3}\.?")


class TopicsInvalid(ValidationProblem):
    code = "TOPICS_INVALID"
    de = "Ein Thema ist der Anfang eines Ereignisnamens, etwa „story.“ oder „story.published“; höchstens 30 davon."
    en = "A topic is the beginning of the name of an event, such as “story.” or “story.published”; at most 30 of them."


def topics_of(said: Iterable[str]) -> list[str]:
    """The topics as they are stored. Raises `TopicsInvalid`."""
    topics = list(dict.fromkeys(each.strip().lower() for each in said))
    if len(topics) > TOPICS_MAX or not all(len(each) <= 80 and _TOPIC.fullmatch(each) for each in topics):
        raise TopicsInvalid("topics")
    return topics


def under(topics: Iterable[str]) -> Q:
    """Events whose type lies under one of the topics; there is at least one."""
    whole = [each.rstrip(".") for each in topics]
    return reduce(operator.or_, (Q(type=word) | Q(type__startswith=f"{word}.") for word in whole))


def lies_under(type: str, topics: Iterable[str]) -> bool:
    """The same about one type: by whole words, so `story` is not `story_consent`."""
    whole = [each.rstrip(".") for each in topics]
    return any(type == word or type.startswith(f"{word}.") for word in whole)
