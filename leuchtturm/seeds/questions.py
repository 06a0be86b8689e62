"""Open questions of the demo, in every state: asked by name, under an alias and by nobody, in German and English."""

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from leuchtturm.seeds.calendar import Calendar
from leuchtturm.seeds.people import Members
from leuchtturm.seeds.teams import Groups
from models.access import Viewer
from models.language import Language
from models.members import Alias, AliasContext, Skill
from models.questions import Answer, Asked, Priority, Question, QuestionKind
from models.signin import viewer_of

CONTENT, TECHNICAL = QuestionKind.CONTENT, QuestionKind.TECHNICAL
DE, EN = Language.DE, Language.EN
MANAGER = "Çiğdem Öztürk"


class Said(NamedTuple):
    """One question. `how` is `by name`, `alias` or `unnamed`; without a kind nobody has looked at it yet."""

    key: str
    of: str
    day: tuple[int, int]
    title: str
    body: str = ""
    kind: QuestionKind | None = CONTENT
    skill: str = ""
    how: str = "by name"
    team: str = ""
    language: Language = DE
    priority: Priority = Priority.NORMAL


ASKED = (
    Said("forty", "Lena Müller", (4, 6), "Wir sind inzwischen vierzig Leute. Wie teilen wir uns auf?",
         "Ohne jemanden zu verlieren: Die Neuen lesen noch mit, die Ersten sind müde.", skill="Projektleitung",
         team="Kreidekasten"),
    Said("legal", "Zofia Mazur", (4, 7), "Welche Rechtsform brauchen wir, um Spenden anzunehmen?",
         "Wir sind sechs Leute und haben nichts unterschrieben.", skill="Recht"),
    Said("phones", "Emil Groß", (4, 8), "Dürfen wir Telefonnummern von Nachbar:innen speichern?",
         "Sie hängen bei uns am schwarzen Brett und sollen in eine Liste.", skill="Datenschutz", how="alias"),
    Said("broken link", "Finn Petersen", (4, 9), "Unser Link auf der Projektliste führt ins Leere. Wer ändert das?",
         kind=TECHNICAL, skill="Betrieb"),
    Said("office", "Hanna Ölschläger", (4, 9), "Wer kennt jemanden in einem Gesundheitsamt?",
         "Unser Prototyp sollte von jemandem angeschaut werden, der dort arbeitet.", skill="Verwaltung"),
    Said("english de", "Nele Thomsen", (4, 6), "Dürfen wir hier auch auf Englisch fragen?", kind=TECHNICAL),
    Said("english en", "Grace Mensah", (4, 10), "Can we also ask in English here?", kind=TECHNICAL, language=EN),
    Said("quarrel", "Mia Sanders", (4, 12), "In unserem Team redet nur einer. Wie sagt man das, ohne Streit?",
         "Ich mag die Leute und möchte bleiben.", skill="Moderation", how="unnamed"),
    Said("captions", "Chidi Okafor", (4, 12), "How do we caption a live meeting for free?",
         "Twelve people, two of them hard of hearing.", skill="Barrierefreiheit", language=EN),
    Said("password", "Noah Schmidt", (4, 12), "Unsere Seite zeigt allen die Daten von allen. Was zuerst?",
         "Seit heute früh. Wir haben sie vom Netz genommen.", kind=TECHNICAL, skill="Betrieb",
         priority=Priority.URGENT),
    Said("poster", "Rosa Lindner", (4, 11), "Wo drucken wir hundert Aushänge?", skill="Grafik", team="Treppenhaus"),
    Said("money", "Jakob Straßer", (4, 12), "Ab wann dürfen wir Fördergeld ausgeben?", "", None),
    Said("logo", "Karim Benali", (4, 11), "Dürfen wir das Logo des Hackathons verwenden?"),
    Said("test", "Olga Petrova", (4, 12), "Geht das?", "Ein Test, bitte nicht beachten.", None),
)  # fmt: skip
FOR_THE_SAME = ("Aiko Sommer", "Beate Vogel", "Clara Weiß", "Elif Şahin", "Anna Mueller", "Ida Ohlsen", "Juna Park",
                "Kim Nguyen", "Luca Ferrari")  # fmt: skip


async def fill(calendar: Calendar, members: Members, groups: Groups) -> None:
    """Ask, look at it, answer: as it would have gone in the week before."""
    await Alias.take(AliasContext.QUESTIONS, "Regenschirm", by=members["Emil Groß"], now=calendar.at(4, 8, 8))
    desk = Desk(calendar, members, groups)
    for said in ASKED:
        await desk.ask(said)
    await desk.settle()


