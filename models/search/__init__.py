"""One index over what the community has written: what is in it, how it is kept, how it is asked.

`sources.py` says what is searchable; `index.py` and `rebuilding.py` keep the index, `finding.py` asks it.
"""

from models.search.asking import Question
from models.search.entry import SearchEntry
from models.search.excerpts import Piece
from models.search.finding import Hit, Place, Search
from models.search.index import Tally, forget, index
from models.search.rebuilding import rebuild
from models.search.sources import SOURCES, SearchKind

__all__ = [
    "SOURCES",
    "Hit",
    "Piece",
    "Place",
    "Question",
    "Search",
    "SearchEntry",
    "SearchKind",
    "Tally",
    "forget",
    "index",
    "rebuild",
]
