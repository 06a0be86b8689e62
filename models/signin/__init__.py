"""Signing in: magic links, revocable sessions, personal API tokens. Every secret is stored as a hash only."""

from models.signin.joining import join
from models.signin.knowing import viewer_by_cookie, viewer_by_token
from models.signin.links import LINK_LIFE, LINKS_PER_ADDRESS, LinkInvalid, LoginLink
from models.signin.sessions import SESSION_IDLE, SESSION_LIFE, TOUCH_EVERY, Session
from models.signin.tokens import ApiToken
from models.signin.viewers import viewer_of

__all__ = [
    "LINKS_PER_ADDRESS",
    "LINK_LIFE",
    "SESSION_IDLE",
    "SESSION_LIFE",
    "TOUCH_EVERY",
    "ApiToken",
    "LinkInvalid",
    "LoginLink",
    "Session",
    "join",
    "viewer_by_cookie",
    "viewer_by_token",
    "viewer_of",
]
