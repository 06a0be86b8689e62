"""The frame of every page: headers, languages, errors."""

import httpx2
import pytest

from resolvers.http import assets


@pytest.mark.parametrize("path", ["/", "/imprint", "/privacy", "/de/stories", "/en/stories", "/nowhere"])
async def test_every_page_has_strict_headers_and_no_script(browser: httpx2.AsyncClient, path: str) -> None:
    answer = await browser.get(path)

    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "<script" not in answer.text
    assert "style=" not in answer.text
    assert "http://" not in answer.text.replace("http://test", "").replace("http://127.0.0.1:8000", "")


@pytest.mark.parametrize(
    ("path", "accepts", "language"),
    [
        ("/", "", "de"),
        ("/", "en-GB,en;q=0.9,de;q=0.2", "en"),
        ("/?language=de", "en", "de"),
        ("/?language=xx", "fr, en;q=0.3", "en"),
        ("/en/stories", "de", "en"),
    ],
)
async def test_a_reader_gets_the_language_asked_for(
    browser: httpx2.AsyncClient, path: str, accepts: str, language: str
) -> None:
    answer = await browser.get(path, headers={"accept-language": accepts})

    assert f'<html lang="{language}">' in answer.text
    assert answer.headers["content-language"] == language


async def test_the_language_switch_leads_to_the_same_page(browser: httpx2.AsyncClient) -> None:
    answer = await browser.get("/english?token=a%26b&language=en")

    assert 'href="/english?token=a%26b&amp;language=de" hreflang="de" lang="de"' in answer.text


async def test_what_a_handler_passes_is_escaped(browser: httpx2.AsyncClient) -> None:
    answer = await browser.get("/english")

    assert "&lt;b&gt;bold&lt;/b&gt;" in answer.text
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/fr/stories",
        "/de/stories/no-such-story",
        "/de/stories/" + "x" * 20_000,
        "/de/stories/%00",
        "/de/stories?page=0",
        "/de/stories?page=-1",
        "/de/stories?page=9999999999999999999999",
        "/de/stories?page=2",
        "/de/stories?page=%D9%A3",
        "/assets/site.css",
        "/assets/../page.py",
        "/media/nothing.png",
        "/media/" + "0" * 64 + ".png",
    ],
)
async def test_an_unknown_address_gets_a_kind_page(browser: httpx2.AsyncClient, path: str) -> None:
    answer = await browser.get(path)

    assert answer.status_code == 404
    assert "Hier leuchtet nichts" in answer.text


@pytest.mark.parametrize("path", ["/", "/imprint", "/de/stories", "/de/stories/x", "/assets/x", "/media/x"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_a_page_that_is_only_read_names_the_methods_it_knows(
    browser: httpx2.AsyncClient, path: str, method: str
) -> None:
    answer = await browser.request(method, path)

    assert answer.status_code == 405
    assert {each.strip() for each in answer.headers["allow"].split(",")} == {"GET", "HEAD"}


async def test_a_failure_tells_nothing_of_the_inside(browser: httpx2.AsyncClient) -> None:
    answer = await browser.get("/broken")

    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Bei uns ist etwas kaputt" in answer.text


async def test_programs_get_one_line(browser: httpx2.AsyncClient) -> None:
    answer = await browser.get("/nowhere", headers={"accept": "application/json", "accept-language": "en"})

    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text.startswith("No light here.")


async def test_the_style_sheet_is_kept_for_ever(browser: httpx2.AsyncClient) -> None:
    answer = await browser.get(assets.url("site.css"))

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
