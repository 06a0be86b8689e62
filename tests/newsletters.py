"""Issues for tests and benchmarks: believable, of invented teams, as large as they are wished for."""

from datetime import UTC, date, datetime

from models.language import Language
from models.site import Site
from workers.newsletter.render_splice import Personal
from workers.newsletter.view import Edition, IssueView, Item, Picture, Section

SITE = Site(
    base_url="https://leuchtturm.example.org",
    imprint_url="https://leuchtturm.example.org/imprint",
    privacy_url="https://leuchtturm.example.org/privacy",
)
SECRET = "a secret of the tests, as long as it must be"
ISSUE_ID = "0190a0a0-0000-7000-8000-000000000016"
BLURB = (
    "Die Gruppe hat ihren **Kreidekasten** in drei Schulen erprobt und schreibt, was dabei schiefging. "
    "Mehr dazu im [Bericht der Gruppe](https://leuchtturm.example.org/berichte/{n}). "
)
TITLES = {
    Language.DE: ("Entwicklungen", "Erfolge der Projekte", "Erfolge der Bausteine", "Sprechstunden der Woche"),
    Language.EN: ("Developments", "Successes of projects", "Successes of the programme", "Office hours of the week"),
}


def item(number: int, language: Language = Language.DE, **more: object) -> Item:
    known: dict[str, object] = {
        "title": f"Kreidekasten im Unterricht, Folge {number}",
        "url": f"https://leuchtturm.example.org/{language.value}/stories/demo-kreidekasten-{number}",
        "blurb": BLURB.format(n=number) * 2,
        "team": "Kreidekasten",
        "language": language,
        "as_of": date(2020, 4, 14),
        "source": "eigene Zählung der Gruppe",
    }
    return Item(**{**known, **more})  # type: ignore[arg-type]


def edition(language: Language, items: int = 8) -> Edition:
    names = TITLES[language]
    cards = [item(n, language) for n in range(1, items + 1)]
    sections = [Section(f"s{bit}", name, tuple(cards[bit :: len(names)]), bit) for bit, name in enumerate(names[:3])]
    picture = Picture(
        "https://leuchtturm.example.org/assets/kreide.png", "Ein Kasten mit bunter Kreide auf einem Tisch"
    )
    hour = Item(
        title="Recht für Vereine" if language is Language.DE else "Law for associations",
        url="https://leuchtturm.example.org/hours/recht",
        language=language,
        starts_at=datetime(2020, 4, 22, 15, tzinfo=UTC),
    )
    if sections[0].items:
        first = item(0, language, title="Eine Leuchtturm-Geschichte", picture=picture)
        sections[0] = Section("s0", names[0], (first, *sections[0].items), 0)
    sections.append(Section("s3", names[3], (hour,), 3))
    subject = "KW 16: Kreide in drei Schulen" if language is Language.DE else "Week 16: chalk in three schools"
    return Edition(
        subject=subject, preheader="Was gelang", intro="Guten Morgen!", sections=tuple(sections), thanks="Danke!"
    )


def weekly(items: int = 8) -> IssueView:
    """The issue of KW 16 of 2020 in both languages."""
    return IssueView(
        id=ISSUE_ID,
        week="2020-w16",
        day=date(2020, 4, 17),
        editions={language: edition(language, items) for language in Language},
    )


def reader(number: int = 1, name: str = "") -> Personal:
    """Somebody who gets a copy."""
    token = f"{number:043d}"
    return Personal(
        address=f"reader-{number}@example.org",
        message_id=f"<{number:032d}@leuchtturm.example.org>",
        unsubscribe_url=f"https://leuchtturm.example.org/newsletter/unsubscribe/{token}",
        preferences_url=f"https://leuchtturm.example.org/newsletter/preferences/{token}",
        name=name,
    )
