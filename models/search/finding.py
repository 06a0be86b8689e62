"""Asking the index: hits in the order of the search, only of rows that the viewer may see.

Who may see what is asked of the rows themselves, in the same statement: what one may not see is neither a hit nor
counted, however old the entry is.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tortoise.queryset import QuerySet

from models import sql
from models.access import Viewer, visible
from models.language import Language
from models.search.asking import Question
from models.search.excerpts import Piece, excerpt, marked
from models.search.sources import SOURCES, SearchKind

# A score is a whole number: it stands in cursors, and both databases compare whole numbers alike. On PostgreSQL it
# depends on the entry alone; bm25 also weighs how rare a word is, and moves a little with every text that is added.
_SCORED = {
    "postgres": (
        "SELECT e.id, e.kind, e.subject_id, e.language,"
        " (ts_rank('{0.1, 0.3, 0.6, 1.0}', e.terms, $2::text::tsquery, 1) * 1000000000)::bigint AS score"
        " FROM search_entry e WHERE e.terms @@ $1::text::tsquery"
    ),
    "sqlite": (
        "SELECT e.id, e.kind, e.subject_id, e.language, CAST(t.rank * -1000000000000 AS INTEGER) AS score"
        " FROM (SELECT rowid, bm25(search_text, 10.0, 6.0, 3.0, 1.0) AS rank FROM search_text"
        " WHERE search_text MATCH $1) t CROSS JOIN search_entry e ON e.id = t.rowid WHERE 1 = 1"
    ),
}
_MATCHED = {
    "postgres": "SELECT e.kind, e.subject_id FROM search_entry e WHERE e.terms @@ $1::text::tsquery",
    "sqlite": (
        "SELECT e.kind, e.subject_id FROM (SELECT rowid FROM search_text WHERE search_text MATCH $1) t"
        " CROSS JOIN search_entry e ON e.id = t.rowid WHERE 1 = 1"
    ),
}


@dataclass(frozen=True)
class Place:
    """Where a hit stands in the order: the better score first, then the entry that is older."""

    score: int
    entry: int


@dataclass(frozen=True)
class Hit:
    """A row that was found, by one of its texts."""

    place: Place
    kind: SearchKind
    subject_id: UUID
    language: Language | None
    title: list[Piece]
    excerpt: list[Piece]


class Search:
    """One question of one viewer. Nothing is asked before it is awaited."""

    def __init__(
        self,
        question: Question,
        viewer: Viewer,
        kinds: Collection[SearchKind] | None = None,
        *,
        reader: Language = Language.DE,
    ) -> None:
        """`reader` is the language of whoever reads the hits: of a row with texts in both it is the one to show."""
        self._question, self._viewer, self._reader = question, viewer, reader
        self._kinds = [kind for kind in SOURCES if kinds is None or kind in kinds]

    async def hits(self, most: int, after: Place | None = None) -> list[Hit]:
        """The best hits, or those behind a place. A row is one hit, with the text that its reader would choose."""
        if not self._question or not self._kinds:
            return []
        ranking = [self._question.tsquery(" | ")] if sql.dialect() == "postgres" else []
        scope, values = self._scope(*ranking)
        statement = (
            f"WITH found AS ({_SCORED[sql.dialect()]}{scope}), best AS (SELECT * FROM (SELECT found.*, ROW_NUMBER()"
            f" OVER (PARTITION BY kind, subject_id ORDER BY CASE WHEN language = ${len(values) + 2} THEN 0 ELSE 1 END,"
            " score DESC, id) AS nth FROM found) ranked WHERE nth = 1)"
            f" SELECT b.*, e.title, e.body FROM (SELECT id, kind, subject_id, language, score FROM best{{after}}"
            f" ORDER BY score DESC, id LIMIT ${len(values) + 1}) b JOIN search_entry e ON e.id = b.id"
            " ORDER BY b.score DESC, b.id"
        )
        values += [most, self._reader.value]
        behind = ""
        if after is not None:
            # The place is where its entry stands now, should scores have moved since; of one that is gone, where it
            # stood.
            stands = f"(SELECT score FROM best WHERE id = ${len(values) + 1})"
            behind = (
                f" WHERE (score < COALESCE({stands}, ${len(values) + 2})"
                f" OR (score = COALESCE({stands}, ${len(values) + 2}) AND id > ${len(values) + 1}))"
            )
            values += [after.entry, after.score]
        return [self._hit(row) for row in await sql.rows(statement.replace("{after}", behind), *values)]

    async def count(self) -> int:
        """How many rows the viewer would come across on all pages."""
        if not self._question or not self._kinds:
            return 0
        scope, values = self._scope()
        matched = f"SELECT DISTINCT kind, subject_id FROM ({_MATCHED[sql.dialect()]}{scope}) m"
        return int((await sql.rows(f"SELECT COUNT(*) AS items FROM ({matched}) d", *values))[0]["items"])

    def _scope(self, *more: Any) -> tuple[str, list[Any]]:
        """The conditions on an entry `e`, and the values of the statement so far: the expression, then `more`."""
        asked = self._question.tsquery() if sql.dialect() == "postgres" else self._question.match()
        values: list[Any] = [asked, *more]
        text = ""
        if len(self._question.languages) == 1:
            values.append(self._question.languages[0].value)
            text = f" AND e.language IN ('', ${len(values)})"
        allowed = []
        for kind in self._kinds:
            rows, given = _rendered(visible(SOURCES[kind].findable(), self._viewer), len(values))
            allowed.append(f"(e.kind = '{kind.value}' AND EXISTS (SELECT 1 FROM ({rows}) v WHERE v.id = e.subject_id))")
            values += given
        return f"{text} AND ({' OR '.join(allowed)})", values

    def _hit(self, row: dict[str, Any]) -> Hit:
        return Hit(
            Place(int(row["score"]), int(row["id"])),
            SearchKind(row["kind"]),
            UUID(str(row["subject_id"])),
            Language(row["language"]) if row["language"] else None,
            marked(row["title"], self._question),
            excerpt(row["body"], self._question),
        )


def _rendered(rows: QuerySet[Any], before: int) -> tuple[str, Sequence[Any]]:
    """The statement for the ids of a queryset, its parameters numbered behind `before` others."""
    query = rows.only("id")
    query._choose_db_if_not_chosen()
    query._make_query()
    text, values = query.query.get_parameterized_sql()
    numbers = iter(range(before + 1, before + 1 + len(values)))
    # SQLite's have no number; PostgreSQL's are numbered in the order of the text.
    return re.sub(r"\$\d+|\?", lambda _: f"${next(numbers)}", text), list(values)
