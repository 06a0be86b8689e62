"""What is in a letter, and what cannot get into its headers."""

import email
import email.policy
from datetime import UTC, datetime

import pytest

from models.language import Language
from tests.newsletters import SITE
from workers.mail.message import NotAnAddress, mailbox, message_id, one_line, parcel, wire_address
from workers.mail.writing import written

NOW = datetime(2020, 4, 14, 8, tzinfo=UTC)
NASTY = "Eve\r\nBcc: everybody@example.org\r\n\r\n<h1>Hi</h1>"


def letter(mail="sign_in", language=Language.DE, **more):
    values = {"name": "Ada", "link": "https://leuchtturm.example.org/sign-in/abc", "minutes": 15, "days": 7, **more}
    return written(mail, language, SITE, to="ada@example.org", to_name=values["name"], key=("k", "1"), **values)


def opened(ready):
    return email.message_from_bytes(ready.content, policy=email.policy.default)


@pytest.mark.parametrize("mail", ["sign_in", "confirmation"])
@pytest.mark.parametrize("language", list(Language))
def test_every_letter_has_both_parts_with_link_imprint_and_privacy(mail, language):
    message = opened(parcel(letter(mail, language), SITE, NOW))

    assert message.get_content_type() == "multipart/alternative"
    text, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
    for part in (text, html):
        assert "https://leuchtturm.example.org/sign-in/abc" in part
        assert SITE.imprint_url in part
        assert SITE.privacy_url in part
    assert f'<html lang="{language.value}"' in html
    assert all(len(line) <= 78 for line in text.splitlines())
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == language.value


def test_the_confirmation_offers_no_unsubscribe_that_would_do_nothing():
    assert "List-Unsubscribe" not in opened(parcel(letter("confirmation"), SITE, NOW))


def test_a_name_with_line_breaks_adds_no_header_and_no_markup():
    message = opened(parcel(letter(name=NASTY), SITE, NOW))

    assert message["Bcc"] is None
    assert len(message.get_all("To")) == 1
    assert message["To"].addresses[0].addr_spec == "ada@example.org"
    assert "<h1>Hi</h1>" not in message.get_body(("html",)).get_content()
    assert "\nBcc:" not in message.get_body(("plain",)).get_content()


@pytest.mark.parametrize(
    "name", ["", "Ada", 'O"Hara, <b>', "Çiğdem Öztürk", "日本" * 40, "a" * 500, NASTY, "\u202eevil\u2028x"]
)
def test_any_name_makes_an_ascii_header_that_names_the_address_once(name):
    header = mailbox(name, "ada@example.org")

    assert header.isascii()
    assert all(line.startswith(" ") for line in header.split("\r\n")[1:])
    assert "\n" not in header.replace("\r\n", "")
    assert all(len(line) <= 998 for line in header.split("\r\n"))
    parsed = email.message_from_string(f"To: {header}\n\n", policy=email.policy.default)["To"]
    assert [address.addr_spec for address in parsed.addresses] == ["ada@example.org"]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ada",
        "ada@",
        "@example.org",
        "a b@example.org",
        "ada@example.org>, <eve@example.org",
        "ada@example.org\r\nRCPT",
    ],
)
def test_what_is_no_address_never_reaches_an_envelope(address):
    with pytest.raises(NotAnAddress):
        wire_address(address)


def test_a_domain_with_umlauts_is_written_in_ascii_and_a_mailbox_with_umlauts_is_refused():
    assert wire_address("ada@bücher.example") == "ada@xn--bcher-kva.example"
    with pytest.raises(NotAnAddress):
        wire_address("jürgen@example.org")


def test_the_same_letter_keeps_its_message_id_and_another_has_another():
    assert parcel(letter(), SITE, NOW).message_id == parcel(letter(), SITE, NOW).message_id
    assert message_id(SITE, "issue", 1, 2) != message_id(SITE, "issue", 1, 3)
    assert message_id(SITE, "issue", 1, 23) != message_id(SITE, "issue", 12, 3)
    assert message_id(SITE, "x").endswith("@leuchtturm.example.org>")


def test_a_subject_is_one_line_of_visible_characters():
    assert one_line("Hallo\r\nBcc: x\u2028 y\x00z") == "Hallo Bcc: x y z"
    assert len(one_line("wort " * 100)) <= 200


def test_no_line_of_a_message_is_too_long_or_eight_bit():
    content = parcel(letter(name="Ü" * 100, link="https://leuchtturm.example.org/" + "x" * 300), SITE, NOW).content

    assert content.isascii()
    assert all(len(line) <= 78 for line in content.split(b"\r\n"))
