"""Why something is suggested, in a sentence per factor, in German and English. It praises nobody and blames nobody."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from models.exchange.suggesting.ranking import Suggested
from models.members import Skill
from models.programme import FieldOfAction

MOST_NAMED = 5


class Words(NamedTuple):
    de: str
    en: str


@dataclass(frozen=True)
class Labels:
    """What skills and fields of action are called."""

    skills: Mapping[UUID, Words]
    fields: Mapping[UUID, Words]

    @classmethod
    async def of(cls, suggested: Iterable[Suggested]) -> "Labels":
        """The names that these suggestions may mention, in two statements."""
        chosen = list(suggested)
        skills = {skill for each in chosen for skill in each.seeker.skills & each.opening.lacking}
        areas = {each.opening.field for each in chosen if each.opening.field}
        said = await Skill.filter(id__in=list(skills)).values_list("id", "label_de", "label_en") if skills else []
        called = await FieldOfAction.filter(id__in=list(areas)).values_list("id", "title_de", "title_en")
        return cls({id: Words(de, en or de) for id, de, en in said}, {id: Words(de, en or de) for id, de, en in called})


def words(suggested: Suggested, factor: str, value: float, labels: Labels, *, for_team: bool) -> Words:
    """The sentence of one factor, addressed to the person or to the team."""
    if factor == "complement":
        return _complement(suggested, labels, for_team)
    if factor == "interest":
        return _interest(suggested, value, labels, for_team)
    if factor == "hours":
        return _hours(suggested, for_team)
    if factor == "language":
        return _language(suggested, value)
    return _exposure(value, for_team)


def _complement(suggested: Suggested, labels: Labels, for_team: bool) -> Words:
    lacking, seeker = suggested.opening.lacking, suggested.seeker
    shared = sorted((labels.skills[id] for id in lacking & seeker.skills if id in labels.skills), key=lambda w: w.de)
    if shared:
        de, en = (", ".join(w[at] for w in shared[:MOST_NAMED]) for at in (0, 1))
        if for_team:
            return Words(f"Bringt mit, was euch noch fehlt: {de}.", f"Brings what you do not have yet: {en}.")
        return Words(f"Du bringst mit, was dem Team noch fehlt: {de}.", f"You bring what the team lacks: {en}.")
    if not lacking:
        return Words("Es sind keine bestimmten Fähigkeiten gefragt.", "No particular skills are asked for.")
    if for_team:
        return Words("Kann anderes als gefragt, und lernt vielleicht gern.", "Has other skills, and may like to learn.")
    return Words(
        "Gefragt sind Fähigkeiten, die nicht in deinem Profil stehen; vielleicht lernst du sie dort.",
        "The skills asked for are not in your profile; perhaps you learn them there.",
    )


def _interest(suggested: Suggested, value: float, labels: Labels, for_team: bool) -> Words:
    area = labels.fields.get(suggested.opening.field) if suggested.opening.field else None
    if area is None or not suggested.seeker.fields:
        return Words("Kein Handlungsfeld angegeben, also offen.", "No field of action given, so it is open.")
    if value >= 1:
        return Words(f"Dasselbe Handlungsfeld: {area.de}.", f"The same field of action: {area.en}.")
    if for_team:
        return Words("Schaut sich auch in anderen Handlungsfeldern um.", "Looks at other fields of action as well.")
    return Words(f"Ein anderes Handlungsfeld: {area.de}.", f"Another field of action: {area.en}.")


def _hours(suggested: Suggested, for_team: bool) -> Words:
    asked, given = suggested.opening.hours, suggested.seeker.hours
    if asked is None or given is None:
        return Words("Über Stunden könnt ihr noch sprechen.", "Hours are still to be talked about.")
    whose_de, whose_en = ("bietet", "offers") if for_team else ("bietest du", "you offer")
    if for_team:
        return Words(
            f"Gefragt: {asked} Stunden in der Woche, {whose_de} {given}.",
            f"Asked: {asked} h a week, {whose_en} {given}.",
        )
    return Words(
        f"Gefragt sind {asked} Stunden in der Woche, {given} {whose_de}.",
        f"{asked} hours a week are asked for, {whose_en} {given}.",
    )


def _language(suggested: Suggested, value: float) -> Words:
    shared = [code for code in suggested.opening.languages if code in suggested.seeker.languages]
    if not shared:
        return Words("Keine Sprache angegeben.", "No language given.")
    if value >= 1:
        return Words(
            f"Eure erste Sprache ist dieselbe ({shared[0]}).", f"Your first language is the same ({shared[0]})."
        )
    return Words(f"Ihr habt eine gemeinsame Sprache ({shared[0]}).", f"You share a language ({shared[0]}).")


def _exposure(value: float, for_team: bool) -> Words:
    if value <= 0:
        return Words("Steht bisher auf wenigen Listen.", "Is on few lists so far.")
    if for_team:
        return Words(
            "Wird auch anderen Teams vorgeschlagen; damit alle gefunden werden, zählt das ein wenig dagegen.",
            "Is suggested to other teams too; so that everybody is found, this counts a little against it.",
        )
    return Words(
        "Wird auch anderen vorgeschlagen; damit alle Teams gefunden werden, zählt das ein wenig dagegen.",
        "Is suggested to others too; so that all teams are found, this counts a little against it.",
    )
