"""A catalogue of skills to begin with: families, German and English names, and what else people call it."""

from typing import NamedTuple

from models.folding import fold
from models.members import Skill, SkillState
from models.members.skills import KEY


class Entry(NamedTuple):
    de: str
    en: str
    synonyms: tuple[str, ...] = ()


FAMILIES: dict[Entry, tuple[Entry, ...]] = {
    Entry("Softwareentwicklung", "Software development", ("Programmieren", "Coding")): (
        Entry("Python", "Python", ("Django",)),
        Entry("JavaScript", "JavaScript", ("JS", "TypeScript", "Frontend")),
        Entry("Datenbanken", "Databases", ("SQL", "PostgreSQL")),
        Entry("Betrieb", "Operations", ("DevOps", "Server")),
        Entry("Testen", "Testing", ("Qualitätssicherung", "QA")),
    ),
    Entry("Gestaltung", "Design"): (
        Entry("UX", "UX", ("Nutzungsforschung", "Usability")),
        Entry("Grafik", "Graphic design", ("Illustration", "Plakate")),
        Entry("Barrierefreiheit", "Accessibility", ("a11y",)),
    ),
    Entry("Text und Sprache", "Text and language"): (
        Entry("Texten", "Writing", ("Redaktion", "Texte schreiben")),
        Entry("Leichte Sprache", "Plain language", ("Einfache Sprache",)),
        Entry("Übersetzen", "Translating", ("Dolmetschen",)),
        Entry("Social Media", "Social media", ("Öffentlichkeitsarbeit",)),
    ),
    Entry("Recht und Geld", "Law and money"): (
        Entry("Recht", "Law", ("Jura", "Vertragsrecht")),
        Entry("Datenschutz", "Data protection", ("DSGVO", "GDPR", "Privacy")),
        Entry("Förderanträge", "Grant writing", ("Fundraising",)),
        Entry("Buchhaltung", "Accounting", ("Finanzen",)),
    ),
    Entry("Menschen und Gesundheit", "People and health"): (
        Entry("Pflege", "Nursing", ("Krankenpflege",)),
        Entry("Medizin", "Medicine", ("Ärztliche Arbeit",)),
        Entry("Psychologie", "Psychology", ("Beratung",)),
        Entry("Pädagogik", "Teaching", ("Unterrichten", "Schule")),
        Entry("Moderation", "Facilitation", ("Gesprächsleitung",)),
    ),
    Entry("Zahlen und Steuern", "Figures and steering"): (
        Entry("Datenanalyse", "Data analysis", ("Statistik", "Data Science")),
        Entry("Projektleitung", "Project management", ("Projektmanagement", "Koordination")),
        Entry("Verwaltung", "Public administration", ("Behörden",)),
        Entry("Logistik", "Logistics", ("Lieferung",)),
    ),
}

Catalogue = dict[str, Skill]
"""Skills by their German name."""


async def open_catalogue() -> Catalogue:
    """The families and their skills, approved; written together."""
    rows: Catalogue = {}
    for family, entries in FAMILIES.items():
        rows[family.de] = _row(family)
        for entry in entries:
            rows[entry.de] = _row(entry)
            rows[entry.de].parent_id = rows[family.de].id
    await Skill.bulk_create([row for row in rows.values() if row.parent_id is None])
    await Skill.bulk_create([row for row in rows.values() if row.parent_id is not None])
    return rows


def _row(entry: Entry) -> Skill:
    skill = Skill(label_de=entry.de, label_en=entry.en, synonyms=list(entry.synonyms), state=SkillState.APPROVED)
    skill.key = KEY.sub("-", fold(entry.en)).strip("-")
    skill.remember_names()
    return skill
