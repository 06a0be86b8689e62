"""One index over what the community has written: what is in it, how it is kept, how it is asked."""

from models.search.entry import SearchEntry

__all__ = ["SearchEntry"]
