"""Questions that mean the same: found while somebody types, in German and in English.

`glossary.py` knows which words mean the same, `features.py` makes of a text what is compared, `shelf.py` holds that of
all questions in memory, `shelves.py` keeps it in line with the rows, and `finding.py` answers a viewer.
"""

from models.questions.similar.finding import LEAST, MOST, Similar, similar

__all__ = ["LEAST", "MOST", "Similar", "similar"]
