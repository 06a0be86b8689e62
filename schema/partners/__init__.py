"""Partner organisations: the wall, who acts for a partner, what it may see, its keys."""

from schema.partners.wall import Partner

__all__ = ["Partner"]
