"""The pages behind the links in mails, as browsers, mail scanners and mail providers use them."""

import re
import time
from datetime import datetime, timedelta
from typing import Any

import httpx2
import pytest

import models
from models.language import Language
from models.newsletter import LinkKind, Subscription, SubscriptionLink, SubscriptionState
from models.newsletter.sections import SectionKey, mask
from tests.newsletter.readers import asked, reader, waiting

S = SubscriptionState
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


async def everything() -> list[Any]:
    """Every row that a page of the newsletter could change."""
    tables = (
        Subscription,
        SubscriptionLink,
        models.ConsentEvent,
        models.JobRun,
        models.Suppression,
        models.OutboxEvent,
    )
    return [await table.all().order_by("id").values() for table in tables]


async def links(row: Subscription, now: datetime) -> dict[str, str]:
    """One working path of each kind."""
    made = {}
    for kind in (LinkKind.EXPORT, LinkKind.ERASE):
        link = await SubscriptionLink.mail(row.id, kind, now=now)
        assert link
        made[kind.value] = link.path
    confirm = await SubscriptionLink.filter(kind=LinkKind.CONFIRM).order_by("id").first()
    assert confirm
    return {
        **made,
        "confirm": confirm.path,
        "unsubscribe": row.unsubscribe_path,
        "preferences": row.preferences_path(now),
    }


async def test_a_reader_signs_up_and_confirms_on_pages(browser: httpx2.AsyncClient, now: datetime) -> None:
    page = await browser.get("/newsletter?language=en")
    assert page.status_code == 200 and "Order the newsletter" in page.text

    answer = await browser.post("/newsletter", data={"email": "ada@example.org", "language": "en", "website": ""})
    assert answer.status_code == 200
    link = await SubscriptionLink.get()

    shown = await browser.get(link.path)
    assert "Yes, I would like the newsletter" in shown.text and "once a week" in shown.text
    assert shown.text.count("<button") == 1  # one big button, and nothing else that looks like one

    done = await browser.post(link.path)
    assert done.status_code == 200 and "You are in" in done.text
    assert (await Subscription.get()).state is S.CONFIRMED

    again = await browser.post(link.path)
    assert again.status_code == 200 and "You are in" in again.text


async def test_a_mail_scanner_that_opens_every_link_changes_nothing(browser: httpx2.AsyncClient, now: datetime) -> None:
    """E7."""
    row = await reader(now=now)
    paths = await links(row, now)
    await asked("bea@example.org", now)
    pending = await SubscriptionLink.filter(kind=LinkKind.CONFIRM).order_by("-id").first()
    assert pending
    before = await everything()

    for path in ["/newsletter", pending.path, *paths.values()]:
        for method in ("GET", "HEAD", "OPTIONS"):
            answer = await browser.request(method, path)
            assert answer.status_code in (200, 405)

    assert await everything() == before


@pytest.mark.parametrize("encoding", ["urlencoded", "multipart"])
async def test_one_click_unsubscribes_at_once_and_may_be_repeated(
    browser: httpx2.AsyncClient, now: datetime, encoding: str
) -> None:
    """RFC 8058 and E8: no cookie, no redirect, no second page, within a second."""
    row = await reader(now=now)
    body: dict[str, Any] = (
        {"data": ONE_CLICK} if encoding == "urlencoded" else {"files": {"List-Unsubscribe": (None, "One-Click")}}
    )

    begun = time.monotonic()
    answer = await browser.post(row.unsubscribe_path, **body)
    took = time.monotonic() - begun

    assert answer.status_code == 200 and took < 1
    assert "set-cookie" not in answer.headers and "location" not in answer.headers
    assert (await Subscription.get()).state is S.UNSUBSCRIBED
    assert (await browser.post(row.unsubscribe_path, **body)).status_code == 200


async def test_one_click_works_from_another_origin_with_any_headers(browser: httpx2.AsyncClient, now: datetime) -> None:
    row = await reader(now=now)
    strange = {"origin": "https://mail.example", "referer": "https://mail.example/x", "cookie": "session=stale"}

    await browser.post(row.unsubscribe_path, data=ONE_CLICK, headers=strange)

    assert (await Subscription.get()).state is S.UNSUBSCRIBED


