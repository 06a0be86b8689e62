"""What people find: however they type it, whatever its inflection, and never what is not theirs to see."""

import asyncio
import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.access import ANONYMOUS, SYSTEM, Viewer
from models.language import Language
from models.search import Hit, Place, Question, Search, SearchEntry, SearchKind, rebuild
from models.search.excerpts import excerpt, marked
from models.stories import Story, StoryState, Words
from models.teams import Team, TeamState
from tests import people, telling

TEAMS = {
    "Müller & Söhne": "Nachbarschaftshilfe für alle, die nicht einkaufen können.",
    "Hilfe von Mueller": "Wir liefern Bücher nach Hause, auch in die Große Straße.",
    "MULLER": "Gründer:innen beraten Gründer:innen.",
    "Maskerade": "Masken <b>nähen</b> & verteilen: <script>alert(1)</script>",
    "Open Lungs": "We are building ventilators for hospitals and running a hotline.",
}
STORY = {
    Language.DE: Words("Wärme aus Rechenzentren", "Wie ein Gewächshaus heizt.", "Die **Häuser** werden warm."),
    Language.EN: Words("Heat from data centres", "How a greenhouse is heated.", "The houses are getting warm."),
}


async def found(typed: str, viewer: Viewer = ANONYMOUS, **more: Any) -> set[str]:
    """The titles of what somebody finds; each row once, and as many as the count says."""
    search = Search(Question.of(typed, more.pop("language", None)), viewer, **more)
    hits = await search.hits(100)
    assert await search.count() == len(hits) == len({hit.subject_id for hit in hits})
    return {title(hit) for hit in hits}


def title(hit: Hit) -> str:
    return "".join(piece.text for piece in hit.title)


@pytest.fixture
async def community(database: str, now: datetime) -> None:
    for name, pitch in TEAMS.items():
        await people.team(name, pitch=pitch)
    await telling.published(now, STORY, of=await Team.filter(name="Open Lungs").get())
    await rebuild()


SPELT = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}
BARE = {"ä": "a", "ö": "o", "ü": "u", "ß": "ss"}
words = st.text("bdfghklmnprstzäöüß", min_size=3, max_size=14)


@given(words, st.data())
@settings(max_examples=50)
def test_a_german_word_is_found_however_it_and_the_query_are_typed(word: str, data: st.DataObject) -> None:
    """E24, for every word: with umlauts, with two letters, with none, in capitals; either way round."""
    ways = st.sampled_from([{}, SPELT, BARE])

    def typed() -> str:
        spelt = "".join(data.draw(ways).get(letter, letter) for letter in word)
        return data.draw(st.sampled_from([str, str.upper, str.title]))(spelt)

    assert Question.of(typed()).matches(typed())


async def test_names_umlauts_inflections_compounds_and_colon_forms_are_found(community: None) -> None:
    """E24: "Müller" finds "Mueller" and "muller" and the other way round; ß is ss."""
    everyone = {"Müller & Söhne", "Hilfe von Mueller", "MULLER"}
    for typed in ("Müller", "Mueller", "muller", "MÜLLER", "MUELLER", "mu\u0308ller", "  müller!  "):
        assert await found(typed) == everyone, typed
    for typed in ("strasse", "Straße", "STRASSE", "groß", "gross", "Buch", "Buecher", "bücher"):
        assert await found(typed) == {"Hilfe von Mueller"}, typed
    for typed in ("Gründer", "Gründerin", "Gründerinnen", "Gründer*innen", "grunder"):
        assert await found(typed) == {"MULLER"}, typed
    for typed in ("Nachbarschaftshilfen", "Nachbarschaft", "nachbar", "Hilfe"):
        assert "Müller & Söhne" in await found(typed), typed
    assert await found("Hilfe") == {"Müller & Söhne", "Hilfe von Mueller"}  # also the end of a compound
    assert await found("ventilator") == await found("VENTILATORS hospital") == {"Open Lungs"}


async def test_a_story_is_found_once_and_by_the_grammar_of_each_language(community: None) -> None:
    assert await found("Haus Wärme") == {"Wärme aus Rechenzentren"}
    assert await found("house heating") == {"Heat from data centres"}
    assert await found("warm") == await found("warm", reader=Language.DE) == {"Wärme aus Rechenzentren"}
    assert await found("warm", reader=Language.EN) == {"Heat from data centres"}
    assert await found("warm", language=Language.DE) == {"Wärme aus Rechenzentren"}
    assert await found("warm", language=Language.EN) == {"Heat from data centres"}
    assert await found("warm", kinds=[SearchKind.TEAM]) == set()
    assert await found("warm", kinds=[]) == set()
    assert await found("bildung") == {"Wärme aus Rechenzentren"}  # its tag


async def test_words_of_the_title_come_first_and_every_word_counts(community: None) -> None:
    first, *rest = await Search(Question.of("hilfe"), ANONYMOUS).hits(10)

    assert title(first) == "Hilfe von Mueller"
    assert [title(hit) for hit in rest] == ["Müller & Söhne"]
    assert await found("müller einkaufen") == {"Müller & Söhne"}
    assert await found("müller ventilator") == set()


