"""Every kind has its words in both languages, and each mail is whole without pictures, HTML or a second look."""

import re
import string
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from html import unescape
from types import SimpleNamespace
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from starlette.routing import Match

from leuchtturm.asgi import public_routes
from models.base import new_id
from models.language import Language
from models.notifications import KINDS, Notification, NotificationMail
from tests.newsletters import SITE as BARE
from workers.mail.message import parcel
from workers.mail.writing import FOLDER
from workers.notifications.compose import composed

SITE = replace(BARE, app_url="https://app.example.org")
NOW = datetime(2020, 4, 3, 15, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
USED = re.compile(r"about\.(\w+)")


def files(kind):
    return [FOLDER / "notifications" / kind.name / f"{language.value}.txt" for language in Language]


def words(kind):
    """A believable value for every word that the kind's texts use."""
    texts = [kind.de, kind.en, kind.path + kind.page, *(file.read_text() for file in files(kind) if file.exists())]
    names = {name for text in texts[:3] for _, name, _, _ in string.Formatter().parse(text) if name}
    names |= {name for text in texts[3:] for name in USED.findall(text)}
    names -= {"subject", "language"}
    return {name: NOW.isoformat() if name.endswith("_at") else f"<{name}> & so" for name in names}


def mail_of(kind, language, digest=False):
    reader = SimpleNamespace(
        id=new_id(), email="zoe@example.org", display_name="Zoë Müller", locale=language, time_zone="Europe/Berlin"
    )
    row = Notification(
        person_id=reader.id, what=kind.name, subject_kind="x", subject_id=new_id(), about=words(kind), due_at=NOW
    )
    mail = NotificationMail.fresh(reader.id, due_at=NOW, digest=digest)
    return message_from_bytes(parcel(composed(mail, [row], reader, SITE), SITE, NOW).content, policy=default), row


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_kind_has_its_words_in_both_languages(name):
    """E22, E13, E41: subject, text part with all links, HTML part, imprint and privacy; nothing left to fill in."""
    kind = KINDS[name]
    assert kind.name == name
    assert kind.label_de and kind.label_en
    assert [str(file) for file in files(kind) if not file.exists()] == []
    for language, greeting in ((Language.DE, "Hallo"), (Language.EN, "Hello")):
        mail, row = mail_of(kind, language)
        text, html = (mail.get_body((part,)).get_content() for part in ("plain", "html"))
        assert greeting in text and greeting in html
        assert f'lang="{language.value}"' in html
        assert len(mail["Subject"]) > 5 and mail["Content-Language"] == language.value
        for part in (mail["Subject"], text, html, row.line(language, BERLIN)):
            assert part is html or not re.search(r"[{}–]", part), part
        for url in re.findall(r'href="([^"]+)"', html):
            assert unescape(url) in text
        assert {SITE.imprint_url, SITE.privacy_url} <= set(re.findall(r"https?://\S+", text))
        assert "<img" not in html and "<title> &" not in html
        assert ("List-Unsubscribe" in mail) is not kind.transactional
        digest, _ = mail_of(kind, language, digest=True)
        assert row.line(language, BERLIN) in digest.get_body(("plain",)).get_content()
        assert "List-Unsubscribe-Post" in digest


def test_every_link_of_a_mail_leads_somewhere():
    """To a page of this server, or into the members' application, if there is one; never to an error."""
    routes = public_routes()

    def served(path):
        asked = {"type": "http", "path": path, "method": "GET", "root_path": "", "headers": []}
        return any(route.matches(asked)[0] is Match.FULL for route in routes)

    for kind in KINDS.values():
        about, own = dict.fromkeys(words(kind), "wort"), f"{BARE.base_url}/"
        for url in (kind.url(BARE, new_id(), about, Language.EN), kind.mailed(BARE, new_id(), about, Language.DE)):
            assert url == "" or (url.startswith(own) and served(urlsplit(url).path)), (kind.name, url)
        if kind.path:
            assert kind.url(SITE, new_id(), about, Language.DE).startswith((own, "https://app.example.org/"))