@pytest.mark.parametrize(
    "body",
    [
        {"content": b""},
        {"data": {"List-Unsubscribe": "no"}},
        {"data": {"list-unsubscribe": "One-Click"}},
        {"content": b"List-Unsubscribe=One-Click", "headers": {"content-type": "text/plain"}},
        {"content": b"\xff\xfe=%", "headers": {"content-type": "application/x-www-form-urlencoded"}},
        {"content": b"junk", "headers": {"content-type": "multipart/form-data"}},
        {"content": b"junk", "headers": {"content-type": "multipart/form-data; boundary=x"}},
        {"content": b"a=1&" * 4000, "headers": {"content-type": "application/x-www-form-urlencoded"}},
    ],
)
async def test_a_post_that_says_neither_only_shows_the_page(
    browser: httpx2.AsyncClient, now: datetime, body: dict[str, Any]
) -> None:
    row = await reader(now=now)

    answer = await browser.post(row.unsubscribe_path, **body)

    assert answer.status_code == 200
    assert (await Subscription.get()).state is S.CONFIRMED


async def test_a_megabyte_is_refused(browser: httpx2.AsyncClient, now: datetime) -> None:
    row = await reader(now=now)

    for size in (30_000, 1_100_000):
        answer = await browser.post(row.unsubscribe_path, data={"leave": "x" * size})
        assert answer.status_code == 413
    assert (await Subscription.get()).state is S.CONFIRMED


async def test_the_button_leaves_and_offers_a_way_back_by_mail_only(browser: httpx2.AsyncClient, now: datetime) -> None:
    row = await reader(now=now)

    left = await browser.post(row.unsubscribe_path, data={"leave": "yes"})
    assert "Abbestellt" in left.text

    back = await browser.post(row.unsubscribe_path, data={"undo": "yes"})
    assert back.status_code == 200
    assert (await Subscription.get()).state is S.PENDING
    assert len(await waiting("mail.confirmation")) == 2


@pytest.mark.parametrize(("wish", "said"), [("pause", "nichts von uns"), ("monthly", "alle vier Wochen")])
async def test_less_is_offered_next_to_leaving(
    browser: httpx2.AsyncClient, now: datetime, wish: str, said: str
) -> None:
    row = await reader(now=now)

    answer = await browser.post(row.unsubscribe_path, data={"instead": wish})

    assert said in answer.text
    assert (await Subscription.get()).state is S.CONFIRMED


@pytest.mark.parametrize("kind", ["confirm", "unsubscribe", "preferences", "export", "erase"])
async def test_whatever_is_wrong_with_a_link_the_answer_is_the_same(
    browser: httpx2.AsyncClient, now: datetime, kind: str
) -> None:
    """E50: forged, cut, unknown, of another purpose, expired."""
    row = await reader(now=now)
    good = await links(row, now)
    token = good[kind].rpartition("/")[2]
    others = [path.rpartition("/")[2] for name, path in good.items() if name != kind]
    before = await everything()
    answers = set()

    for bad in [token[:-1], token[:-1] + ("A" if token[-1] != "A" else "B"), "test", "%00", "%F0%9F%92%A9", *others]:
        for method in ("GET", "POST"):
            answer = await browser.request(
                method, f"/newsletter/{kind}/{bad}", data=ONE_CLICK if method == "POST" else None
            )
            answers.add((answer.status_code, re.sub(r'href="/newsletter/[^"]*language=..."?', "", _main(answer.text))))

    assert len(answers) == 1 and next(iter(answers))[0] == 404
    assert await everything() == before


def _main(html: str) -> str:
    return html.partition("<main")[2].partition("</main")[0]


async def test_an_expired_link_gets_that_answer_too(browser: httpx2.AsyncClient, now: datetime) -> None:
    row = await reader(now=now)
    good = await links(row, now)
    browser.app.state.at = now + timedelta(days=91)  # type: ignore[attr-defined]

    for kind in ("confirm", "preferences", "export", "erase"):
        assert (await browser.get(good[kind])).status_code == 404
        assert (await browser.post(good[kind])).status_code == 404
    assert (await browser.get(good["unsubscribe"])).status_code == 200


