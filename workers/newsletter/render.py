"""From an issue to its two bodies, once per variant: language and mask of sections, never per person.

Markdown blurbs -> safe HTML -> Jinja2 writes MJML -> mrml. The text part comes from the same values by a template of
its own, never from the HTML. The few personal values are *slots*: marks that `render_splice` finds again. A mark holds
a keyed hash of the issue, so that nobody can write one into a title.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import mrml

from models import text, vault
from models.language import Language
from models.site import Site
from workers.mail.message import one_line
from workers.mail.writing import environment
from workers.newsletter.render_filters import Filters
from workers.newsletter.render_words import WORDS, long_day
from workers.newsletter.view import Edition, IssueView, Section

SPEED = 220  # words a minute that people read on a screen
EVERYTHING = 63
SLOTS = ("greeting", "address", "unsubscribe_url", "preferences_url")
"""The personal values in the bodies."""

# 4.5 : 1 or better on their paper, as a test checks.
LIGHT = {"paper": "#ffffff", "text": "#1b1b1f", "quiet": "#55555c", "link": "#0b4f8a", "line": "#0b4f8a"}
DARK = {"paper": "#16161a", "text": "#f2f2f5", "quiet": "#b9b9c2", "link": "#9cccff", "line": "#9cccff"}

# Texts are checked when they are written; should one slip through all the same, mrml 0.2.4 refuses the whole issue.
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

TEMPLATES = environment(Path(__file__).parent / "templates")


class NoSuchEdition(Exception):
    """The issue does not exist in this language."""


@dataclass(frozen=True)
class Marks:
    """Where personal values will stand. `pattern` finds every mark, its group 1 is the name of the slot."""

    of: Mapping[str, str]
    pattern: re.Pattern[str]

    @classmethod
    def for_issue(cls, issue_id: str) -> "Marks":
        secret = re.sub(r"\W|_", "", vault.token("slots", issue_id))[:20]
        return cls({name: f"slot-{secret}-{name}-end" for name in SLOTS}, re.compile(rf"slot-{secret}-(\w+)-end"))


@dataclass(frozen=True)
class Rendered:
    """One variant, with marks where the personal values go. Line ends are LF."""

    issue_id: str
    week: str
    name: str
    language: Language
    subject: str
    archive_url: str
    html: str
    text: str
    marks: Marks


def variant_name(language: Language, mask: int = EVERYTHING) -> str:
    """`de` for every section, `de-5` for those whose bits are set."""
    return language.value if mask & EVERYTHING == EVERYTHING else f"{language.value}-{mask & EVERYTHING}"


def variant_of(name: str) -> tuple[Language, int]:
    """The inverse of `variant_name`."""
    language, _, mask = name.partition("-")
    return Language(language), int(mask) if mask else EVERYTHING


def chosen(edition: Edition, mask: int) -> list[Section]:
    """The sections of an edition that have something to say and that the reader wants."""
    return [section for section in edition.sections if section.items and mask >> section.bit & 1]


def render(view: IssueView, site: Site, language: Language, mask: int = EVERYTHING) -> Rendered:
    """Render one variant. Raises `NoSuchEdition`."""
    edition = view.editions.get(language)
    if edition is None:
        raise NoSuchEdition(language.value)
    marks = Marks.for_issue(view.id)
    sections = chosen(edition, mask)
    filters = Filters(language, site.zone)
    archive_url = site.url(edition.archive_path or f"/newsletter/{view.week}/{language.value}")
    known = {
        "edition": edition,
        "sections": sections,
        "site": site,
        "language": language.value,
        "words": WORDS[language],
        "slot": marks.of,
        "archive_url": archive_url,
        "headline": _headline(view, site, edition, sections, language),
        "ink": LIGHT,
        "dark": DARK,
        **filters.named(),
    }
    return Rendered(
        issue_id=view.id,
        week=view.week,
        name=variant_name(language, mask),
        language=language,
        subject=one_line(edition.subject),
        archive_url=archive_url,
        html=mrml.to_html(_filled("issue.mjml", known)).content.strip() + "\n",
        text=filters.settled(_filled("issue.txt", known)),
        marks=marks,
    )


def _filled(template: str, known: Mapping[str, object]) -> str:
    return CONTROLS.sub("", TEMPLATES.get_template(template).render(known))


def _headline(view: IssueView, site: Site, edition: Edition, sections: list[Section], language: Language) -> str:
    """`Leuchtturm · KW 16 · Freitag, 17. April 2020 · Lesezeit etwa 3 Min.`"""
    number = view.week.rpartition("w")[2].lstrip("0")
    week = f"KW {number}" if language is Language.DE else f"week {number}"
    told = [
        edition.intro,
        *(f"{item.title} {text.plain(item.blurb)}" for section in sections for item in section.items),
    ]
    minutes = max(1, ceil(sum(len(each.split()) for each in told) / SPEED))
    parts = [
        site.name,
        week,
        long_day(view.day, language) if view.day else "",
        WORDS[language].minutes.format(n=minutes),
    ]
    return " · ".join(part for part in parts if part)
