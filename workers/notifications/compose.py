"""The mail of one notification, or of a day's: worded now, in the language and the time zone of whoever reads it."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from models.language import Language
from models.members import Person
from models.notifications.hours import zone_of
from models.notifications.kinds import Words, worded
from models.notifications.mails import NotificationMail
from models.notifications.row import Notification
from models.site import Site
from workers.mail.message import Letter, list_unsubscribe, one_line
from workers.mail.writing import MAILS as WORDS
from workers.mail.writing import written

FOLDER = "notifications"
"""Below `workers/mail/templates`: the words of each kind."""
MOST = 500  # characters of one word that somebody wrote, and of one line of a digest


@dataclass(frozen=True)
class Item:
    """One line of a digest."""

    text: str
    link: str


def preferences_url(site: Site, mail: NotificationMail) -> str:
    return site.url(f"/notifications/preferences/{mail.token}")


def unsubscribe_url(site: Site, mail: NotificationMail) -> str:
    return site.url(f"/notifications/unsubscribe/{mail.token}")


def composed(mail: NotificationMail, rows: list[Notification], person: Person, site: Site) -> Letter:
    """The letter. Its Message-ID comes from the mail's id: the same however often it is tried."""
    reader = Reader(person.display_name, person.locale, zone_of(person.time_zone), site)
    frame = "notification_digest" if mail.digest else "notification"
    words = reader.digest(rows) if mail.digest else reader.single(rows[0])
    transactional = not mail.digest and rows[0].sort.transactional
    return written(
        frame,
        person.locale,
        site,
        to=person.email,
        to_name=person.display_name,
        key=("notification", str(mail.id)),
        headers=() if transactional else _leaving(site, mail),
        **words,
        name=person.display_name,
        preferences=preferences_url(site, mail),
        unsubscribe="" if transactional else unsubscribe_url(site, mail),
    )


@dataclass(frozen=True)
class Reader:
    """Whoever reads it: name, language, time zone, and where the links lead."""

    name: str
    language: Language
    zone: ZoneInfo
    site: Site

    def single(self, row: Notification) -> dict[str, Any]:
        """Subject and paragraphs from the words of the kind."""
        about = worded(row.about, self.language, self.zone)
        link = row.mailed(self.site, self.language)
        subject, paragraphs = words_of(
            row.what,
            self.language,
            about=Words((name, one_line(value, MOST)) for name, value in about.items()),
            name=one_line(self.name),
            site=self.site,
            link=link,
        )
        return {"subject_line": subject, "paragraphs": paragraphs, "link": link}

    def digest(self, rows: list[Notification]) -> dict[str, Any]:
        """A line for each."""
        items = [
            Item(one_line(row.line(self.language, self.zone), MOST), row.mailed(self.site, self.language))
            for row in rows
        ]
        return {"items": items, "count": len(items)}


def words_of(kind: str, language: Language, **values: Any) -> tuple[str, list[str]]:
    """The subject and the paragraphs of a kind's mail. What people wrote is one line by now and makes no new ones."""
    filled = WORDS.get_template(f"{FOLDER}/{kind}/{language.value}.txt").render(values)
    subject, *paragraphs = [" ".join(part.split()) for part in filled.strip().split("\n\n") if part.strip()]
    return subject, paragraphs


def _leaving(site: Site, mail: NotificationMail) -> tuple[tuple[str, str], ...]:
    """One click in the mail program ends it (RFC 8058)."""
    return (
        ("List-Unsubscribe", list_unsubscribe(site, unsubscribe_url(site, mail))),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
    )
