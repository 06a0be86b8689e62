"""What members follow without belonging to it: Bausteine, fields of action, teams, skills, all news of a kind (C12)."""

from models.following.follow import FOLLOWS_MAX, Follow, News, OneTopic, TooManyFollows, Topic
from models.following.questions import stop_following, tell_followers
from models.following.spreading import TOLD, spread

__all__ = [
    "FOLLOWS_MAX",
    "TOLD",
    "Follow",
    "News",
    "OneTopic",
    "TooManyFollows",
    "Topic",
    "spread",
    "stop_following",
    "tell_followers",
]
