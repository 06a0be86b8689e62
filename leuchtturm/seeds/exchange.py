"""A lively contact board in German and English: roles to fill, people who look for a team, knowledge to share."""

from typing import NamedTuple
from uuid import UUID

from leuchtturm.seeds.calendar import Calendar
from leuchtturm.seeds.people import Members
from leuchtturm.seeds.teams import GROUPS, Groups
from models.access import Viewer
from models.exchange import Application, Listing, ListingKind, Reason, Wanted, reshuffle
from models.language import Language
from models.members import Alias, AliasContext, Skill

LEADS = {group.name: group.lead for group in GROUPS}
DE, EN = Language.DE, Language.EN


class Entry(NamedTuple):
    """One listing. `of` is a team, or a person."""

    key: str
    of: str
    day: tuple[int, int]
    title: str
    text: str
    languages: tuple[str, ...] = ("de",)
    hours: int = 4
    seats: int = 1
    must: tuple[str, ...] = ()
    nice: tuple[str, ...] = ()
    language: Language = DE


ROLES = (
    Entry("python", "Pulsbrücke", (4, 2), "Wer verbindet Praxissoftware mit uns?",
          "Wir lesen freie Termine aus drei Programmen. Für zwei weitere fehlt uns, wer gern Schnittstellen baut.",
          ("de", "en"), 6, 2, ("Python",), ("Datenschutz",)),
    Entry("evenings", "Abendlicht", (4, 6), "Moderation für Gespräche am Abend",
          "Eine Stunde, acht Menschen, kein Druck. Wir zeigen dir, wie es geht, und sind beim ersten Mal dabei.",
          ("de",), 3, 3, ("Moderation",), ("Psychologie",)),
    Entry("plans", "Kreidekasten", (4, 3), "Wochenpläne prüfen: Grundschule und Deutsch als Zweitsprache",
          "Zwei Pläne in der Woche, jeder eine halbe Stunde. Wer unterrichtet oder unterrichtet hat, ist richtig.",
          ("de", "tr"), 2, 4, ("Pädagogik",), ()),
    Entry("rent", "Mietlotse", (4, 7), "Mietrecht: Stimmen unsere fünf Fragen?",
          "Wir brauchen jemanden, der unsere Fragen und Musterbriefe durchsieht, bevor sie hinausgehen.",
          ("de",), 4, 1, ("Recht",), ()),
    Entry("forms", "Amtsfaden", (4, 8), "Formulare, die auch mit Screenreader gehen",
          "Unser Prototyp steht. Jetzt soll er für alle bedienbar werden, und du sagst uns, wie.",
          ("de", "en"), 5, 2, ("Barrierefreiheit",), ("UX", "JavaScript")),
    Entry("shops", "Ladenlicht", (4, 9), "Kurze Texte auf Türkisch und Arabisch",
          "Viele Läden sprechen mit ihrer Kundschaft nicht Deutsch. Wir möchten das auch können.",
          ("de", "tr", "ar"), 2, 2, ("Übersetzen",), ("Texten",)),
    Entry("poster", "Treppenhaus", (3, 31), "Ein Aushang, der gesehen wird",
          "Ein Blatt Papier, das im dunkelsten Hausflur noch auffällt. Dafür suchen wir jemanden mit Auge.",
          ("de",), 3, 1, ("Grafik",), ()),
    Entry("plain", "Signposts", (4, 1), "Editor for plain language",
          "Our answers are right but not yet easy. You make them short, and two of us check that they stay true.",
          ("en", "de"), 4, 1, ("Leichte Sprache",), ("Texten",), EN),
    Entry("dari", "Signposts", (4, 8), "Native speakers of Dari and Tigrinya",
          "Twenty answers are waiting for a translation that your neighbours would understand.",
          ("en", "fa", "ti"), 2, 4, ("Übersetzen",), (), EN),
)  # fmt: skip

SEEKERS = (
    Entry("nurse", "Tabea Ernst", (4, 6), "Krankenpflegerin mit freien Abenden",
          "Ich kenne Stationen von innen und würde gern sehen, dass eine gute Idee dort auch funktioniert.",
          ("de",), 5, 1, ("Pflege",), ("Moderation",)),
    Entry("analyst", "Chidi Okafor", (4, 7), "Data analyst looking for a team that lacks one",
          "I read spreadsheets the way others read novels. Health or housing, remote, evenings.",
          ("en", "fr", "ar"), 6, 1, ("Datenanalyse",), ("Python",), EN),
    Entry("quiet", "Mia Sanders", (4, 9), "Ich schreibe, ohne vorn zu stehen",
          "Texte, Mails, Protokolle: gern für ein Team, das zu viel tut und zu wenig davon erzählt.",
          ("de", "en"), 4, 1, ("Texten",), ()),
)  # fmt: skip

