"""Fields of action, the four Bausteine, and figures of the programme: facts, with their date and source (E63).

Where sources differ, one figure stands with its source. Nothing here is shifted in time.
"""

from datetime import date
from typing import NamedTuple

from leuchtturm.seeds.calendar import Calendar
from leuchtturm.seeds.people import Members
from models.programme import FieldOfAction, ProgrammeBlock, Success

FIELDS = (
    ("health", "Gesundheit", "Health"),
    ("mental-health", "Mentale Gesundheit", "Mental health"),
    ("education", "Bildung", "Education"),
    ("social-justice", "Soziale Gerechtigkeit", "Social justice"),
    ("administration", "Öffentliche Verwaltung", "Public administration"),
    ("economy", "Wirtschaft in der Krise", "Economy in crisis"),
    ("cohesion", "Gesellschaftlicher Zusammenhalt", "Social cohesion"),
)
BLOCKS = (
    ("solution-enabler", "Solution Enabler", "Solution Enabler",
     "130 Lösungen, schnell erprobt und weit verbreitet, sechs Monate lang; geleitet von ProjectTogether.",
     "130 solutions, tested quickly and spread widely, over six months; led by ProjectTogether."),
    ("solution-builder", "Solution Builder", "Solution Builder",
     "Zehn Projekte, acht Wochen, vom Prototyp zum Produkt.",
     "Ten projects, eight weeks, from prototype to product."),
    ("community-management", "Community Management", "Community management",
     "Sprechstunden, Matchmaking, Kontaktbörse, Lernplattform und Öffentlichkeitsarbeit.",
     "Consultation hours, matchmaking, contact exchange, learning platform and public relations."),
    ("matching-fonds", "Matching Fonds", "Matching fund",
     "Die Crowd gibt, der Fonds legt 25 % dazu; SEND e. V. auf Startnext.",
     "The crowd gives, the fund adds 25 %; SEND e. V. on Startnext."),
)  # fmt: skip


class Figure(NamedTuple):
    block: str
    de: str
    en: str
    metric: str
    value: str
    unit: str
    as_of: date
    told: tuple[int, int]
    """When the community heard of it, on the demo's calendar."""
    source: str


FIGURES = (
    Figure("community-management", "Aktive Teilnehmende am Hackathon", "Active participants of the hackathon",
           "Teilnehmende", "28\u202f000", "", date(2020, 3, 22), (3, 25), "https://www.kfw-stiftung.de/"),
    Figure("community-management", "Lösungen nach 48 Stunden", "Solutions after 48 hours",
           "Lösungen", "1\u202f500", "", date(2020, 3, 22), (3, 25), "https://wirvsvirus.org/"),
    Figure("solution-enabler", "Bewerbungen für den Solution Enabler", "Applications to the Solution Enabler",
           "Bewerbungen", "> 400", "", date(2020, 4, 2), (4, 2), "https://www.kfw-stiftung.de/"),
    Figure("solution-enabler", "Handlungsfelder, in denen Teams zusammenarbeiten",
           "Fields of action in which teams work together", "Handlungsfelder", "12", "",
           date(2020, 4, 10), (4, 10), "https://www.behoerden-spiegel.de/"),
    # "After the end of the campaign": it could run until 28 February 2021 at the latest.
    Figure("matching-fonds", "Geförderte Projekte im Matching Fonds", "Projects funded by the Matching Fonds",
           "Projekte", "100", "", date(2021, 2, 28), (4, 9), "https://www.startnext.com/wirvsvirus-fundraising"),
    Figure("solution-enabler", "Projekte am Ende des Umsetzungsprogramms", "Projects at the end of the programme",
           "Projekte", "147", "", date(2020, 10, 1), (4, 9), "https://www.bundesregierung.de/"),
)  # fmt: skip


async def begin(calendar: Calendar, members: Members) -> None:
    """Write down what is known by then; a figure from the future is not known yet."""
    for key, de, en in FIELDS:
        await FieldOfAction.create(key=key, title_de=de, title_en=en)
    blocks = {}
    for position, (key, de, en, about_de, about_en) in enumerate(BLOCKS):
        blocks[key] = await ProgrammeBlock.create(
            key=key, title_de=de, title_en=en, summary_de=about_de, summary_en=about_en, position=position
        )
    for figure in FIGURES:
        if figure.as_of <= calendar.day(*figure.told):
            await _publish(calendar, members, figure, blocks[figure.block])


async def _publish(calendar: Calendar, members: Members, figure: Figure, block: ProgrammeBlock) -> None:
    """Recorded by one editor, verified by another."""
    now = calendar.at(*figure.told, 12)
    success = await Success.record(
        title_de=figure.de, title_en=figure.en, metric=figure.metric, value=figure.value, unit=figure.unit,
        as_of=figure.as_of, source_url=figure.source, team_id=None, block_id=block.id,
        by=members["Edda Lorenz"], now=now,
    )  # fmt: skip
    await Success.act(success.id, "verify", by=members["Ben Weiß"], now=now)
    await Success.act(success.id, "publish", by=members["Ben Weiß"], now=now)
