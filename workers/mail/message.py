"""Mail as values: a letter to one person, the headers of the newsletter, and the parcel that goes to a relay.

No text that people wrote reaches a header unchecked: line breaks and control characters become a space, display names
are encoded by RFC 2047. Both body parts are quoted-printable, never 8bit: a relay that re-encodes breaks a signature.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, parseaddr

from email_validator import EmailNotValidError, validate_email

from models import vault
from models.language import Language
from models.site import Site

POLICY = SMTP.clone(max_line_length=78, cte_type="7bit")
NAME_MOST = 120  # characters of a display name; what a mail program shows of it is far less
# Separators of every kind: C0, C1, DEL, the Unicode line breaks, bidirectional overrides, lone surrogates.
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")


class NotAnAddress(Exception):
    """This text cannot stand in an envelope; says nothing of the text itself, which is personal."""


@dataclass(frozen=True)
class Parcel:
    """What a relay is given. `content` is the whole message with CRLF line ends."""

    sender: str
    recipient: str
    message_id: str
    content: bytes

    def __repr__(self) -> str:
        return f"Parcel({self.message_id}, {len(self.content)} bytes)"


@dataclass(frozen=True)
class Letter:
    """One mail to one person, that is not the newsletter. `key` names it: the same key, the same Message-ID."""

    to: str
    subject: str
    text: str
    html: str
    language: Language
    key: tuple[str, ...]
    to_name: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    """What this mail says besides in its head, in ASCII."""

    def __repr__(self) -> str:
        return f"Letter({self.key})"


def one_line(text: str, most: int = 200) -> str:
    """The text as it may stand in a header: one line, nothing invisible, at most so many characters."""
    words = " ".join(UNSEEN.sub(" ", text).split())
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def wire_address(address: str) -> str:
    """The address as an envelope takes it: the domain in ASCII. Raises `NotAnAddress`.

    A local part that is not ASCII needs SMTPUTF8 on every server on the way; we do not offer that.
    """
    if address.isascii() and not UNSEEN.search(address) and re.fullmatch(r"[^\s<>,;:\"()\[\]\\]+@[^\s<>@,;]+", address):
        return address
    try:
        ascii_form = validate_email(address, check_deliverability=False, test_environment=True).ascii_email
    except EmailNotValidError:
        raise NotAnAddress() from None
    if ascii_form is None:
        raise NotAnAddress()
    return ascii_form


def display(name: str, address: str) -> str:
    """`name <address>` in plain words, for an `EmailMessage` to encode; the address alone when there is no name."""
    return str(Address(display_name=one_line(name, NAME_MOST), addr_spec=address))


def mailbox(name: str, address: str) -> str:
    """The same as bytes on the wire want it: encoded by RFC 2047 and folded."""
    name = one_line(name, NAME_MOST)
    if not name or name.isascii():
        return formataddr((name, address))
    words = Header(name, "utf-8", maxlinelen=70, header_name="To").encode(linesep="\r\n")
    return f"{words} <{address}>"


def house_address(site: Site) -> str:
    """The address part of `Site.mail_from`; also the envelope sender, so that bounces reach a person.

    A bounce intake puts its own address per copy here (`return_path` of the sender).
    """
    return parseaddr(site.mail_from)[1]


def message_id(site: Site, *parts: object) -> str:
    """The same over all retries of one mail, different for every mail, and not to be guessed.

    Mailbox providers keep one copy per Message-ID. Somebody who could guess ours could send first and so suppress our
    mail; hence a keyed hash, 192 bits of it.
    """
    return f"<{vault.token('message_id', *parts)[:32]}@{site.mail_domain}>"


def common_headers(site: Site, subject: str, language: Language) -> list[tuple[str, str]]:
    """What every mail of ours says. Auto-Submitted stops out-of-office answers (RFC 3834)."""
    name, address = parseaddr(site.mail_from)
    return [
        ("From", display(name, address)),
        ("Subject", one_line(subject)),
        ("Auto-Submitted", "auto-generated"),
        ("Content-Language", language.value),
    ]


def list_headers(site: Site, week: str, archive_url: str) -> list[tuple[str, str]]:
    """What the newsletter says besides, the same for every reader (RFC 2369, 2919, 5064, 8058)."""
    return [
        ("List-Id", f"{one_line(site.name, 60).encode('ascii', 'ignore').decode()} <newsletter.{site.mail_domain}>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ("List-Help", f"<{site.url('/newsletter')}>"),
        ("List-Archive", f"<{site.url('/newsletter')}>"),
        ("List-Owner", f"<mailto:{house_address(site)}>"),
        ("Archived-At", f"<{archive_url}>"),
        ("Feedback-ID", f"{week}:newsletter:{site.mail_domain}"),
    ]


def list_unsubscribe(site: Site, url: str) -> str:
    """The value of List-Unsubscribe: the one-click address and a mailbox that a person reads.

    It stays on one line: a folded one broke signatures at a relay (nodemailer#1654).
    """
    token = url.rstrip("/").rpartition("/")[2]
    return f"<{url}>, <mailto:{house_address(site)}?subject=unsubscribe%20{token}>"


def assembled(headers: Iterable[tuple[str, str]], *, text: str, html: str, boundary: str | None = None) -> EmailMessage:
    """multipart/alternative, plain text first. The slow and plain way; the newsletter's fast one must equal it."""
    message = EmailMessage(policy=POLICY)
    message.set_content(text, cte="quoted-printable")  # first: it forgets every Content-... header set before
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    if boundary:
        message.set_boundary(boundary)
    for name, value in headers:
        message[name] = value
    return message


def parcel(letter: Letter, site: Site, now: datetime) -> Parcel:
    """A letter, ready for the relay. Raises `NotAnAddress`."""
    recipient = wire_address(letter.to)
    own_id = message_id(site, *letter.key)
    headers = [
        *common_headers(site, letter.subject, letter.language),
        ("To", display(letter.to_name, recipient)),
        ("Date", format_datetime(now)),
        ("Message-ID", own_id),
    ]
    message = assembled(headers, text=letter.text, html=letter.html)
    return Parcel(house_address(site), recipient, own_id, _unfolded(letter.headers) + message.as_bytes())


def _unfolded(headers: Iterable[tuple[str, str]]) -> bytes:
    """Headers each on one line, ahead of the others: a long address in one must be neither folded nor encoded."""
    return "".join(f"{name}: {one_line(value, 900)}\r\n" for name, value in headers).encode("ascii")