async def test_what_the_viewer_may_not_see_is_no_hit_no_excerpt_and_no_number(database: str, now: datetime) -> None:
    """E50: also with an index that has not heard yet, and for each kind of viewer."""
    shown, hidden = await people.team("Leuchtboje"), await people.team("Leuchtgeheim", pitch="Leuchtet heimlich.")
    lead = await people.lead_of(hidden.id)
    story, editor = await telling.published(now, {Language.DE: Words("Leuchtende Tage", "", "Es leuchtet.")}, of=shown)
    stranger, staff = await people.participant(), replace(SYSTEM)
    await rebuild()
    for viewer in (ANONYMOUS, stranger, lead, editor, staff):
        assert await found("leucht", viewer) == {"Leuchtboje", "Leuchtgeheim", "Leuchtende Tage"}

    await Team.filter(id=hidden.id).update(state=TeamState.ARCHIVED)
    await Story.filter(id=story.id).update(state=StoryState.RETRACTED)

    for viewer in (ANONYMOUS, stranger, lead, editor, staff):
        assert await found("leucht", viewer) == {"Leuchtboje"}
        assert await found("geheim heimlich", viewer) == set()
    assert await SearchEntry.all().count() == 3
    await rebuild()
    assert await SearchEntry.all().values_list("title", flat=True) == ["Leuchtboje"]


async def test_pages_hold_everything_once_while_entries_come_and_go(database: str) -> None:
    for number in range(12):
        await people.team(f"Anker {number}", pitch="anker " * (number % 4))
    await rebuild()
    search, seen, after = Search(Question.of("anker"), ANONYMOUS), [], None
    whole = [hit.subject_id for hit in await search.hits(100)]

    while page := await search.hits(5, after):
        seen += [hit.subject_id for hit in page]
        after = page[-1].place
        if len(seen) > 12:
            continue
        # A text more moves scores on one of the databases; the entry of the place itself may even vanish.
        await people.team("Ein Anker kommt dazu", pitch="Sonst hat er mit der Sache nichts zu tun.")
        await rebuild()

    assert set(whole) <= set(seen)
    assert len(seen) == len(set(seen))
    assert seen[:5] == whole[:5]
    assert await search.hits(5, Place(-1, 0)) == []


HOSTILE = [
    "", " ", "\x00", "'", '"', "''; DROP TABLE team; --", "%", "*", "a*", "(", ")", "NOT", "AND OR NEAR", "NEAR(a, 2)",
    "title_words:x", "{title_words}:", "^müller", "müller:*", "a & b | !c <-> d", "\\", "\ud800", "die und der", "the",
    "x" * 10_000, "müller " * 1_500, "\x01\x02müller\x7f", "🦠", "שלום", "qq", "qqflih", "_", "a_b", "ﬁ", "İ", "\u0308",
]  # fmt: skip


async def test_no_query_raises_whatever_is_typed(community: None) -> None:
    for typed in HOSTILE:
        await found(typed)
    assert await found("\x01\x02müller\x7f") == await found("müller")
    assert await found("die") == {"Müller & Söhne", "Hilfe von Mueller", "Wärme aus Rechenzentren"}
    assert await found("einkaufen die und der") == {"Müller & Söhne"}


def test_no_text_and_no_query_raise_and_pieces_are_the_text_again() -> None:
    @given(st.text(max_size=400), st.text(max_size=60), st.sampled_from([None, *Language]))
    @settings(max_examples=50)
    def holds(text: str, typed: str, language: Language | None) -> None:
        question = Question.of(typed, language)
        assert "".join(piece.text for piece in marked(text, question)) == text
        assert all(piece.text for piece in excerpt(text, question))
        assert not question or question.matches(question.words[0].word) or not question.words[0].word

    holds()


def test_no_character_leaves_the_quotes_of_an_expression() -> None:
    """Words are put into the expressions of both databases between quotes; what a letter is taken apart to is, too."""
    apart = [chr(code) for code in range(0x30000) if unicodedata.decomposition(chr(code))]

    for question in map(Question.of, apart):
        words = [term.word for term in question.words] + [s for term in question.words for _, s in term.stems]
        assert not set("".join(words)) & set("'\"\\ \x00"), question


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[None]:
    from models import db

    async with db.opened(url, everywhere=False):
        await db.create_schema()
        yield


@given(st.lists(st.text(max_size=80), min_size=20, max_size=40))
@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_database_takes_every_query(database_url: str, typed: list[str]) -> None:
    async def ask() -> None:
        async with opened(database_url):
            for one in typed:
                await found(one)

    asyncio.run(ask())


def test_excerpts_show_the_words_that_were_looked_for_and_no_markup() -> None:
    text = "Anfang. " * 60 + "Hier nähen wir <b>Masken</b>, und zwar viele. " + "Ende. " * 60

    pieces = excerpt(text, Question.of("maske naehen"))

    assert [piece.text for piece in pieces if piece.hit] == ["nähen", "Masken"]
    shown = "".join(piece.text for piece in pieces)
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert "<b>Masken</b>" in shown  # text stays text; whoever shows it escapes it
    assert len(shown) < 300
    assert excerpt("Kurz.", Question.of("anderes")) == [("Kurz.", False)]


async def test_a_rebuild_repairs_what_is_wrong_and_nothing_else(database: str, now: datetime) -> None:
    one, two = await people.team("Anker"), await people.team("Boje")
    gone, _ = await people.team("Container"), await people.team("Deich")
    assert [(t.added, t.changed, t.removed) for t in (await rebuild(repair=False)).values()][:2] == [
        (4, 0, 0),
        (0, 0, 0),
    ]
    await rebuild()
    before = {entry.id: entry.digest for entry in await SearchEntry.all()}

    assert not any((await rebuild(batch=1)).values())
    assert {entry.id: entry.digest for entry in await SearchEntry.all()} == before

    await SearchEntry.filter(subject_id=one.id).delete()
    await Team.filter(id=two.id).update(name="Tonne")
    await gone.delete()
    tally = (await rebuild(repair=False))[SearchKind.TEAM]
    assert (tally.added, tally.changed, tally.removed) == (1, 1, 1)
    assert await found("boje") == {"Boje"}  # only looked
    await rebuild()
    assert not any((await rebuild(repair=False)).values())
    assert (await found("boje"), await found("tonne"), await found("anker")) == (set(), {"Tonne"}, {"Anker"})
