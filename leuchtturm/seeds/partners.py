"""Who carried the programme in 2020, by name and without a logo; the implementation partners are invented."""

from typing import NamedTuple

from leuchtturm.seeds.calendar import Calendar
from leuchtturm.seeds.people import Members
from models.access import Viewer
from models.partners import Partner, PartnerKind

K = PartnerKind


class Entry(NamedTuple):
    kind: PartnerKind
    name: str
    de: str = ""
    en: str = ""


ENTRIES = (
    Entry(K.PATRONAGE, "Bundeskanzleramt", "Schirmherr war Helge Braun, Chef des Bundeskanzleramts.",
          "The patron was Helge Braun, head of the Federal Chancellery."),
    Entry(K.FUNDING, "Bundesministerium für Bildung und Forschung", "Über den Prototype Fund.",
          "Through the Prototype Fund."),
    Entry(K.FUNDING, "Vodafone Institut"),
    Entry(K.FUNDING, "BMW Foundation Herbert Quandt"),
    Entry(K.FUNDING, "KfW Stiftung"),
    Entry(K.FUNDING, "Hertie-Stiftung", "Webinare und Sprechstunden.", "Webinars and consultation hours."),
    Entry(K.IMPLEMENTATION, "Demo: Kanzlei am Leuchtfeuer", "Rechtsfragen von Teams, eine Stunde in der Woche.",
          "Legal questions of teams, an hour a week."),
    Entry(K.IMPLEMENTATION, "Demo: Rechenzentrum Nordwind", "Server für Prototypen, drei Monate lang.",
          "Servers for prototypes, for three months."),
    Entry(K.IMPLEMENTATION, "Demo: Druckerei Backbord", "Aushänge und Flyer zum Selbstkostenpreis.",
          "Posters and leaflets at cost."),
    Entry(K.INITIATOR, "Tech4Germany"),
    Entry(K.INITIATOR, "Code for Germany"),
    Entry(K.INITIATOR, "Impact Hub Berlin"),
    Entry(K.INITIATOR, "ProjectTogether"),
    Entry(K.INITIATOR, "Prototype Fund"),
    Entry(K.INITIATOR, "Initiative D21"),
    Entry(K.INITIATOR, "SEND e. V."),
)  # fmt: skip


async def thank(calendar: Calendar, members: Members) -> None:
    """Everybody stands on the wall but one, whose time is over."""
    editor = next(viewer for viewer in members.values() if viewer.is_staff)
    for number, entry in enumerate(ENTRIES):
        await _stands(entry, number, calendar, editor)
    past = Entry(K.IMPLEMENTATION, "Demo: Verein Landgang", "Räume für ein Wochenende.", "Rooms for a weekend.")
    await _stands(past, len(ENTRIES), calendar, editor, until_past=True)


async def _stands(entry: Entry, number: int, calendar: Calendar, by: Viewer, *, until_past: bool = False) -> None:
    now = calendar.at(3, 31, 10)
    said = {
        "name": entry.name, "purpose": entry.kind, "tier": "", "blurb_de": entry.de, "blurb_en": entry.en, "url": "",
        "logo_alt_de": "", "logo_alt_en": "", "position": number, "logo": None, "visible_from": now,
        "visible_to": calendar.at(4, 6, 0) if until_past else None,
    }  # fmt: skip
    partner = await Partner.save_entry(said, by=by, now=now)
    await Partner.act(partner.id, "publish", by=by, now=now)