async def test_known_and_unknown_addresses_get_the_same_answer(browser: httpx2.AsyncClient, now: datetime) -> None:
    """E50."""
    await reader("known@example.org", now=now)
    left = await reader("left@example.org", now=now)
    await browser.post(left.unsubscribe_path, data=ONE_CLICK)
    spam = await reader("spam@example.org", now=now)
    await Subscription.complained(spam.id, now=now)

    answers = []
    for name in ("known", "unknown", "left", "spam"):
        answers.append(await browser.post("/newsletter", data={"email": f"{name}@example.org", "language": "de"}))
    trapped = {"email": "bot@example.org", "language": "de", "website": "https://spam.example"}
    answers.append(await browser.post("/newsletter", data=trapped))

    assert {(answer.status_code, answer.text) for answer in answers} == {(200, answers[0].text)}
    assert not await Subscription.filter(email_hash=models.vault.fingerprint("bot@example.org")).exists()


@pytest.mark.parametrize(
    "email",
    ["", "nobody", "a@b", "ada@example.org\r\nBcc: all@example.org", "ada@example.org%0d%0aX: y", "<b>@example.org",
     "\x00@example.org", "jürgen@example.org", "x" * 15_000],
)  # fmt: skip
async def test_a_bad_address_is_told_so_and_nothing_is_kept(
    browser: httpx2.AsyncClient, now: datetime, email: str
) -> None:
    answer = await browser.post("/newsletter", data={"email": email, "language": "de"})

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text and "<b>@" not in answer.text
    assert not await Subscription.all().exists()


async def test_a_flood_of_sign_ups_from_one_place_is_slowed_down(browser: httpx2.AsyncClient, now: datetime) -> None:
    for number in range(20):
        await browser.post("/newsletter", data={"email": f"reader-{number}@example.org"})

    answer = await browser.post("/newsletter", data={"email": "one-more@example.org"})

    assert answer.status_code == 429
    assert await Subscription.all().count() == 20


async def test_choices_are_saved_without_signing_in(browser: httpx2.AsyncClient, now: datetime) -> None:
    row = await reader(now=now)
    path = row.preferences_path(now)
    shown = await browser.get(path)
    assert "a…@example.org" in shown.text and "ada@example.org" not in shown.text

    form = {"language": "en", "section": ["projects", "learning", "nonsense"], "frequency": "monthly", "pause": "yes"}
    saved = await browser.post(path, data=form)

    assert "Saved" in saved.text
    kept = await Subscription.get()
    assert kept.locale is Language.EN and kept.is_paused(now)
    assert kept.sections == mask([SectionKey.PROJECTS, SectionKey.LEARNING])


async def test_no_section_at_all_is_refused_with_a_sentence(browser: httpx2.AsyncClient, now: datetime) -> None:
    row = await reader(now=now)

    answer = await browser.post(row.preferences_path(now), data={"language": "de", "frequency": "weekly"})

    assert answer.status_code == 422 and "mindestens einen Abschnitt" in answer.text


async def test_export_and_erasure_need_a_fresh_mail(browser: httpx2.AsyncClient, now: datetime) -> None:
    row = await reader(now=now)
    for kind in ("export", "erase"):
        await browser.post(row.preferences_path(now), data={kind: "yes"})
    assert len(await waiting("mail.subscription_link")) == 2
    exporting = await SubscriptionLink.get(kind=LinkKind.EXPORT)
    erasing = await SubscriptionLink.get(kind=LinkKind.ERASE)

    assert "Datei herunterladen" in (await browser.get(exporting.path)).text
    told = await browser.post(exporting.path)
    assert told.json()["address"] == "ada@example.org"
    assert "attachment" in told.headers["content-disposition"]

    assert "Endgültig löschen" in (await browser.get(erasing.path)).text
    assert "gelöscht" in (await browser.post(erasing.path)).text
    assert not await Subscription.all().exists()


async def test_pages_behind_a_token_are_private(browser: httpx2.AsyncClient, now: datetime) -> None:
    row = await reader(now=now)

    for path in [*(await links(row, now)).values(), "/newsletter/unsubscribe/forged"]:
        answer = await browser.get(path)
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-robots-tag"] == "noindex"
        assert "<script" not in answer.text
        outside = re.findall(r'(?:src|href)="(https?://[^"]+)"', answer.text)
        assert all(address.startswith("http://test") for address in outside)


async def test_pages_speak_the_reader_s_language_or_the_one_asked_for(
    browser: httpx2.AsyncClient, now: datetime
) -> None:
    row = await reader(now=now, language=Language.EN)

    assert '<html lang="en">' in (await browser.get(row.unsubscribe_path)).text
    assert '<html lang="de">' in (await browser.get(row.unsubscribe_path + "?language=de")).text
