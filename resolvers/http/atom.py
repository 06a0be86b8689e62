"""Atom documents (RFC 4287), element by element in the order in which readers expect them."""

import re
from datetime import UTC, datetime
from html import escape
from xml.etree import ElementTree

from models.language import Language

NAMESPACE = "http://www.w3.org/2005/Atom"
HISTORY = "http://purl.org/syndication/history/1.0"
XML = "{http://www.w3.org/XML/1998/namespace}"
# What XML 1.0 cannot carry at all, not even escaped; people's texts are free of most of it already (models/text.py).
UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

__all__ = ["Document", "Entry", "escape", "rfc3339"]


def rfc3339(at: datetime) -> str:
    """`2020-04-14T08:00:00Z`, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Entry:
    """One entry, and what it shares with the document around it."""

    def __init__(self, element: ElementTree.Element, id: str, title: str, updated: datetime) -> None:
        self.element = element
        self.says("id", id)
        self.says("title", title)
        self.says("updated", rfc3339(updated))

    def says(self, name: str, text: str, **attributes: str) -> ElementTree.Element:
        """Add an element with text."""
        child = ElementTree.SubElement(self.element, f"{{{NAMESPACE}}}{name}", attributes)
        child.text = UNPRINTABLE.sub("", text)
        return child

    def link(self, rel: str, href: str, type: str = "", language: Language | None = None) -> None:
        said = {"rel": rel, "type": type, "href": href} if type else {"rel": rel, "href": href}
        child = ElementTree.SubElement(self.element, f"{{{NAMESPACE}}}link", said)
        if language:
            child.set("hreflang", language.value)

    def written_by(self, name: str) -> None:
        author = ElementTree.SubElement(self.element, f"{{{NAMESPACE}}}author")
        ElementTree.SubElement(author, f"{{{NAMESPACE}}}name").text = UNPRINTABLE.sub("", name)

    def published(self, at: datetime) -> None:
        self.says("published", rfc3339(at))

    def category(self, term: str) -> None:
        ElementTree.SubElement(self.element, f"{{{NAMESPACE}}}category", {"term": UNPRINTABLE.sub("", term)})

    def html(self, html: str, *, base: str) -> None:
        """The content, escaped as RFC 4287 3.1.1.2 wants it; relative addresses in it are meant from `base`."""
        self.says("content", html, type="html").set(f"{XML}base", base)


class Document(Entry):
    """A feed."""

    def __init__(self, id: str, title: str, updated: datetime, language: Language) -> None:
        root = ElementTree.Element(f"{{{NAMESPACE}}}feed", {f"{XML}lang": language.value})
        super().__init__(root, id, title, updated)

    def entry(self, id: str, title: str, updated: datetime) -> Entry:
        """Add an entry and give it for further filling."""
        return Entry(ElementTree.SubElement(self.element, f"{{{NAMESPACE}}}entry"), id, title, updated)

    def is_archive(self) -> None:
        """Say that this document is finished (RFC 5005, 4)."""
        ElementTree.SubElement(self.element, f"{{{HISTORY}}}archive")

    def bytes(self) -> bytes:
        """The document as UTF-8 with an XML declaration."""
        ElementTree.register_namespace("", NAMESPACE)
        ElementTree.register_namespace("fh", HISTORY)
        text: bytes = ElementTree.tostring(self.element, encoding="utf-8", xml_declaration=True)
        return text
