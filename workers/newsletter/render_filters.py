"""How single values of an issue are put into words and markup; the functions that the two templates call."""

import re
import textwrap
from collections.abc import Callable
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from models import text
from models.language import Language
from workers.mail.message import UNSEEN
from workers.newsletter.render_words import WORDS, day, moment
from workers.newsletter.view import Item

WIDTH = 76  # columns of the text part; RFC 5322 advises 78, and replies put "> " in front
HEADING = re.compile(r"<(/?)h[1-6]>")
LINK = re.compile(r'<a href="([^"]+)"')


class Filters:
    """For one language and zone."""

    def __init__(self, language: Language, zone: ZoneInfo) -> None:
        self.language, self.zone, self.words = language, zone, WORDS[language]

    def named(self) -> dict[str, Callable[..., Any]]:
        """By the names that the templates use."""
        names = ("blurb", "paragraphs", "wrap", "heading", "onward", "about", "evidence", "mark", "note", "lang_of")
        return {name: getattr(self, name) for name in names}

    def blurb(self, markdown: str) -> Markup:
        """Safe HTML for inside a card: its headings would break the outline h1, h2, h3 of the mail."""
        return Markup(HEADING.sub(lambda found: _strong(found.group(1)), text.html(markdown)))  # noqa: S704

    def paragraphs(self, markdown: str) -> str:
        """Plain text, wrapped, with the addresses of its links below: no link is in the HTML alone (E41)."""
        told = "\n\n".join(self.wrap(part) for part in text.plain(markdown).split("\n\n") if part.strip())
        links = dict.fromkeys(unescape(url) for url in LINK.findall(text.html(markdown)))
        return "\n".join([told, *links]) if links else told

    def wrap(self, words: str, indent: str = "") -> str:
        return textwrap.fill(
            " ".join(UNSEEN.sub(" ", words).split()),
            WIDTH,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )

    def heading(self, words: str, underline: str) -> str:
        lines = self.wrap(words)
        return f"{lines}\n{underline * min(WIDTH, max(map(len, lines.splitlines()), default=0))}"

    def onward(self, item: Item) -> str:
        """A link says where it leads, also to those who hear the links of a mail one after the other."""
        return f"{self.words.more}: {item.title}"

    def about(self, item: Item) -> str:
        """When and by whom."""
        when = moment(item.starts_at, self.language, self.zone) if item.starts_at else ""
        return " · ".join(part for part in (when, item.team) if part)

    def evidence(self, item: Item) -> str:
        """`Stand: 14. April 2020. Quelle: eigene Zählung` (E63)."""
        as_of = f"{self.words.as_of}: {day(item.as_of, self.language)}" if item.as_of else ""
        source = f"{self.words.source}: {item.source}" if item.source else ""
        return ". ".join(part for part in (as_of, source) if part)

    def mark(self, item: Item) -> str:
        """` (Auf Englisch)` for a text in the other language: a gap is visible, not empty (E23)."""
        return "" if item.language is self.language else f" ({self.words.in_other})"

    def note(self, item: Item) -> Markup:
        """The same mark in the HTML part."""
        known = self.mark(item).strip()
        return Markup('<p class="small">{}</p>').format(known) if known else Markup("")

    def lang_of(self, item: Item) -> Markup:
        """` lang="en"` where the text is not in the language of the mail, so that it is read aloud rightly."""
        return Markup("") if item.language is self.language else Markup(f' lang="{escape(item.language.value)}"')  # noqa: S704

    def settled(self, body: str) -> str:
        """The text part as it goes out: no trailing blanks, never more than one empty line."""
        lines = "\n".join(line.rstrip() for line in body.strip().splitlines())
        return re.sub(r"\n{3,}", "\n\n", lines) + "\n"


def _strong(closing: str) -> str:
    return "</strong></p>" if closing else "<p><strong>"
