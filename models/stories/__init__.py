"""Lighthouse stories: text in two languages, pictures with alt text, facts with sources, the team's consent."""

from models.stories.consent import ConsentState, StoryConsent
from models.stories.parts import Asset, AssetFile, Claim, Fact, StoryText, Words
from models.stories.states import StoryState
from models.stories.story import PUBLISH, Story

__all__ = [
    "PUBLISH",
    "Asset",
    "AssetFile",
    "Claim",
    "ConsentState",
    "Fact",
    "Story",
    "StoryConsent",
    "StoryState",
    "StoryText",
    "Words",
]
