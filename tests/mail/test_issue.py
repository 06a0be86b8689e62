"""The issue as readers get it: both parts, both builds, every awkward name."""

import email
import email.policy
import re
from dataclasses import replace
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.utils import format_datetime
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.language import Language
from tests.newsletters import ISSUE_ID, SITE, edition, item, reader, weekly
from workers.newsletter.lint import HTML_MOST, lint
from workers.newsletter.render import DARK, LIGHT, Marks, NoSuchEdition, chosen, render, variant_name, variant_of
from workers.newsletter.render_splice import compiled
from workers.newsletter.render_words import moment
from workers.newsletter.view import IssueView, Section

NOW = datetime(2020, 4, 17, 7, tzinfo=UTC)
NAMES = [
    "",
    "Ada",
    "Çiğdem Öztürk",
    'O"Hara <b>& Söhne</b>, {{ name }}',
    "Eve\r\nBcc: everybody@example.org",
    "日本" * 40,
    "\u202eadA\u2028\x00",
    "x" * 400,
    "000¡" + "\U00010000" * 5,  # fills its last line to the brim, with an escape before the comma
]


def variant(language=Language.DE, mask=63, view=None):
    return compiled(render(view or weekly(), SITE, language, mask), SITE)


@cache
def whole():
    return variant()


def opened(raw):
    return email.message_from_bytes(raw, policy=email.policy.default)


def headers(message):
    return sorted(
        (name, str(make_header(decode_header(value))).replace(" ", "")) for name, value in message.raw_items()
    )


def bodies(message):
    return [message.get_body((kind,)).get_content().replace("\r\n", "\n").rstrip() for kind in ("plain", "html")]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language, mask", [(Language.DE, 63), (Language.EN, 63), (Language.DE, 5), (Language.EN, 8)])
def test_the_fast_build_says_the_same_as_the_slow_one(language, mask, name):
    compiled_variant = variant(language, mask)
    fast = compiled_variant.message(reader(name=name), format_datetime(NOW))
    slow = opened(compiled_variant.plainly(reader(name=name), NOW))

    assert opened(fast).defects == []
    assert headers(opened(fast)) == headers(slow)
    assert bodies(opened(fast)) == bodies(slow)


@pytest.mark.parametrize("name", NAMES)
def test_every_line_on_the_wire_is_short_ascii_and_ends_in_crlf(name):
    raw = variant().message(reader(name=name), format_datetime(NOW))

    head, body = raw.split(b"\r\n\r\n", 1)
    assert raw.isascii()
    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
    assert max(map(len, body.split(b"\r\n"))) <= 76
    assert max(map(len, head.split(b"\r\n"))) <= 998
    assert not [line for line in body.split(b"\r\n") if line.endswith((b" ", b"\t"))]


@pytest.mark.parametrize("name", NAMES)
def test_no_name_adds_a_header_or_markup(name):
    message = opened(variant().message(reader(name=name), format_datetime(NOW)))

    assert message["Bcc"] is None
    assert [address.addr_spec for address in message["To"].addresses] == ["reader-1@example.org"]
    assert "<b>&" not in message.get_body(("html",)).get_content()


def test_a_reader_without_a_name_is_greeted_all_the_same():
    text, _ = bodies(opened(variant().message(reader(), "x")))
    named, _ = bodies(opened(variant().message(reader(name="Ada"), "x")))

    assert "\nHallo,\n" in text
    assert "\nHallo Ada,\n" in named


def test_two_readers_differ_in_nothing_but_their_own_values():
    first = variant().message(reader(1), "x").decode().replace("=\r\n", "")
    second = variant().message(reader(2), "x").decode().replace("=\r\n", "")

    assert first.replace("1@", "2@").replace(f"{1:043d}", f"{2:043d}").replace(f"{1:032d}", f"{2:032d}") == second


def test_the_same_issue_gives_the_same_bytes_and_another_does_not():
    assert variant().sha256 == variant().sha256
    assert variant().sha256 != variant(view=weekly(9)).sha256
    assert IssueView.read(weekly().snapshot()) == weekly()


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("mask", [1, 4, 8, 5, 63])
def test_every_variant_passes_the_lint(language, mask):
    findings = lint(variant(language, mask).message(reader(name="Ada"), format_datetime(NOW)), SITE)

    assert [finding for finding in findings if not finding.warning] == []


def test_the_largest_allowed_issue_stays_below_the_size_at_which_mail_is_cut_off():
    assert len(variant(view=weekly(23)).rendered.html.encode()) < HTML_MOST * 0.8


