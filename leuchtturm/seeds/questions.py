"""Open questions of the demo, in every state: asked by name, under an alias and by nobody, in German and English."""

from datetime import timedelta
from uuid import UUID

from leuchtturm.seeds import asked as words
from leuchtturm.seeds.asked import ASKED, FOR_THE_LONG_RUN, FOR_THE_SAME, Said
from leuchtturm.seeds.calendar import Calendar
from leuchtturm.seeds.people import Members
from leuchtturm.seeds.teams import Groups
from models.access import Viewer
from models.following import Follow, Topic
from models.members import Alias, AliasContext, Skill
from models.programme import FieldOfAction
from models.questions import Answer, Asked, Question
from models.signin import viewer_of

MANAGER = "Çiğdem Öztürk"
FOLLOWED = {"Ines Álvarez": "Datenschutz", "Kim Nguyen": "Barrierefreiheit", "Lena Müller": "Projektleitung"}


async def fill(calendar: Calendar, members: Members, groups: Groups) -> None:
    """Ask, look at it, answer: as it would have gone in the week before."""
    await Alias.take(AliasContext.QUESTIONS, "Regenschirm", by=members["Emil Groß"], now=calendar.at(4, 8, 8))
    for name, label in FOLLOWED.items():
        if skill := await Skill.find(label):
            await Follow.begin(Topic(skill_id=skill.id), by=members[name])
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
        areas = await FieldOfAction.filter(key=said.field)
        asked = Asked(
            said.title, said.body, said.language, [skill.id] if skill else None, [area.id for area in areas] or None
        )
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
        told = await self._answered("forty", "Tabea Ernst", (4, 7), words.FORTY)
        await Question.accept(of["forty"], told.id, by=members["Lena Müller"], now=at(4, 8, 9))
        await self._answered("phones", "Ines Álvarez", (4, 9), words.PHONES)
        await self._answered("english de", "Tom O'Brien", (4, 6), words.ENGLISH)
        await Question.mark_duplicate(of["english en"], of["english de"], by=manager, now=at(4, 10, 12))
        told = await self._answered("broken link", "Priya Raman", (4, 9), words.LINK)
        await Question.accept(of["broken link"], told.id, by=members["Finn Petersen"], now=at(4, 9, 20))
        await Question.claim(of["captions"], by=members["Tom O'Brien"], now=self.calendar.now - timedelta(hours=2))
        await Question.claim(of["legal"], by=members["Ines Álvarez"], now=at(4, 7, 19))
        wanted = "Nehmt ihr Geld von Menschen, von Firmen oder von beiden?"
        await Question.request_info(of["legal"], wanted, by=members["Ines Álvarez"], now=at(4, 8, 8))
        await self._settle_others()
        await Question.park(of["logo"], reason="Die Antwort der Partner steht noch aus.", by=manager, now=at(4, 12, 9))
        await Question.close(of["test"], reason="Ein Test.", by=manager, now=at(4, 12, 10))

    async def _settle_others(self) -> None:
        """What was a help, what is being looked into, and what was asked before."""
        at, members, of = self.calendar.at, self.members, self.questions
        for hour, name in enumerate(FOR_THE_LONG_RUN):
            await Question.say_me_too(of["marathon"], by=members[name], now=at(4, 11, 12 + hour))
        told = await self._answered("channels", "Beate Vogel", (4, 3), words.CHANNELS)
        await Question.accept(of["channels"], told.id, by=members["Nour Khalil"], now=at(4, 4, 10))
        told = await self._answered("forms", "Tom O'Brien", (4, 9), words.FORMS)
        await Question.accept(of["forms"], told.id, by=members["Juna Park"], now=at(4, 9, 18))
        told = await self._answered("pictures", "Clara Weiß", (4, 8), words.PICTURES)
        await Question.accept(of["pictures"], told.id, by=members["Karim Benali"], now=at(4, 8, 19))
        await self._answered("threads", "Katja Böhm", (4, 9), words.THREADS)
        await self._answered("tired", "Nele Thomsen", (4, 10), words.TIRED)
        await Question.mark_duplicate(of["newcomers"], of["forty"], by=members[MANAGER], now=at(4, 10, 12))
        await Question.claim(of["arabic"], by=members["Fatima Haddad"], now=self.calendar.now - timedelta(hours=5))
        await Question.claim(of["notice"], by=members["Ines Álvarez"], now=self.calendar.now - timedelta(hours=1))

    async def _answered(self, key: str, name: str, day: tuple[int, int], body: str) -> Answer:
        id, by = self.questions[key], self.members[name]
        await Question.claim(id, by=by, now=self.calendar.at(*day, 14))
        _, answer = await Question.answer(id, body, by=by, now=self.calendar.at(*day, 16))
        return answer
