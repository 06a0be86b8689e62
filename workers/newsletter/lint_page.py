"""Reading the HTML part as a mail program does: what the lint rules look at, collected in one pass."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
FONT_SIZE = re.compile(r"font-size:\s*(\d+(?:\.\d+)?)px")


@dataclass
class Page:
    """What a rule may ask about an HTML part."""

    lang: str = ""
    title: str = ""
    words: str = ""
    headings: list[int] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    """Address and words of every link."""
    images: list[dict[str, str | None]] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    """The roles of the tables."""
    tags: set[str] = field(default_factory=set)
    metas: set[str] = field(default_factory=set)
    styles: str = ""
    smallest: float = 16.0
    """The smallest font in which words stand, in px."""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self._open: list[tuple[str, float, bool]] = []  # tag, font size, hidden

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.page.tags.add(tag)
        self._collect(tag, known)
        size, hidden = self._open[-1][1:] if self._open else (16.0, False)
        style = known.get("style") or ""
        if found := FONT_SIZE.search(style):
            size = float(found.group(1))
        if tag not in VOID:
            self._open.append(
                (tag, size, hidden or "display:none" in style.replace(" ", "") or tag in ("style", "title"))
            )

    def _collect(self, tag: str, known: dict[str, str | None]) -> None:
        page = self.page
        if tag == "html":
            page.lang = known.get("lang") or ""
        elif re.fullmatch("h[1-6]", tag):
            page.headings.append(int(tag[1]))
        elif tag == "a":
            page.links.append((known.get("href") or "", ""))
        elif tag == "img":
            page.images.append(known)
        elif tag == "table":
            page.tables.append(known.get("role") or "")
        elif tag == "meta" and known.get("name"):
            page.metas.add(str(known["name"]))

    def handle_endtag(self, tag: str) -> None:
        for index in range(len(self._open) - 1, -1, -1):
            if self._open[index][0] == tag:
                del self._open[index:]
                return

    def handle_data(self, data: str) -> None:
        tags = [entry[0] for entry in self._open]
        if "style" in tags:
            self.page.styles += data
        elif "title" in tags:
            self.page.title += data
        elif data.strip():
            self._words(data, tags)

    def _words(self, data: str, tags: list[str]) -> None:
        _, size, hidden = self._open[-1] if self._open else ("", 16.0, False)
        self.page.words += data + " "
        if not hidden:
            self.page.smallest = min(self.page.smallest, size)
        if "a" in tags and self.page.links:
            href, said = self.page.links[-1]
            self.page.links[-1] = (href, said + data)


def read(html: str) -> Page:
    """Take an HTML part apart. Never raises: what a mail program would stumble over is a finding, not a crash."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.page
