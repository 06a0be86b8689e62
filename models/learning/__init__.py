"""The Lernplattform: what the community has found out, reviewed and with its licence."""

from models.learning.looking import ORDER, Wanted, catalogue, faq
from models.learning.resource import ANNOUNCED, LearningResource
from models.learning.states import READABLE
from models.learning.topics import LearningTopic
from models.learning.words import KINDS, ResourceKind, ResourceLevel, ResourceOrigin, ResourceState
from models.learning.writing import Material

__all__ = [
    "ANNOUNCED",
    "KINDS",
    "ORDER",
    "READABLE",
    "LearningResource",
    "LearningTopic",
    "Material",
    "ResourceKind",
    "ResourceLevel",
    "ResourceOrigin",
    "ResourceState",
    "Wanted",
    "catalogue",
    "faq",
]