SHARED = (
    Entry("privacy", "Ines Álvarez", (4, 3), "Datenschutz in einer Stunde",
          "Ihr bringt eure drei größten Fragen mit, und wir gehen sie der Reihe nach durch.",
          ("de", "es"), 2, 5, ("Datenschutz",), ()),
    Entry("pdf", "Tom O'Brien", (4, 8), "Accessible documents, half an hour by phone",
          "Send me one file beforehand. Afterwards you can do the next ten yourselves.",
          ("en",), 2, 5, ("Barrierefreiheit",), (), EN),
    Entry("reviewing", "Kreidekasten", (4, 9), "Wie wir 400 Wochenpläne geprüft haben",
          "Unsere Prüfliste, unsere Fehler und was wir heute anders machen würden.",
          ("de",), 1, 8, ("Pädagogik",), ()),
)  # fmt: skip


async def fill(calendar: Calendar, members: Members, groups: Groups) -> None:
    """List, apply, decide: as it would have gone in the three weeks before."""
    board = Board(calendar, members, groups)
    await Alias.take(AliasContext.EXCHANGE, "Nordwind", by=members["Mia Sanders"], now=calendar.at(4, 9, 8))
    for kind, entries in (
        (ListingKind.SEEKS_MEMBER, ROLES),
        (ListingKind.SEEKS_TEAM, SEEKERS),
        (ListingKind.SHARES_KNOWLEDGE, SHARED),
    ):
        for entry in entries:
            await board.put_up(entry, kind)
    await board.settle()
    await reshuffle(calendar.now.astimezone(calendar.zone).date())


class Board:
    """Takes each listing to where it stands today."""

    def __init__(self, calendar: Calendar, members: Members, groups: Groups) -> None:
        self.calendar, self.members, self.groups = calendar, members, groups
        self.listings: dict[str, Listing] = {}

    async def put_up(self, entry: Entry, kind: ListingKind) -> None:
        team = self.groups.get(entry.of)
        wanted = Wanted(
            title=entry.title, text=entry.text, language=entry.language, languages=entry.languages,
            hours_per_week=entry.hours, seats=entry.seats, must=await self._skills(entry.must),
            nice=await self._skills(entry.nice),
        )  # fmt: skip
        self.listings[entry.key] = await Listing.publish(
            kind, wanted, by=self.members[LEADS.get(entry.of, entry.of)], now=self.calendar.at(*entry.day, 11),
            team_id=team.id if team else None, under_alias=entry.key == "quiet",
        )  # fmt: skip

    async def _skills(self, names: tuple[str, ...]) -> list[UUID]:
        """Those that are in the catalogue."""
        return [skill.id for name in names if (skill := await Skill.find(name))]

    async def settle(self) -> None:
        """One is in, one seat is filled, one was declined, one got no answer, some wait, one is invited."""
        at, lead = self.calendar.at, self.lead
        early = await self.apply("plain", "Juna Park", (4, 3), "I edited a magazine for ten years.")
        await self.apply("python", "Finn Petersen", (4, 11), "Schnittstellen sind mein Beruf.")
        priya = await self.apply("python", "Priya Raman", (4, 4), "Happy to build the importers.")
        noah = await self.apply("poster", "Noah Schmidt", (4, 1), "Ich habe drei Entwürfe dabei.")
        await self.apply("poster", "Niko Papadakis", (4, 1), "Plakate kann ich.")
        nele = await self.apply("evenings", "Nele Thomsen", (4, 8), "Nur vormittags, aber gern.")
        await self.apply("rent", "Zofia Mazur", (4, 12), "Ich berate seit Jahren im Mieterverein.")
        await self.apply("privacy", "Emil Groß", (4, 12), "Dürfen wir Adressen aus der Nachbarschaft speichern?")
        by = lead("Treppenhaus")
        await Application.accept(noah.id, by=by, now=at(4, 2, 18), reply="Der zweite Entwurf hängt schon!")
        by = lead("Pulsbrücke")
        await Application.accept(priya.id, by=by, now=at(4, 5, 20), reply="Willkommen! Wir reden Englisch und Deutsch.")
        by = lead("Abendlicht")
        await Application.decline(nele.id, Reason.HOURS, by=by, now=at(4, 9, 9), reply="Vielleicht im Sommer?")
        assert early.due_at is not None
        await Application.expire_due(now=early.due_at)
        role, wish = self.listings["python"], self.listings["analyst"]
        said = "Your eye for figures is what we lack."
        await Application.invite(role.id, wish.id, said, by=lead("Pulsbrücke"), now=at(4, 12, 20))

    def lead(self, team: str) -> Viewer:
        return self.members[LEADS[team]]

    async def apply(self, key: str, name: str, day: tuple[int, int], message: str) -> Application:
        by, now = self.members[name], self.calendar.at(*day, 19)
        return await Application.apply(self.listings[key].id, message, by=by, now=now)
