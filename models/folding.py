"""German names are found however they are typed (E24): Müller = Mueller = muller, Straße = Strasse."""

import unicodedata

LETTERS = str.maketrans({"ß": "ss", "ẞ": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ı": "i", "ł": "l", "đ": "d"})
DIGRAPHS = (("ae", "a"), ("oe", "o"), ("ue", "u"))


def fold(text: str) -> str:
    """One spelling for all ways to type a word; to compare with, never to show.

    "ä" and "ae" both become "a", since some people type one, some the other and some neither. So a few different words
    fold alike ("neue", "Nüe"): a search that finds a little too much is better than one that misses a name.
    """
    bare = unicodedata.normalize("NFKD", text.casefold().translate(LETTERS).casefold())
    # Once more: a mathematical "𝑨" is no capital before it is taken apart.
    plain = "".join(c for c in bare if not unicodedata.combining(c)).casefold()
    for two, one in DIGRAPHS:
        plain = plain.replace(two, one)
    return " ".join(plain.split())
