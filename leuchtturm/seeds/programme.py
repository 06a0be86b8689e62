"""Fields of action, the four Bausteine with milestones, and figures: facts, each with its date and source (E63).

Where sources differ, one figure stands with its source. Nothing here is shifted in time but the moment at which the
community heard of it, which is on the demo's calendar.
"""

from datetime import date
from typing import NamedTuple

from leuchtturm.seeds.calendar import Calendar
from leuchtturm.seeds.people import Members
from models.programme import FieldOfAction, Figure, Milestone, Plan, ProgrammeBlock, Success

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
     "Lösungen, schnell erprobt und weit verbreitet, sechs Monate lang; geleitet von ProjectTogether.",
     "Solutions, tested quickly and spread widely, over six months; led by ProjectTogether."),
    ("solution-builder", "Solution Builder", "Solution Builder",
     "Acht Wochen, vom Prototyp zum Produkt.",
     "Eight weeks, from prototype to product."),
    ("community-management", "Community Management", "Community management",
     "Sprechstunden, Matchmaking, Kontaktbörse, Lernplattform und Öffentlichkeitsarbeit.",
     "Consultation hours, matchmaking, contact exchange, learning platform and public relations."),
    ("matching-fonds", "Matching Fonds", "Matching fund",
     "Die Crowd gibt, der Fonds legt 25 % dazu; SEND e. V. auf Startnext.",
     "The crowd gives, the fund adds 25 %; SEND e. V. on Startnext."),
)  # fmt: skip


class Reached(NamedTuple):
    block: str
    de: str
    en: str
    metric: tuple[str, str]
    value: str
    as_of: date
    told: tuple[int, int]
    """When the community heard of it, on the demo's calendar."""
    source: str


FIGURES = (
    Reached("community-management", "Aktive Teilnehmende am Hackathon", "Active participants of the hackathon",
            ("Teilnehmende", "participants"), "28\u202f000", date(2020, 3, 22), (3, 25),
            "https://www.kfw-stiftung.de/"),
    Reached("community-management", "Lösungen nach 48 Stunden", "Solutions after 48 hours",
            ("Lösungen", "solutions"), "1\u202f500", date(2020, 3, 22), (3, 25), "https://wirvsvirus.org/"),
    Reached("solution-builder", "Projekte im Solution Builder", "Projects in the Solution Builder",
            ("Projekte", "projects"), "10", date(2020, 3, 31), (3, 31), "https://www.send-ev.de/"),
    Reached("solution-enabler", "Bewerbungen für den Solution Enabler", "Applications to the Solution Enabler",
            ("Bewerbungen", "applications"), "> 400", date(2020, 4, 2), (4, 2), "https://www.kfw-stiftung.de/"),
    Reached("solution-enabler", "Handlungsfelder, in denen Teams zusammenarbeiten",
            "Fields of action in which teams work together", ("Handlungsfelder", "fields of action"), "12",
            date(2020, 4, 10), (4, 10), "https://www.behoerden-spiegel.de/"),
    # "After the end of the campaign": it could run until 28 February 2021 at the latest.
    Reached("matching-fonds", "Geförderte Projekte im Matching Fonds", "Projects funded by the Matching Fonds",
            ("Projekte", "projects"), "100", date(2021, 2, 28), (4, 9),
            "https://www.startnext.com/wirvsvirus-fundraising"),
    Reached("solution-enabler", "Projekte am Ende des Umsetzungsprogramms", "Projects at the end of the programme",
            ("Projekte", "projects"), "147", date(2020, 10, 1), (4, 9), "https://www.bundesregierung.de/"),
)  # fmt: skip


class Day(NamedTuple):
    block: str
    on: date
    de: str
    en: str


DAYS = (
    Day("community-management", date(2020, 3, 31), "Die vier Bausteine sind vorgestellt",
        "The four building blocks are announced"),
    Day("solution-enabler", date(2020, 4, 2), "Bewerbungsschluss des Solution Enablers",
        "Deadline of the Solution Enabler"),
    Day("matching-fonds", date(2020, 4, 7), "Der Matching Fonds startet", "The matching fund starts"),
    Day("matching-fonds", date(2020, 4, 23), "Infoabend für Unterstützer:innen", "Info evening for supporters"),
    Day("matching-fonds", date(2020, 4, 30), "Zweiter Infoabend für Unterstützer:innen",
        "Second info evening for supporters"),
    Day("solution-builder", date(2020, 5, 1), "Die Förderung durch das BMBF beginnt",
        "Funding by the federal ministry of research begins"),
    Day("solution-builder", date(2020, 6, 1), "Die zweite Runde der Förderung durch das BMBF beginnt",
        "The second round of funding by the federal ministry of research begins"),
    Day("solution-enabler", date(2020, 7, 1), "Ende des zweiten Sprints", "End of the second sprint"),
    Day("solution-enabler", date(2020, 10, 1), "Abschluss des Umsetzungsprogramms",
        "Finale of the implementation programme"),
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
    for day in DAYS:
        await _plan(calendar, members, day, blocks[day.block])
    for figure in FIGURES:
        if figure.as_of <= calendar.day(*figure.told):
            await _publish(calendar, members, figure, blocks[figure.block])


async def _plan(calendar: Calendar, members: Members, day: Day, block: ProgrammeBlock) -> None:
    """Planned at the end of March; reached on its day, or on the demo's Thursday if that came later."""
    by = members["Edda Lorenz"]
    row = await Milestone.plan(block.id, Plan(day.de, day.on, day.en), by=by, now=calendar.at(3, 30, 12))
    if day.on > calendar.now.date():
        return
    came = (day.on.month, day.on.day) if day.on < date(2020, 4, 9) else (4, 9)
    await Milestone.reach(row.id, day.on, by=by, now=calendar.at(*came, 12))


async def _publish(calendar: Calendar, members: Members, reached: Reached, block: ProgrammeBlock) -> None:
    """Recorded by one editor, verified by another."""
    now = calendar.at(*reached.told, 12)
    metric_de, metric_en = reached.metric
    figure = Figure(
        title_de=reached.de, title_en=reached.en, metric=metric_de, metric_en=metric_en, value=reached.value,
        as_of=reached.as_of, source_url=reached.source,
    )  # fmt: skip
    success = await Success.record(figure, block_id=block.id, by=members["Edda Lorenz"], now=now)
    await Success.verify(success.id, by=members["Ben Weiß"], now=now)
    await Success.publish(success.id, by=members["Ben Weiß"], now=now)
