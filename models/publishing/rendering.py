"""From a story to what a network shows. Pure: the preview is the snapshot, and the snapshot is what is sent."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import regex

from models.language import Language
from models.publishing.fitting import hashtags, shortened
from models.publishing.networks import URL, Network

MENTION = regex.compile(r"(?<![\w@/])@\w+")


@dataclass(frozen=True)
class Picture:
    """A picture of a post; the bytes are found by their hash."""

    sha256: str
    media_type: str
    alt: str
    decorative: bool = False


@dataclass(frozen=True)
class StoryView:
    """A story in one language, with the link under which this very post will be known."""

    language: Language
    headline: str
    teaser: str
    link: str
    tags: Sequence[str] = ()
    pictures: Sequence[Picture] = ()
    wording: str = ""
    """An editor's own text for this channel, instead of headline and teaser."""


@dataclass(frozen=True)
class Finding:
    """What the check found; an error forbids approval, a warning is for people to weigh."""

    level: str
    code: str
    de: str
    en: str


@dataclass(frozen=True)
class Part:
    """One message: its text and its pictures."""

    text: str
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True)
class Rendered:
    """What will be sent, frozen: parts, link and language, with the price in millionths of a US dollar."""

    language: Language
    link: str
    parts: tuple[Part, ...]
    findings: tuple[Finding, ...] = ()
    cost_micros: int = 0
    weights: tuple[int, ...] = field(default=())

    @property
    def snapshot(self) -> dict[str, Any]:
        return {"language": self.language.value, "link": self.link, "parts": [asdict(part) for part in self.parts]}

    @property
    def snapshot_hash(self) -> str:
        """What approval signs: every word, every picture, the link."""
        return signature(self.snapshot)

    @property
    def content_hash(self) -> str:
        """The same without the link, which differs with every post: is it the same thing again?"""
        return signature([[p.text.replace(self.link, ""), [pic.sha256 for pic in p.pictures]] for p in self.parts])


def signature(value: Any) -> str:
    """The hash of a snapshot, the same after a trip through the database."""
    return hashlib.sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def composed(view: StoryView, rules: Network) -> str:
    """The text of a post: headline, teaser, link, tags. Too long: tags go first, then the teaser, then the headline."""

    def fits(text: str) -> bool:
        return not rules.limit or rules.count(text) <= rules.limit

    head, body = (view.wording, "") if view.wording else (view.headline, view.teaser)
    tags = hashtags(view.tags, rules.tags_most)
    while tags and not fits(_joined(head, body, view.link, tags)):
        tags.pop()
    if fits(_joined(head, body, view.link, tags)):
        return _joined(head, body, view.link, tags)
    body = shortened(body, lambda text: fits(_joined(head, text, view.link, [])), rules.ellipsis) if body else ""
    if fits(_joined(head, body, view.link, [])):
        return _joined(head, body, view.link, [])
    head = shortened(head, lambda text: fits(_joined(text, "", view.link, [])), rules.ellipsis)
    return _joined(head, "", view.link, [])


def _joined(head: str, body: str, link: str, tags: Sequence[str]) -> str:
    link = "" if link and link in head else link
    return "\n\n".join(piece for piece in (head, body, link, " ".join(tags)) if piece)


def rendered(view: StoryView, rules: Network) -> Rendered:
    """What this network will show of the story, and what is to be said about it."""
    text = composed(view, rules)
    pictures = tuple(_trimmed(picture, rules) for picture in view.pictures[: rules.images_most])
    findings = tuple(_findings(view, text, rules))
    part = Part(text, pictures)
    return Rendered(view.language, view.link, (part,), findings, rules.cost(text), (rules.count(text),))


def _trimmed(picture: Picture, rules: Network) -> Picture:
    alt = shortened(picture.alt, lambda text: len(text) <= rules.alt_most)
    return Picture(picture.sha256, picture.media_type, alt, picture.decorative)


def _findings(view: StoryView, text: str, rules: Network) -> list[Finding]:
    found = []
    if rules.limit and rules.count(text) > rules.limit:
        found.append(Finding("error", "TOO_LONG", "Der Beitrag ist zu lang.", "The post is too long."))
    if view.link and view.link not in text:
        found.append(Finding("error", "LINK_MISSING", "Der Link passt nicht mehr hinein.", "The link does not fit."))
    if any(not picture.alt and not picture.decorative for picture in view.pictures):
        found.append(Finding("error", "ALT_TEXT_MISSING", "Ein Bild hat keinen Alternativtext in dieser Sprache.",
                             "A picture has no alternative text in this language."))  # fmt: skip
    if any(len(picture.alt) > rules.alt_most for picture in view.pictures[: rules.images_most]):
        found.append(Finding("warning", "ALT_TEXT_TRIMMED", "Ein Alternativtext wird gekürzt.",
                             "An alternative text is shortened."))  # fmt: skip
    if len(view.pictures) > rules.images_most:
        found.append(Finding("warning", "PICTURES_LEFT_OUT", f"Nur die ersten {rules.images_most} Bilder passen.",
                             f"Only the first {rules.images_most} pictures fit."))  # fmt: skip
    if accidental := [word for word in rules.finds_links(text) if not URL.match(word)]:
        found.append(Finding("warning", "ACCIDENTAL_LINK", f"Das Netzwerk macht daraus einen Link: {accidental[0]}",
                             f"The network makes a link of this: {accidental[0]}"))  # fmt: skip
    if rules.mentions_restricted and (mention := MENTION.search(text)):
        found.append(Finding("warning", "MENTION", f"Erwähnungen schränkt dieses Netzwerk ein: {mention.group()}",
                             f"This network restricts mentions: {mention.group()}"))  # fmt: skip
    if "…" in text and view.wording and view.wording not in text:
        found.append(Finding("warning", "SHORTENED", "Der Text wird gekürzt.", "The text is shortened."))
    return found


def missing_variant(language: Language) -> Rendered:
    """A story that is not told in the channel's language: a finding, never the other language instead."""
    name = {Language.DE: ("Deutsch", "German"), Language.EN: ("Englisch", "English")}[language]
    finding = Finding("error", "VARIANT_MISSING", f"Die Geschichte gibt es noch nicht auf {name[0]}.",
                      f"The story does not exist in {name[1]} yet.")  # fmt: skip
    return Rendered(language, "", (), (finding,))