class Desk:
    """Takes each question to where it stands today."""

    def __init__(self, calendar: Calendar, members: Members, groups: Groups) -> None:
        self.calendar, self.members, self.groups = calendar, members, groups
        self.questions: dict[str, UUID] = {}

    async def ask(self, said: Said) -> None:
        skill = await Skill.find(said.skill) if said.skill else None
        asked = Asked(said.title, said.body, said.language, [skill.id] if skill else None)
        at = self.calendar.at(*said.day, 9)
        team = self.groups[said.team] if said.team else None
        by = await self._now(said.of) if team else self.members[said.of]
        question = await Question.ask(
            asked, team_id=team.id if team and team.id in by.teams else None, anonymous=said.how == "unnamed",
            under_alias=said.how == "alias", by=by, now=at,
        )  # fmt: skip
        self.questions[said.key] = question.id
        if said.kind is not None:
            by, at = self.members[MANAGER], self.calendar.at(*said.day, 10)
            await Question.triage(question.id, said.kind, priority=said.priority, by=by, now=at)

    async def _now(self, name: str) -> Viewer:
        """With the teams that they have joined meanwhile."""
        id = self.members[name].person_id
        assert id is not None
        viewer = await viewer_of(id, now=self.calendar.now)
        assert viewer is not None
        return viewer

    async def settle(self) -> None:
        """Each state once; a duplicate pair in two languages; one that concerns nine others."""
        at, members, of = self.calendar.at, self.members, self.questions
        manager = members[MANAGER]
        for hour, name in enumerate(FOR_THE_SAME):
            await Question.say_me_too(of["forty"], by=members[name], now=at(4, 6, 11 + hour))
        told = await self._answered("forty", "Tabea Ernst", (4, 7), FORTY)
        await Question.accept(of["forty"], told.id, by=members["Lena Müller"], now=at(4, 8, 9))
        await self._answered("phones", "Ines Álvarez", (4, 9), PHONES)
        await self._answered("english de", "Tom O'Brien", (4, 6), ENGLISH)
        await Question.mark_duplicate(of["english en"], of["english de"], by=manager, now=at(4, 10, 12))
        told = await self._answered("broken link", "Priya Raman", (4, 9), LINK)
        await Question.accept(of["broken link"], told.id, by=members["Finn Petersen"], now=at(4, 9, 20))
        await Question.claim(of["captions"], by=members["Tom O'Brien"], now=self.calendar.now - timedelta(hours=2))
        await Question.claim(of["legal"], by=members["Ines Álvarez"], now=at(4, 7, 19))
        wanted = "Nehmt ihr Geld von Menschen, von Firmen oder von beiden?"
        await Question.request_info(of["legal"], wanted, by=members["Ines Álvarez"], now=at(4, 8, 8))
        await Question.park(of["logo"], reason="Die Antwort der Partner steht noch aus.", by=manager, now=at(4, 12, 9))
        await Question.close(of["test"], reason="Ein Test.", by=manager, now=at(4, 12, 10))

    async def _answered(self, key: str, name: str, day: tuple[int, int], body: str) -> Answer:
        id, by = self.questions[key], self.members[name]
        await Question.claim(id, by=by, now=self.calendar.at(*day, 14))
        _, answer = await Question.answer(id, body, by=by, now=self.calendar.at(*day, 16))
        return answer


FORTY = """\
Wir standen auf Station vor demselben. Was geholfen hat:

- **Drei Kreise** zu höchstens acht, jeder mit einer Aufgabe, die man in einer Woche sehen kann.
- Wer neu ist, geht eine Woche mit jemandem mit und sucht sich dann den Kreis aus.
- Einmal in der Woche zwanzig Minuten für alle, mehr nicht.
"""
PHONES = """\
Ja, mit Einwilligung, und nur wofür sie gegeben wurde. Schreibt dazu, wer die Liste führt und wie man wieder
herauskommt. Was am schwarzen Brett hängt, ist noch keine Einwilligung für eine Liste.
"""
ENGLISH = "Ja! Yes, please do. Ask in the language you think in; answers come in it, too."
LINK = "Geändert. Beim nächsten Mal: auf eurer Teamseite unter „Links“, das können alle, die das Team leiten."
