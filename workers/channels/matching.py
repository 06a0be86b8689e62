"""Is this the post that we sent? By its link, which no other post has; without one by its words."""

import html
import re
import unicodedata

TAG = re.compile(r"<[^>]+>")
LINK = re.compile(r"https?://\S+")


def shown(markup: str) -> str:
    """What a reader sees of the network's answer: markup off first, entities undone after it."""
    return html.unescape(TAG.sub(" ", markup))


def words(text: str) -> str:
    """The words without links, NFC, single spaces: what survives every network."""
    return " ".join(unicodedata.normalize("NFC", LINK.sub(" ", text)).split())


def carries(link: str, text: str, links: list[str]) -> bool:
    """Does the post carry our link, in its text or among the links that the network found in it?"""
    return bool(link) and (link in html.unescape(text) or any(found.rstrip("/") == link.rstrip("/") for found in links))


def says_the_same(ours: str, theirs: str) -> bool:
    """The same words, whatever became of the links. `theirs` is as the network tells it."""
    return words(ours) == words(shown(theirs))
