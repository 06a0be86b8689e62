"""Whom a founder circle tells what, and what it reminds of. Rows only, in the transaction of the cause."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from models.exchange.circles.clustering import Circle
from models.notifications import forget, remind, tell, tell_all
from models.programme import FieldOfAction
from models.teams.founding import Words

REMIND_BEFORE = timedelta(days=2)


async def field_name(id: UUID | None) -> tuple[str, str]:
    """What the field of action is called in German and in English; open when there is none."""
    area = await FieldOfAction.filter(id=id).first() if id else None
    return (area.title_de, area.title_en or area.title_de) if area else ("offen", "open")


async def about(circle: Any) -> dict[str, str]:
    de, en = await field_name(circle.field_of_action_id)
    return {
        "circle": str(circle.id), "field_de": de, "field_en": en, "size": str(circle.size),
        "until_at": circle.ends_at.isoformat(),
    }  # fmt: skip


async def proposed(circle: Any, seats: list[Any], now: datetime) -> None:
    """Ask everybody once, and once more two days before the end. The cause of each reminder is the person's seat."""
    said = await about(circle)
    for seat in seats:
        await tell(seat.person_id, "circle.proposed", subject=seat, now=now, about=said)
        at = circle.ends_at - REMIND_BEFORE
        await remind(seat.person_id, "circle.waiting", subject=seat, at=at, now=now, about=said)


async def answered(seat: Any, now: datetime) -> None:
    await forget(seat, now=now)


async def formed(circle: Any, team: Any, people: list[UUID], now: datetime) -> None:
    said = {**await about(circle), "team": team.name, "slug": team.slug}
    await tell_all(people, "circle.formed", subject=circle, now=now, about=said)


async def dissolved(circle: Any, person_id: UUID, now: datetime) -> None:
    await tell(person_id, "circle.dissolved", subject=circle, now=now, about=await about(circle))


async def first_words(circle: Any) -> Words:
    """What the new team is called until its people say."""
    de, _ = await field_name(circle.field_of_action_id)
    subject = f" {de}" if circle.field_of_action_id else ""
    return Words(
        name=f"Gründungskreis{subject}, KW {int(circle.week[-2:])}",
        pitch="Gerade erst zusammengekommen.",
        field_of_action_id=circle.field_of_action_id,
    )


def why(circle: Circle, area: tuple[str, str], skills: list[tuple[str, str]]) -> tuple[str, str]:
    """Why these people, in German and in English, without a word about one of them."""
    known_de, known_en = (", ".join(sorted({pair[at] for pair in skills})[:5]) for at in (0, 1))
    count = len(circle.people)
    when_de = " Ihr habt gemeinsame Zeiten in der Woche." if circle.parts else ""
    when_en = " You share times of the week." if circle.parts else ""
    if circle.area is None:
        de, en = f"Ihr seid {count} ohne Team.", f"You are {count} without a team."
    else:
        de = f"Ihr seid {count} ohne Team im Handlungsfeld {area[0]}."
        en = f"You are {count} without a team in the field of action {area[1]}."
    return (
        f"{de} Zusammen bringt ihr mit: {known_de}.{when_de}"[:400],
        f"{en} Together you bring: {known_en}.{when_en}"[:400],
    )
