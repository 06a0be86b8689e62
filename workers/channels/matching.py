"""Is this the post that we sent? By its link, which no other post has; without one by its words."""

import html
import re
import unicodedata

TAG = re.compile(r"<[^>]+>")


def words(text: str) -> str:
    """Text as it survives a network: entities and markup undone, NFC, single spaces."""
    return " ".join(unicodedata.normalize("NFC", html.unescape(TAG.sub(" ", text))).split())


def carries(link: str, text: str, links: list[str]) -> bool:
    """Does the post carry our link, in its text or among the links that the network found in it?"""
    return bool(link) and (link in html.unescape(text) or any(found.rstrip("/") == link.rstrip("/") for found in links))


def says_the_same(ours: str, theirs: str) -> bool:
    """The same words, whatever became of the links."""
    bare = re.compile(r"https?://\S+")
    return words(bare.sub("", ours)) == words(bare.sub("", TAG.sub(" ", theirs)))
