"""Text that people write: checked on the way in, Markdown made into safe HTML, plain text and excerpts.

Markdown is CommonMark with tables and strikethrough. Raw HTML is shown as text, never obeyed; what markdown-it makes is
cleaned once more by nh3, so that a mistake in one of the two is caught by the other. Pictures inside Markdown leave
only their description: a story's pictures are assets with alt text and rights, and a foreign picture would report
every reader to its host.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from models.errors import ValidationProblem

LINE_MAX = 200  # characters of a headline; longer ones are cut by every network and every mail client
PROSE_MAX = 50_000  # characters of a body, about 7,000 words: the longest story we know of has 2,000

TAGS = {
    *("p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "code", "em", "strong", "s", "a"),
    *("ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "th": {"align"}, "td": {"align"}}
SCHEMES = {"http", "https", "mailto"}

# C0 and C1 controls but tab and newline, the bidirectional overrides that can turn a text around, and lone surrogates:
# PostgreSQL refuses NUL, UTF-8 refuses surrogates, and nobody can see the others.
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
SENTENCE_END = re.compile(r"[.!?…](?=\s|$)[\"“”’)]?")


class TextMissing(ValidationProblem):
    """A text that must not be empty is empty."""

    code = "TEXT_MISSING"
    de = "Hier fehlt noch ein Text."
    en = "A text is missing here."


class TextTooLong(ValidationProblem):
    """More characters than the field takes."""

    code = "TEXT_TOO_LONG"
    de = "Dieser Text ist zu lang. Bitte kürzt ihn."
    en = "This text is too long. Please shorten it."


class LineBroken(ValidationProblem):
    """A line break or control character where one line is wanted: nobody types these, they inject headers."""

    code = "LINE_BROKEN"
    de = "Hier ist nur eine einzelne Zeile ohne Steuerzeichen möglich."
    en = "Only a single line without control characters is possible here."


def line(value: str, path: str, most: int = LINE_MAX, *, required: bool = True) -> str:
    """One line of text, normalised (NFC) and trimmed; raises a refusal that names `path`."""
    text = unicodedata.normalize("NFC", value).strip()
    if UNSEEN.search(text) or "\n" in text or "\u2028" in text or "\u2029" in text:
        raise LineBroken(path)
    return _measured(text, path, most, required)


def prose(value: str, path: str, most: int = PROSE_MAX, *, required: bool = True) -> str:
    """Several lines of text, normalised, line ends as `\\n`, without unseen characters."""
    if len(value) > 2 * most:  # before any work on it: normalising a megabyte is not free
        raise TextTooLong(path)
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    return _measured(UNSEEN.sub("", text).strip(), path, most, required)


def _measured(text: str, path: str, most: int, required: bool) -> str:
    if required and not text:
        raise TextMissing(path)
    if len(text) > most:
        raise TextTooLong(path)
    return text


def _picture(tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    return escape(tokens[index].content)


def _markdown() -> MarkdownIt:
    reader = MarkdownIt("js-default", {"maxNesting": 50})
    reader.renderer.rules["image"] = _picture  # type: ignore[attr-defined]
    return reader


MARKDOWN = _markdown()


def html(markdown: str) -> str:
    """Safe HTML of a Markdown text that `prose` has admitted. Headings start at level 2: the page's own is level 1.

    An ordinary story takes milliseconds, a hostile text of the longest length about a second: callers in the event loop
    use a thread.
    """
    tokens = MARKDOWN.parse(markdown)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"
    made = MARKDOWN.renderer.render(tokens, MARKDOWN.options, {})
    return nh3.clean(made, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener noreferrer")


def plain(markdown: str) -> str:
    """The words of a Markdown text: paragraphs divided by an empty line, no markup, no pictures."""
    return "\n\n".join(blocks(markdown))


def blocks(markdown: str) -> list[str]:
    """The paragraphs, headings and list items of a Markdown text as plain text."""
    return [text for token in MARKDOWN.parse(markdown) if (text := _words(token))]


def _words(token: Token) -> str:
    if token.type in ("fence", "code_block"):
        return token.content.strip()
    if token.type != "inline":
        return ""
    return " ".join("".join(_pieces(token.children or [])).split())


def _pieces(tokens: Iterable[Token]) -> Iterable[str]:
    for token in tokens:
        if token.type in ("text", "code_inline"):
            yield token.content
        elif token.type in ("softbreak", "hardbreak"):
            yield " "


def excerpt(markdown: str, most: int = 280) -> str:
    """The beginning of a text in at most `most` characters: whole sentences if one fits, else whole words and "…"."""
    text = " ".join(plain(markdown).split())
    if len(text) <= most:
        return text
    ends = [match.end() for match in SENTENCE_END.finditer(text, 0, most) if match.end() <= most]
    if ends and ends[-1] >= most // 3:
        return text[: ends[-1]]
    cut = text[: most - 1]
    if text[most - 1] != " " and " " in cut:
        cut = cut.rsplit(" ", 1)[0]
    return cut.rstrip(" ,;:-–—") + "…"
