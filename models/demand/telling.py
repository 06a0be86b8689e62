"""Community managers hear once a week what is worth a Sprechstunde, if anything is (C1)."""

from datetime import datetime
from typing import Any

from babel.dates import get_day_names

from models.dates import LOCALES
from models.demand.counting import About, Demand
from models.demand.measuring import measure
from models.language import Language
from models.members import Person, RoleGrant, Skill
from models.notifications import tell
from models.programme import FieldOfAction
from models.roles import Role

WANTED = "hours.wanted"
MOST_NAMED = 5
"""More than that nobody plans in a week; `officeHourDemand` has them all."""


async def suggest(week: str, *, now: datetime) -> int:
    """Tell each of them once a week. Returns how many topics there were; of none nobody hears."""
    wanted = _each_once([demand for demand in (await measure(now)).demands if demand.suggested])
    if wanted:
        labels = await _labels([demand.wish.about for demand in wanted])
        about = {
            f"topics_{language.value}": ", ".join(_named(demand, labels, language) for demand in wanted)
            for language in Language
        }
        managers = await RoleGrant.holders(Role.COMMUNITY_MANAGER, now=now)
        for person in await Person.filter(id__in=managers).order_by("id"):
            await tell(person.id, WANTED, subject=person, now=now, about=about, key=week)
    return len(wanted)


def _each_once(demands: list[Demand]) -> list[Demand]:
    """A topic in one language, on the day on which it is asked about most."""
    first: dict[tuple[About, str], Demand] = {}
    for demand in demands:
        first.setdefault((demand.wish.about, demand.wish.language), demand)
    return list(first.values())[:MOST_NAMED]


async def _labels(topics: list[About]) -> dict[About, dict[Language, str]]:
    skills = await Skill.filter(id__in=[each.skill_id for each in topics if each.skill_id])
    areas = await FieldOfAction.filter(id__in=[each.field_of_action_id for each in topics if each.field_of_action_id])
    of_skills = {About(row.id, None): _both(row.label_de, row.label_en) for row in skills}
    return of_skills | {About(None, row.id): _both(row.title_de, row.title_en) for row in areas}


def _both(de: str, en: Any) -> dict[Language, str]:
    return {Language.DE: de, Language.EN: en or de}


def _named(demand: Demand, labels: dict[About, dict[Language, str]], language: Language) -> str:
    """“Recht (Mittwoch, DE)”: what, on which day of the week, in which language."""
    day = get_day_names("wide", locale=LOCALES[language])[demand.wish.weekday - 1]
    return f"{labels[demand.wish.about][language]} ({day}, {demand.wish.language.upper()})"
