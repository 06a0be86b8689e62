"""What people paste into a text field, and what readers get to see of it."""

import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import text
from models.text import LineBroken, TextMissing, TextTooLong

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "[click](JaVaScRiPt:alert(1))",
    "[click](data:text/html;base64,PHNjcmlwdD4=)",
    '[click](https://a.example "\\" onmouseover=alert(1))',
    '<https://a.example/" onclick=alert(1)>',
    "![x](javascript:alert(1))",
    "<svg/onload=alert(1)>",
    "<style>body{display:none}</style>",
]

MALFORMED = [
    "**never closed",
    "[a](",
    "```\nno end",
    "| a |\n|--",
    "> > > > deep",
    "* \n\t* x",
    "&#xD800;",
    "\\",
    "![",
    "<!--",
]


class Seen(HTMLParser):
    """What a browser makes of a page: elements and attributes, not the words between them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_script_reaches_a_reader(attack: str) -> None:
    seen = Seen()
    seen.feed(text.html(attack))

    assert seen.tags <= text.TAGS
    assert {name for name, _ in seen.attributes} <= {"href", "title", "rel"}
    assert all(value.startswith("https:") for name, value in seen.attributes if name == "href")


@pytest.mark.parametrize("markdown", MALFORMED)
def test_malformed_markdown_is_shown_as_well_as_it_goes(markdown: str) -> None:
    assert isinstance(text.html(markdown), str)
    assert isinstance(text.plain(markdown), str)


@given(st.text(max_size=400))
def test_no_input_makes_an_element_that_is_not_allowed(markdown: str) -> None:
    page = text.html(text.prose(markdown, "body", required=False))

    assert text.nh3.clean(page, tags=text.TAGS, attributes=text.ATTRIBUTES, url_schemes=text.SCHEMES) == page


def test_a_story_keeps_its_structure() -> None:
    page = text.html("# Wärme\n\nEin **Satz** mit [Link](https://example.org).\n\n- eins\n- zwei\n")

    assert "<h2>Wärme</h2>" in page
    assert '<a href="https://example.org" rel="noopener noreferrer">Link</a>' in page
    assert "<li>eins</li>" in page


def test_a_picture_in_the_text_leaves_its_description_only() -> None:
    assert text.html("![eine Karte](https://spy.example/p.gif)") == "<p>eine Karte</p>\n"
    assert text.plain("Vorher ![eine Karte](https://spy.example/p.gif) nachher") == "Vorher nachher"


def test_a_megabyte_is_refused_before_it_is_read() -> None:
    with pytest.raises(TextTooLong) as refused:
        text.prose("a" * 1_000_000, "body")

    assert refused.value.path == "body"


@pytest.mark.parametrize("piece", ["[", "*a_", "> ", "`", "![](", "<a ", "|a", "- ", "**", "&amp;", "[a]: b\n", "~~"])
def test_the_longest_text_is_read_in_bounded_time(piece: str) -> None:
    longest = (piece * text.PROSE_MAX)[: text.PROSE_MAX]

    started = time.process_time()
    text.html(longest)

    assert time.process_time() - started < 5


@pytest.mark.parametrize("value", ["a\nb", "a\r\nBcc: x@example.org", "a\x00b", "a\u202eb", "a\u2028b"])
def test_a_headline_is_one_line(value: str) -> None:
    with pytest.raises(LineBroken):
        text.line(value, "headline")


def test_an_empty_headline_is_refused() -> None:
    with pytest.raises(TextMissing):
        text.line("  \t ", "headline")


def test_unseen_characters_leave_a_body() -> None:
    assert text.prose("a\x00b\ud800c\r\nd", "body") == "abc\nd"


def test_an_excerpt_ends_at_a_sentence_or_at_a_word() -> None:
    told = "Ein Satz, der passt. Noch einer, der nicht mehr passt und deshalb fehlt."

    assert text.excerpt(told, 40) == "Ein Satz, der passt."
    assert text.excerpt("Lauter lange Wörter ohne irgendein Ende", 20) == "Lauter lange Wörter…"
