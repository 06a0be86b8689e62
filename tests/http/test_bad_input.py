"""Every address of the site, asked for nonsense in every way: an answer below 500, and 405 names what is possible."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from leuchtturm.asgi import build_app
from leuchtturm.bell import Bell
from leuchtturm.settings import Settings
from leuchtturm.wiring import House
from workers.queue import Ringer, connect

NONSENSE = [
    "%00", "%ff%fe", "..%2f..%2fetc%2fpasswd", "x" * 7_000, "%f0%9f%92%a9", "<script>", "%27%22;--", "-1", "1e9",
    "%0d%0aSet-Cookie:%20a=b", "%2e%2e", "?", "%25", "%c0%ae", "%e2%80%ae", "00000000-0000-0000-0000-000000000000",
]  # fmt: skip
PLACES = [
    "/{}", "/?language={}", "/imprint?language={}", "/{}/stories", "/de/{}", "/de/stories/{}", "/de/stories?page={}",
    "/s/{}", "/media/{}", "/assets/{}", "/{}/feed.atom", "/{}/feed.json",
    "/de/feed/{}.atom", "/de/feeds/{}.json", "/de/feeds/programme/{}.atom", "/de/feeds/events.atom?before={}",
    "/de/programme/{}", "/de/successes/{}", "/sign-in/{}", "/newsletter/{}/de",
    "/newsletter/2020-w16/{}", "/newsletter/{}/feed.atom", "/newsletter/confirm/{}", "/newsletter/unsubscribe/{}",
    "/newsletter/preferences/{}", "/newsletter/erase/{}", "/newsletter/export/{}", "/dev/mailbox/{}",
    "/dev/mailbox?to={}", "/dev/mailbox/{}/html", "/dev/docs/{}", "/dev/pictures/{}",
]  # fmt: skip
STRANGE = {
    "accept-language": "de;q=x,,;;en;q=" + "9" * 3_000,
    "if-none-match": ",,W/,*x" + "y" * 3_000,
    "if-modified-since": "Mon, 99 Foo 0001",
    "cookie": "session=%00; __Host-session=" + "x" * 3_000,
    "accept": "text/html",
}


@pytest.fixture
async def anybody(database: str, tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    """Somebody in front of the whole application, development pages included."""
    settings = Settings(_env_file=None, data_dir=tmp_path, base_url="http://test")
    redis = connect("")
    house = House(settings, settings.site, redis, Ringer(redis), Bell())
    transport = httpx2.ASGITransport(build_app(house, dev=True), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client
    await house.ringer.close()
    await redis.aclose(close_connection_pool=True)


@pytest.mark.parametrize("place", PLACES)
async def test_nonsense_in_an_address_breaks_nothing(anybody: httpx2.AsyncClient, place: str) -> None:
    for nonsense in NONSENSE:
        for method in ("GET", "HEAD", "POST", "DELETE"):
            answer = await anybody.request(method, place.format(nonsense), headers=STRANGE)

            assert answer.status_code < 500, (method, place, nonsense[:40])
            assert answer.status_code != 405 or answer.headers["allow"]
            assert "set-cookie" not in answer.headers
            assert "<script>" not in answer.text


@pytest.mark.parametrize("path", ["/newsletter", "/sign-in", "/newsletter/unsubscribe/x", "/newsletter/preferences/x"])
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", b"email=" + b"a" * 1_000_000),
        ("application/x-www-form-urlencoded", b"&".join([b"email=a"] * 2_000)),
        ("application/x-www-form-urlencoded", b"email=%ff%fe%00"),
        ("application/x-www-form-urlencoded", b"email=a%0d%0aBcc:%20b@example.org"),
        ("multipart/form-data; boundary=x", b"--x\r\nnonsense"),
        ("application/json", b'{"email": '),
        ("", b""),
    ],
)
async def test_nonsense_in_a_form_is_refused(anybody: httpx2.AsyncClient, path: str, kind: str, body: bytes) -> None:
    headers = {"content-type": kind, "origin": "http://test", "accept": "text/html"}

    answer = await anybody.post(path, content=body, headers={name: value for name, value in headers.items() if value})

    assert 400 <= answer.status_code < 500
