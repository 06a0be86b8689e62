"""`python -m tests.bench.similar`: whether what was asked before is found among 20,000 questions, and how fast (C2.1).

The pairs are those of tests/questions/similar. Every step of the ladder is told by itself: what words alone find, what
pieces of words add, what the glossary adds, what guessing at slips and at unfinished words adds, and what the
texts below the titles add.
"""

import argparse
import asyncio
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import uuid4

import models
from models.access import Viewer
from models.base import utcnow
from models.language import Language
from models.questions import Question, QuestionState
from models.questions.similar import similar
from models.questions.similar.features import Features, features, of_question, of_typed
from models.questions.similar.shelf import Shelf
from models.questions.similar.shelves import shelf
from models.roles import Role
from models.search import Question as Query
from models.search import Search, SearchKind, rebuild
from tests.bench import places
from tests.questions.similar.crowd import Pair, crowd, halves, later, pairs, twice

QUESTIONS = 20_000
FIRST = 5
Line = Callable[[str, str], None]
LADDER = {
    "words by their stems": "s",
    "and pieces of words": "sp",
    "and what they mean (the glossary)": "spm",
}
Texts = list[tuple[str, str, Language]]
"""Titles with their texts."""


def labelled() -> dict[str, list[Pair]]:
    """The sets, each by itself: what one asks about, the other may ask about, too, and be rightly found."""
    return {"asked twice, by two people": twice(), "pairs of titles": [*pairs(), *later()]}


def told(of: list[Pair], size: int) -> Texts:
    known = [(pair.known, pair.text, pair.known_in) for pair in of]
    return [*known, *((one.title, one.text, one.language) for one in crowd(size - len(known)))]


def ladder(line: Line, of: list[Pair], size: int) -> None:
    """In memory: no database is in it."""
    texts = told(of, size)
    said = [of_question(title, text, language) for title, text, language in texts]
    typed = [of_typed(pair.asked, (pair.asked_in,)) for pair in of]
    for name, kinds in LADDER.items():
        recalled(line, name, of, texts, said, [features(pair.asked, (pair.asked_in,)) for pair in of], kinds)
    recalled(line, "and guesses at slips and unfinished words", of, texts, said, typed, "spm")
    recalled(line, "and the texts below known titles", of, texts, said, typed, "spmb")
    written = [of_typed(pair.written, (pair.asked_in,)) for pair in of]
    recalled(line, "and the text below the title asked", of, texts, said, written, "spmb")


def recalled(
    line: Line, name: str, of: list[Pair], texts: Texts, said: list[Features], asked: list[Features], kinds: str
) -> None:
    """`kinds`: what features begin with that are looked at."""
    kept, ids = Shelf(), [uuid4() for _ in texts]
    for id, (_, _, language), found in zip(ids, texts, said, strict=True):
        kept.put(id, {key: weight for key, weight in found.items() if key[0] in kinds}, language)
    some = ({key: weight for key, weight in each.items() if key[0] in kinds} for each in asked)
    shares(line, name, of, [id in kept.nearest(each, FIRST) for id, each in zip(ids, some, strict=False)])


def shares(line: Line, name: str, of: list[Pair], hits: Sequence[bool]) -> None:
    """Of all pairs: by half, by languages, by what makes them hard."""
    among: dict[str, list[bool]] = defaultdict(list)
    tuned, held = (
        frozenset(one) | frozenset(other) for one, other in zip(halves(pairs()), halves(twice()), strict=True)
    )
    for pair, hit in zip(of, hits, strict=True):
        half = "tuned on" if pair in tuned else "held out" if pair in held else "written later"
        for label in ("all", half, pair.kind, pair.trait):
            among[label].append(hit)
    line(name, ", ".join(f"{label} {statistics.mean(some):.0%} ({len(some)})" for label, some in among.items()))


async def asked(line: Line, of: list[Pair], size: int) -> None:
    """As the API asks: rows, what the viewer may see, duplicates."""
    person = await models.Person.join(email="a@example.org", name="Ada", handle="ada", now=utcnow())
    viewer = Viewer(person_id=person.id, roles=frozenset({Role.PARTICIPANT}))
    rows = [
        Question(title=title, body=text, language=language, state=QuestionState.QUEUED, asked_at=utcnow())
        for title, text, language in told(of, size)
    ]
    await Question.bulk_create(rows, batch_size=500)
    # As in a community that did not write all of it a minute ago: what is younger than that is read again.
    await Question.all().update(updated_at=utcnow() - timedelta(days=1))
    began = time.perf_counter()
    await similar("Datenschutz", viewer, FIRST)
    line("the first question, answered from what is read", f"{(time.perf_counter() - began) * 1_000:,.0f} ms")
    while len(await shelf()) < len(rows):
        await asyncio.sleep(0.1)
    line(f"{size:,} rows are read", f"{time.perf_counter() - began:,.1f} s")
    await found(line, "found by the title", of, [pair.asked for pair in of], rows, viewer)
    await found(line, "found by title and text", of, [pair.written for pair in of], rows, viewer)


async def found(line: Line, name: str, of: list[Pair], typed: list[str], rows: list[Question], viewer: Viewer) -> None:
    hits, times = [], []
    for pair, text, row in zip(of, typed, rows, strict=False):
        began = time.perf_counter()
        answers = await similar(text, viewer, FIRST, pair.asked_in)
        times.append((time.perf_counter() - began) * 1_000)
        hits.append(row.id in [one.question_id for one in answers])
    times.sort()
    shares(line, name, of, hits)
    line("answered in", f"p50 {times[len(times) // 2]:.0f} ms, p99 {times[int(len(times) * 0.99)]:.0f} ms")


async def searched(line: Line, of: list[Pair]) -> None:
    """The search as it is, in which every word has to be found."""
    await rebuild()
    person = await models.Person.filter(handle="ada").first()
    assert person is not None
    viewer = Viewer(person_id=person.id, roles=frozenset({Role.PARTICIPANT}))
    hits = []
    for pair in of:
        answers = await Search(Query.of(pair.asked), viewer, [SearchKind.QUESTION]).hits(FIRST)
        hits.append(pair.known in ["".join(piece.text for piece in hit.title) for hit in answers])
    shares(line, "the search as it is", of, hits)


async def run(line: Line, setup: str, size: int, *, search: bool) -> None:
    for name, of in labelled().items():
        async with {"sqlite": places.sqlite, "postgres": places.postgres}[setup]() as place:
            print(f"\nSimilar questions, {name}, {place.name}, {size:,} questions", flush=True)
            await asked(line, of, size)
            if search:
                await searched(line, of)
        if setup == "sqlite":
            print("\nThe same, step by step, without a database", flush=True)
            ladder(line, of, size)


def _line(what: str, value: str) -> None:
    print(f"  {what:<44} {value}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=["sqlite", "postgres"])
    parser.add_argument("--questions", type=int, default=QUESTIONS)
    parser.add_argument("--search", action="store_true", help="the search as it is, too: its index takes minutes")
    given = parser.parse_args()
    if given.only is None:
        # One dialect per process: the ORM caches statements.
        again = [sys.executable, "-m", "tests.bench.similar", *sys.argv[1:], "--only"]
        return max(subprocess.run([*again, setup], check=False).returncode for setup in ("sqlite", "postgres"))
    asyncio.run(run(_line, given.only, given.questions, search=given.search))
    return 0


if __name__ == "__main__":
    sys.exit(main())
