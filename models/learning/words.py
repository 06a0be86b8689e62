"""The words of the Lernplattform: what a resource is, how much it asks for, where it comes from."""

from collections.abc import Mapping
from enum import StrEnum


class ResourceKind(StrEnum):
    """What it is."""

    ARTICLE = "article"
    VIDEO = "video"
    TEMPLATE = "template"
    """Something to copy and fill in."""
    COURSE = "course"
    TOOL = "tool"
    FAQ = "faq"
    """A question with its answer; it stands on the page of frequent questions."""


class ResourceLevel(StrEnum):
    """How much one should know beforehand."""

    BEGINNER = "beginner"
    ADVANCED = "advanced"
    EXPERT = "expert"


class ResourceOrigin(StrEnum):
    """From whom it comes."""

    MENTOR = "mentor"
    """Somebody who answers others: an expert of ours."""
    SWARM = "swarm"
    """Any member."""
    QUESTION = "question"
    """An answer to a question that somebody asked."""


class ResourceState(StrEnum):
    SUGGESTED = "suggested"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    STALE = "stale"
    """Its review date has passed: still read at its address, marked, and in no list."""
    BROKEN = "broken"
    """What it leads to is not there any more."""
    ARCHIVED = "archived"


KINDS: Mapping[ResourceKind, tuple[str, str]] = {
    ResourceKind.ARTICLE: ("Artikel", "Article"),
    ResourceKind.VIDEO: ("Video", "Video"),
    ResourceKind.TEMPLATE: ("Vorlage", "Template"),
    ResourceKind.COURSE: ("Kurs", "Course"),
    ResourceKind.TOOL: ("Werkzeug", "Tool"),
    ResourceKind.FAQ: ("Häufige Frage", "Frequent question"),
}
"""How people call them, in German and English."""
