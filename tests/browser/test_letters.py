"""The newsletter's pages in a real browser: the way of a reader from the form to leaving, and the archive."""

import pytest

from leuchtturm.seeds import seed
from models.base import utcnow
from models.language import Language
from models.newsletter import LinkKind, NewsletterIssue, Subscription, SubscriptionLink, SubscriptionState
from tests.browser.conftest import Reader

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]  # a browser on a busy machine takes its time

ADA = "ada@example.org"


async def asked(language: Language = Language.DE) -> SubscriptionLink:
    """Ada has filled in the form; the link in her mail."""
    await Subscription.subscribe(ADA, language=language, now=utcnow())
    return await SubscriptionLink.all().order_by("-id").first()  # type: ignore[return-value]


async def confirmed(language: Language = Language.DE) -> Subscription:
    return await Subscription.confirm((await asked(language)).token, now=utcnow())


async def looks_at(somebody: Reader, path: str, name: str, status: int = 200) -> None:
    await somebody.opens(path, status)
    await somebody.finds_it_accessible()
    await somebody.photographs(name)


async def test_a_reader_signs_up_confirms_chooses_and_leaves_without_scripts(plain: Reader) -> None:
    page = await plain.opens("/newsletter?language=de")
    await page.get_by_label("Deine E-Mail-Adresse").fill(ADA)
    await page.get_by_role("button", name="Newsletter bestellen").click()
    await plain.sees("Schau in dein Postfach")

    link = await SubscriptionLink.first()
    assert link
    await plain.opens(link.path)
    assert (await Subscription.get()).state is SubscriptionState.PENDING
    await page.get_by_role("button", name="Ja, ich möchte den Newsletter").click()
    await plain.sees("Du bist dabei")
    assert (await Subscription.get()).state is SubscriptionState.CONFIRMED

    await page.get_by_role("link", name="Abschnitte und Häufigkeit wählen").click()
    await page.get_by_label("Höchstens alle vier Wochen").check()
    await page.get_by_role("button", name="Speichern").click()
    await plain.sees("Gespeichert.")
    assert (await Subscription.get()).frequency.value == "monthly"

    await page.get_by_role("link", name="Newsletter abbestellen").click()
    assert (await Subscription.get()).state is SubscriptionState.CONFIRMED
    await page.get_by_role("button", name="Newsletter abbestellen").click()
    await plain.sees("Abbestellt")
    assert (await Subscription.get()).state is SubscriptionState.UNSUBSCRIBED
    assert plain.complaints == []


async def test_a_reader_learns_what_is_wrong_with_an_address(plain: Reader) -> None:
    page = await plain.opens("/newsletter?language=en")
    await page.get_by_label("Your e-mail address").fill("a@b")
    await page.get_by_role("button", name="Order the newsletter").click()

    await page.get_by_role("alert").wait_for()
    assert await page.get_by_label("Your e-mail address").input_value() == "a@b"


async def test_the_confirmation_page_is_accessible(reader: Reader, phone: Reader) -> None:
    link = await asked()

    await looks_at(reader, link.path, "confirm-desk")
    await looks_at(phone, link.path + "?language=en", "confirm-phone")
    assert reader.complaints == phone.complaints == []


async def test_the_preference_page_is_accessible(reader: Reader, phone: Reader) -> None:
    path = (await confirmed()).preferences_path(utcnow())

    await looks_at(reader, path, "preferences-desk")
    await looks_at(phone, path + "?language=en", "preferences-phone")
    assert reader.complaints == phone.complaints == []


async def test_the_pages_for_leaving_are_accessible(reader: Reader, phone: Reader) -> None:
    row = await confirmed()
    await Subscription.mail_link(row.preferences_path(utcnow()).rpartition("/")[2], LinkKind.ERASE, now=utcnow())
    link = await SubscriptionLink.filter(kind=LinkKind.ERASE).get()

    await looks_at(reader, row.unsubscribe_path, "unsubscribe-desk")
    await looks_at(phone, row.unsubscribe_path, "unsubscribe-phone")
    await looks_at(phone, link.path, "erase-phone")
    await looks_at(phone, "/newsletter/confirm/" + "x" * 43, "invalid-phone", 404)


@pytest.mark.timeout(120)
async def test_an_issue_in_the_archive_is_accessible(reader: Reader, phone: Reader, plain: Reader) -> None:
    await seed(utcnow(), reader.site.settings.site)
    issue = (await NewsletterIssue.archived())[0]
    for language in Language:
        path = issue.archive_path(language)

        await looks_at(reader, path, f"archive-{language}-desk")
        await looks_at(phone, path, f"archive-{language}-phone")
        await plain.opens(path)
        await plain.sees("Treppenhaus")
    assert reader.complaints == phone.complaints == plain.complaints == []