def test_what_people_write_stays_text():
    nasty = item(
        1, title='<script>alert(1)</script> "quoted" & {{ slot }}', blurb="<img src=x onerror=y> [x](javascript:y)"
    )
    part = replace(edition(Language.DE), sections=(Section("s0", "Entwicklungen", (nasty,), 0),))
    html = render(replace(weekly(), editions={Language.DE: part}), SITE, Language.DE).html

    assert "<script" not in html
    assert "<img" not in html
    assert "javascript:" not in re.findall(r'href="([^"]*)"', html)
    assert "&lt;script&gt;" in html


def test_nobody_can_write_a_slot_into_a_title():
    assert not Marks.for_issue(ISSUE_ID).pattern.search("slot-unsubscribe_url-end slot-x-address-end")
    assert Marks.for_issue(ISSUE_ID).pattern.pattern != Marks.for_issue("another").pattern.pattern


def test_a_text_in_the_other_language_is_marked_for_eyes_and_ears():
    foreign = item(1, Language.EN, title="Chalk")
    part = replace(edition(Language.DE), sections=(Section("s0", "Entwicklungen", (foreign,), 0),))
    rendered = render(replace(weekly(), editions={Language.DE: part}), SITE, Language.DE)

    assert "Chalk (Auf Englisch)" in rendered.text
    assert '<h3 lang="en">Chalk</h3>' in rendered.html
    assert "(Auf Englisch)" in rendered.html


def test_the_text_part_names_every_title_and_gives_every_link_a_line():
    rendered = render(weekly(), SITE, Language.DE)

    for section in weekly().editions[Language.DE].sections:
        for each in section.items:
            assert each.title in rendered.text
            assert each.url in rendered.text.splitlines()
    assert "https://leuchtturm.example.org/berichte/3" in rendered.text.splitlines()
    assert "Stand: 14. April 2020. Quelle: eigene Zählung der Gruppe" in rendered.text


def test_dates_are_written_as_people_write_them():
    at = datetime(2020, 4, 3, 15, tzinfo=UTC)

    assert moment(at, Language.DE, SITE.zone) == "Freitag, 3. April 2020, 17:00 Uhr"
    assert moment(at, Language.EN, SITE.zone) == "Friday, 3 April 2020, 17:00 (CEST)"


def test_a_reader_gets_the_sections_that_were_chosen():
    assert [section.key for section in chosen(edition(Language.DE), 0b1001)] == ["s0", "s3"]
    assert variant_of(variant_name(Language.EN, 9)) == (Language.EN, 9)
    assert variant_of("de") == (Language.DE, 63)


def test_an_issue_without_an_english_edition_says_so():
    with pytest.raises(NoSuchEdition):
        render(replace(weekly(), editions={Language.DE: edition(Language.DE)}), SITE, Language.EN)


def brightness(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [LIGHT, DARK])
@pytest.mark.parametrize("ink", ["text", "quiet", "link"])
def test_every_ink_is_readable_on_its_paper(scheme, ink):
    light, dark = sorted((brightness(scheme["paper"]), brightness(scheme[ink])), reverse=True)

    assert (light + 0.05) / (dark + 0.05) >= 4.5


@settings(max_examples=60, deadline=None)
@given(
    name=st.text(max_size=200), url=st.text(alphabet=st.characters(codec="ascii", categories=("L", "N")), max_size=300)
)
def test_whatever_a_reader_is_called_both_builds_agree(name, url):
    person = replace(reader(name=name), unsubscribe_url=f"https://leuchtturm.example.org/newsletter/unsubscribe/{url}")
    made = whole()
    fast, slow = opened(made.message(person, format_datetime(NOW))), opened(made.plainly(person, NOW))

    assert fast.defects == []
    assert headers(fast) == headers(slow)
    assert bodies(fast) == bodies(slow)


@settings(max_examples=40, deadline=None)
@given(title=st.text(min_size=1, max_size=120), blurb=st.text(max_size=600))
def test_whatever_people_write_both_builds_agree_and_nothing_runs(title, blurb):
    part = replace(
        edition(Language.DE), subject=title, sections=(Section("s0", title, (item(1, title=title, blurb=blurb),), 0),)
    )
    made = compiled(render(replace(weekly(), editions={Language.DE: part}), SITE, Language.DE), SITE)
    raw = made.message(reader(), format_datetime(NOW))

    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n\r\n", 1)[1].split(b"\r\n"))) <= 76
    assert bodies(opened(raw)) == bodies(opened(made.plainly(reader(), NOW)))
    found = {finding.code for finding in lint(raw, SITE)}
    assert not found & {"ACTIVE", "HEADER", "PARTS", "ENCODING", "ALT_TEXT", "TABLE_ROLE"}
