"""The lint gate: an issue is not approved while a message of it breaks a duty (newsletter.md, 2, 12 and 19).

It reads the finished message, as a mail program would, not the templates: whatever made it, these are its duties.
"""

import email
import email.policy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import urlsplit

from models.site import Site
from workers.newsletter.lint_page import Page, read

HTML_MOST = 102_000  # bytes; Gmail cuts off what follows, and the unsubscribe link is at the end
HTML_GOAL = 80_000
COLUMNS = 78
SMALLEST = 14.0  # px
ONCE = ("From", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post")
DUE = ("Auto-Submitted", "List-Help", "List-Archive", "Archived-At", "Feedback-ID", "MIME-Version")
EMPTY_WORDS = {"hier", "weiter", "weiterlesen", "mehr", "link", "klick hier", "here", "more", "read more", "click here"}
LEFT_OVER = re.compile(r"\{\{|\}\}|\{%|%\}|%\s?\{|\{[a-z_]{2,30}\}|slot-\w+-\w+-end|\[\[\w+\]\]")
TRACKER = re.compile(r"[?&](utm_\w+|mc_eid|mc_cid|fbclid|gclid)=", re.IGNORECASE)
FETCHES = re.compile(r"@import|url\(")
FORBIDDEN_TAGS = {"script", "iframe", "form", "object", "embed", "video", "audio", "link", "base"}


@dataclass(frozen=True)
class Finding:
    """What is wrong and what helps. A `warning` does not stop the approval."""

    code: str
    de: str
    en: str
    variant: str = ""
    warning: bool = False


@dataclass(frozen=True)
class Subject:
    """A message taken apart, and who sends it."""

    message: EmailMessage
    raw: bytes
    text: str
    html: str
    page: Page
    site: Site


Rule = Callable[[Subject], Iterator[Finding]]


def lint(raw: bytes, site: Site, variant: str = "") -> list[Finding]:
    """Every duty that the message breaks; an empty list opens the gate (warnings aside)."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    html = _body(message, "html")
    subject = Subject(message, raw, _body(message, "plain"), html, read(html), site)
    found = [finding for rule in RULES for finding in rule(subject)]
    return [Finding(f.code, f.de, f.en, variant, f.warning) for f in found]


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if isinstance(part, EmailMessage) else ""


def headers(subject: Subject) -> Iterator[Finding]:
    for name in ONCE:
        if (count := len(subject.message.get_all(name, []))) != 1:
            yield Finding(
                "HEADER", f"{name} steht {count}-mal statt einmal.", f"{name} is there {count} times, not once."
            )
    for name in DUE:
        if name not in subject.message:
            yield Finding("HEADER", f"{name} fehlt.", f"{name} is missing.")


def one_click(subject: Subject) -> Iterator[Finding]:
    """RFC 8058: https first, one line, the exact word."""
    lines = [
        line for line in subject.raw.split(b"\r\n\r\n")[0].split(b"\r\n") if line.lower().startswith(b"list-unsub")
    ]
    value = str(subject.message.get("List-Unsubscribe", ""))
    scheme = urlsplit(subject.site.base_url).scheme
    whole = any(
        line.endswith(b">") and len(line) < 998 for line in lines if line.lower().startswith(b"list-unsubscribe:")
    )
    if not (value.startswith(f"<{scheme}://") and "<mailto:" in value and whole):
        yield Finding(
            "ONE_CLICK",
            "List-Unsubscribe braucht eine Web- und eine Mail-Adresse auf einer Zeile unter 998 Zeichen.",
            "List-Unsubscribe needs a web and a mail address on one line below 998 characters.",
        )
    if subject.message.get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click":
        yield Finding(
            "ONE_CLICK", "List-Unsubscribe-Post fehlt oder ist falsch.", "List-Unsubscribe-Post is missing or wrong."
        )


def structure(subject: Subject) -> Iterator[Finding]:
    """Plain text first, then HTML, both quoted-printable, nothing attached."""
    message = subject.message
    parts = list(message.iter_parts()) if message.is_multipart() else []
    kinds = [part.get_content_type() for part in parts]
    if message.get_content_type() != "multipart/alternative" or kinds != ["text/plain", "text/html"]:
        yield Finding(
            "PARTS",
            "Die Mail muss aus Text und HTML bestehen, in dieser Reihenfolge und ohne Anhang.",
            "The mail must consist of text and HTML, in this order and without attachment.",
        )
    if any(str(part.get("Content-Transfer-Encoding", "")).lower() != "quoted-printable" for part in parts):
        yield Finding("ENCODING", "Beide Teile müssen quoted-printable sein.", "Both parts must be quoted-printable.")


def links_that_must_be_there(subject: Subject) -> Iterator[Finding]:
    """Unsubscribe, imprint, privacy and the archive page, in both parts (E13)."""
    leave = str(subject.message.get("List-Unsubscribe", "")).partition("<")[2].partition(">")[0]
    archive = str(subject.message.get("Archived-At", "")).strip("<>")
    due = {
        ("Abmeldelink", "unsubscribe link"): leave,
        ("Impressum", "imprint"): subject.site.imprint_url,
        ("Datenschutz", "privacy"): subject.site.privacy_url,
        ("Link „Im Browser ansehen“", "link to the archive page"): archive,
    }
    hrefs = {href for href, _ in subject.page.links}
    for (de, en), url in due.items():
        if not url or url not in hrefs or url not in subject.text.split():
            yield Finding(
                "LINK_DUE", f"{de} fehlt im Text- oder HTML-Teil.", f"The {en} is missing in the text or HTML part."
            )


def size(subject: Subject) -> Iterator[Finding]:
    weight = len(subject.html.encode())
    if weight > HTML_MOST:
        yield Finding(
            "TOO_BIG",
            f"Das HTML hat {weight} Bytes; ab {HTML_MOST} schneiden Mail-Programme ab. Bitte kürzt die Ausgabe.",
            f"The HTML has {weight} bytes; mail programs cut off after {HTML_MOST}. Please shorten the issue.",
        )
    elif weight > HTML_GOAL:
        yield Finding("BIG", f"Das HTML hat {weight} Bytes.", f"The HTML has {weight} bytes.", warning=True)


def outline(subject: Subject) -> Iterator[Finding]:
    """For people who listen to their mail: language, title, one h1, no level skipped."""
    page = subject.page
    if not page.lang or not page.title.strip():
        yield Finding("OUTLINE", "Sprache oder Titel des HTML fehlt.", "Language or title of the HTML is missing.")
    steps = zip(page.headings, page.headings[1:], strict=False)
    if page.headings.count(1) != 1 or page.headings[:1] != [1] or any(after - before > 1 for before, after in steps):
        yield Finding(
            "OUTLINE",
            "Die Überschriften brauchen genau eine h1 am Anfang und dürfen keine Stufe überspringen.",
            "The headings need exactly one h1 at the start and must not skip a level.",
        )


def accessible(subject: Subject) -> Iterator[Finding]:
    page = subject.page
    if any(image.get("alt") is None for image in page.images):
        yield Finding("ALT_TEXT", "Einem Bild fehlt der Alternativtext.", "A picture has no alternative text.")
    if any(role != "presentation" for role in page.tables):
        yield Finding(
            "TABLE_ROLE",
            "Eine Layout-Tabelle ist nicht als solche bezeichnet.",
            "A layout table is not marked as such.",
        )
    if page.smallest < SMALLEST:
        yield Finding(
            "SMALL_TYPE",
            f"Schrift mit {page.smallest:g} px ist zu klein.",
            f"Type of {page.smallest:g} px is too small.",
        )
    if "color-scheme" not in page.metas or "prefers-color-scheme: dark" not in page.styles:
        yield Finding("DARK_MODE", "Farben für den Dunkelmodus fehlen.", "Colours for dark mode are missing.")


def link_words(subject: Subject) -> Iterator[Finding]:
    for href, words in subject.page.links:
        said = " ".join(words.split())
        if not said or said.lower().strip(" .:>»→") in EMPTY_WORDS:
            yield Finding(
                "LINK_WORDS",
                f"Der Link „{said}“ sagt nicht, wohin er führt.",
                f'The link "{said}" does not say where it leads.',
            )
        if urlsplit(href).scheme not in ("http", "https", "mailto"):
            yield Finding(
                "LINK_SCHEME", "Ein Link führt nicht auf eine Webseite.", "A link does not lead to a web page."
            )


def text_part(subject: Subject) -> Iterator[Finding]:
    """Readable alone: short lines, every link of the HTML (E41)."""
    long = [line for line in subject.text.splitlines() if len(line) > COLUMNS and " " in line.strip()]
    if not subject.text.strip() or long:
        yield Finding(
            "TEXT",
            f"Der Textteil fehlt oder hat Zeilen über {COLUMNS} Zeichen.",
            f"The text part is missing or has lines above {COLUMNS} characters.",
        )
    there = set(subject.text.split())
    missing = {href for href, _ in subject.page.links if href.startswith("http") and href not in there}
    if missing:
        yield Finding(
            "TEXT_LINKS",
            f"{len(missing)} Links fehlen im Textteil.",
            f"{len(missing)} links are missing in the text part.",
        )


def no_tracking(subject: Subject) -> Iterator[Finding]:
    """No pixel, no foreign pictures, no campaign parameters, nothing that runs (E11, E59)."""
    ours = urlsplit(subject.site.base_url).netloc
    for image in subject.page.images:
        tiny = image.get("width") in ("0", "1") or image.get("height") in ("0", "1")
        if tiny or urlsplit(image.get("src") or "").netloc != ours:
            yield Finding(
                "TRACKING",
                "Bilder müssen von unserem Server kommen und sichtbar sein.",
                "Pictures must come from our server and be visible.",
            )
    if FETCHES.search(subject.page.styles):
        yield Finding("TRACKING", "Das CSS lädt etwas nach.", "The CSS fetches something.")
    if any(TRACKER.search(href) for href, _ in subject.page.links):
        yield Finding("TRACKING", "Ein Link trägt Kampagnen-Parameter.", "A link carries campaign parameters.")
    if found := subject.page.tags & FORBIDDEN_TAGS:
        yield Finding(
            "ACTIVE", f"Nicht erlaubt: {', '.join(sorted(found))}.", f"Not allowed: {', '.join(sorted(found))}."
        )


def nothing_left_over(subject: Subject) -> Iterator[Finding]:
    """A broken placeholder reached hundreds of people elsewhere (decidim#6539)."""
    for part in (str(subject.message.get("Subject", "")), subject.text, subject.page.words):
        if found := LEFT_OVER.search(part):
            yield Finding(
                "PLACEHOLDER",
                f"Ein Platzhalter wurde nicht ersetzt: {found.group(0)}",
                f"A placeholder was not replaced: {found.group(0)}",
            )


RULES: tuple[Rule, ...] = (
    headers,
    one_click,
    structure,
    links_that_must_be_there,
    size,
    outline,
    accessible,
    link_words,
    text_part,
    no_tracking,
    nothing_left_over,
)
