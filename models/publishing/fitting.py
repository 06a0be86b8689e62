"""Making words fit: shortened without cutting what must stay whole, and tags out of labels."""

import re
from collections.abc import Callable, Sequence

import regex

from models.text import SENTENCE_END

WORD = regex.compile(r"\S+\s*|\s+")
NEVER_CUT = regex.compile(r"https?://\S+|[@#]\w\S*")


def hashtag(label: str) -> str:
    """`open data` -> `#OpenData`; umlauts stay, digits alone make none. Empty when nothing is left."""
    words = re.split(r"[^\w]+", label.replace("*", "").replace("_", " "))
    tag = "".join(word[:1].upper() + word[1:] for word in words if word)
    return f"#{tag}" if tag and not tag.isdigit() else ""


def hashtags(labels: Sequence[str], most: int) -> list[str]:
    """The first tags, each once whatever its case."""
    tags = {tag.casefold(): tag for tag in map(hashtag, labels) if tag}
    return list(tags.values())[:most]


def shortened(text: str, fits: Callable[[str], bool], ellipsis: str = "…") -> str:
    """The longest beginning that fits: at a sentence when that keeps most of it, else at a word, else at a character.

    A URL, mention or hashtag is kept whole or left out. Empty when nothing fits.
    """
    if fits(text):
        return text
    words = WORD.findall(text)
    kept = _most(len(words) - 1, lambda number: fits(_ended(words[:number], ellipsis)))
    if kept == 0:
        return _within_a_word(words[0].rstrip(), fits, ellipsis)
    cut = "".join(words[:kept]).rstrip()
    ends = [match.end() for match in SENTENCE_END.finditer(cut)]
    if ends and ends[-1] >= 0.7 * len(cut):
        return cut[: ends[-1]]
    return _ended(words[:kept], ellipsis)


def _ended(words: Sequence[str], ellipsis: str) -> str:
    return "".join(words).rstrip(" ,;:–—-\n") + ellipsis


def _within_a_word(word: str, fits: Callable[[str], bool], ellipsis: str) -> str:
    if NEVER_CUT.match(word):
        return ""
    letters = regex.findall(r"\X", word)
    kept = _most(len(letters), lambda number: fits("".join(letters[:number]) + ellipsis))
    return "".join(letters[:kept]) + ellipsis if kept else ""


def _most(high: int, fits: Callable[[int], bool]) -> int:
    """The largest number up to `high` that fits, by halves: one count of X's takes a millisecond."""
    low = 0
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low
