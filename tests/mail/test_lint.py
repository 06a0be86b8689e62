"""The gate stays shut for each duty that a message breaks."""

import re

import pytest

from models.language import Language
from tests.newsletters import SITE, reader, weekly
from workers.newsletter.lint import lint
from workers.newsletter.render import render
from workers.newsletter.render_splice import compiled

RENDERED = render(weekly(), SITE, Language.DE)
GOOD = compiled(RENDERED, SITE).message(reader(), "Fri, 17 Apr 2020 07:00:00 +0000")
LEAVE = reader().unsubscribe_url


def codes(raw):
    return {finding.code for finding in lint(raw, SITE) if not finding.warning}


def with_html(change):
    """The message with a changed HTML part."""
    body = change(RENDERED.html)
    assert body != RENDERED.html
    changed = compiled(type(RENDERED)(**{**vars(RENDERED), "html": body}), SITE)
    return changed.message(reader(), "Fri, 17 Apr 2020 07:00:00 +0000")


def with_text(change):
    body = change(RENDERED.text)
    assert body != RENDERED.text
    changed = compiled(type(RENDERED)(**{**vars(RENDERED), "text": body}), SITE)
    return changed.message(reader(), "Fri, 17 Apr 2020 07:00:00 +0000")


def test_a_good_message_passes():
    assert codes(GOOD) == set()


@pytest.mark.parametrize(
    "header",
    [
        *("From", "To", "Subject", "Date", "Message-ID", "List-Id", "Auto-Submitted", "List-Help", "List-Archive"),
        *("Archived-At", "Feedback-ID"),
    ],
)
def test_a_missing_header_is_found(header):
    assert "HEADER" in codes(re.sub(rb"(?m)^%b: [^\r]*\r\n(?:[ \t][^\r]*\r\n)*" % header.encode(), b"", GOOD, count=1))


def test_a_second_from_is_found():
    assert "HEADER" in codes(b"From: eve@example.org\r\n" + GOOD)


@pytest.mark.parametrize(
    "old, new",
    [
        (b"List-Unsubscribe-Post: List-Unsubscribe=One-Click", b"List-Unsubscribe-Post: One-Click"),
        (b">, <mailto:", b">,\r\n <mailto:"),
        (b"List-Unsubscribe: <https://", b"List-Unsubscribe: <http://"),
    ],
)
def test_a_broken_one_click_header_is_found(old, new):
    assert old in GOOD
    assert "ONE_CLICK" in codes(GOOD.replace(old, new))


def test_eight_bit_and_wrong_structure_are_found():
    assert "ENCODING" in codes(GOOD.replace(b"Transfer-Encoding: quoted-printable", b"Transfer-Encoding: 8bit"))
    assert "PARTS" in codes(GOOD.replace(b"multipart/alternative", b"multipart/mixed"))


@pytest.mark.parametrize("url", [SITE.imprint_url, SITE.privacy_url, RENDERED.archive_url])
def test_a_missing_link_is_found_in_either_part(url):
    assert "LINK_DUE" in codes(with_html(lambda html: html.replace(f'"{url}"', '"https://elsewhere.example.org/"')))
    assert "LINK_DUE" in codes(with_text(lambda text: text.replace(url, "")))


def test_a_missing_unsubscribe_link_is_found():
    mark = RENDERED.marks.of["unsubscribe_url"]

    assert "LINK_DUE" in codes(with_html(lambda html: html.replace(mark, "https://elsewhere.example.org/")))
    assert "LINK_DUE" in codes(with_text(lambda text: text.replace(mark, "")))


@pytest.mark.parametrize(
    "code, change",
    [
        ("TOO_BIG", lambda html: html.replace("</body>", "<p>Wort</p>" * 10_000 + "</body>")),
        ("OUTLINE", lambda html: html.replace('<html lang="de"', "<html")),
        ("OUTLINE", lambda html: re.sub("<title>.*?</title>", "", html)),
        ("OUTLINE", lambda html: html.replace("<h2>", "<h1>", 1)),
        ("OUTLINE", lambda html: html.replace("<h2>", "<h4>")),
        ("ALT_TEXT", lambda html: re.sub(r'(<img[^>]*?) alt="[^"]*"', r"\1", html)),
        ("TABLE_ROLE", lambda html: html.replace('role="presentation"', "", 4)),
        ("SMALL_TYPE", lambda html: html.replace('<p class="small">', '<p style="font-size:11px">', 1)),
        ("DARK_MODE", lambda html: html.replace("prefers-color-scheme", "prefers-nothing")),
        ("LINK_WORDS", lambda html: re.sub(r">Weiterlesen: [^<]*<", ">hier<", html, count=1)),
        ("LINK_SCHEME", lambda html: html.replace("</body>", '<a href="javascript:x()">Etwas tun</a></body>')),
        ("TEXT_LINKS", lambda html: html.replace("</body>", '<a href="https://x.example.org/">Zum X</a></body>')),
        ("TRACKING", lambda html: html.replace("</body>", '<img alt="" src="https://t.example.net/p.gif"></body>')),
        (
            "TRACKING",
            lambda html: html.replace("</body>", f'<img alt="" width="1" src="{SITE.base_url}/p.gif"></body>'),
        ),
        ("TRACKING", lambda html: html.replace("</style>", "@import url(https://fonts.example.net/x);</style>", 1)),
        ("TRACKING", lambda html: html.replace("demo-kreidekasten-1", "demo-kreidekasten-1?utm_source=mail")),
        ("ACTIVE", lambda html: html.replace("</body>", "<script>x()</script></body>")),
        ("ACTIVE", lambda html: html.replace("</head>", '<link href="https://fonts.example.net/x"></head>')),
        ("PLACEHOLDER", lambda html: html.replace("Entwicklungen", "{{ title }}")),
        ("PLACEHOLDER", lambda html: html.replace("Entwicklungen", "% {name}")),
    ],
)
def test_a_broken_html_part_is_found(code, change):
    """E11 among them: no pixel, no foreign file and no parameter that tells who reads leaves with a mail."""
    assert code in codes(with_html(change))


@pytest.mark.parametrize(
    "code, change",
    [
        ("TEXT", lambda text: ""),
        ("TEXT", lambda text: text + "ein Wort und " * 20 + "\n"),
        ("PLACEHOLDER", lambda text: text + "Hallo {first_name}\n"),
    ],
)
def test_a_broken_text_part_is_found(code, change):
    assert code in codes(with_text(change))


def test_findings_are_told_in_both_languages():
    for finding in lint(b"Subject: x\r\n\r\n", SITE, "de"):
        assert finding.de
        assert finding.en
        assert finding.variant == "de"
