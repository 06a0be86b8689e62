"""The Lernplattform of the demo: frequent questions, things to read and to copy, one that is due, one that waits."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from leuchtturm.seeds.calendar import Calendar
from leuchtturm.seeds.people import Members
from models.learning import LearningResource, Material, ResourceKind, ResourceLevel
from models.members import Skill

K, L = ResourceKind, ResourceLevel
HALF_A_YEAR = timedelta(days=182)

PHONE_DE = """\
Ja. Eine Telefonnummer führt zu einem Menschen, auch ohne Namen daneben.

- Fragt nur danach, wenn ihr wirklich anrufen wollt.
- Sagt dazu, wann ihr sie löscht, und tut es dann auch.
"""
PHONE_EN = """\
Yes. A telephone number leads to a person, also without a name beside it.

- Ask for it only if you really want to call.
- Say when you delete it, and then do so.
"""
MONEY_DE = """\
Nein, ihr braucht keinen Verein, um anzufangen. Für eine Förderung braucht ihr meist jemanden, der Geld annehmen darf:
einen Verein, der euch trägt, oder eine gemeinnützige GmbH. Fragt in der Sprechstunde, wer das schon macht.
"""
ALT_DE = """\
Beschreibt, was jemand wissen muss, der das Bild nicht sieht, in einem Satz. Was nur schmückt, bekommt keinen Text.

**Gut:** „Eine Pflegerin zeigt einer Bewohnerin auf dem Tablet ihre Enkelin.“
"""
ALT_EN = """\
Describe what somebody needs to know who does not see the picture, in one sentence. What only adorns gets no text.

**Good:** “A nurse shows a resident her granddaughter on a tablet.”
"""
PLAN_DE = """\
1. Wem hilft es, und woher wisst ihr das?
2. Was kann es heute?
3. Was fehlt bis zum ersten Tag im Alltag?
4. Wer macht weiter, wenn ihr keine Zeit mehr habt?
"""

READY: Sequence[tuple[str, Material]] = (
    ("Ines Álvarez", Material(
        form=K.FAQ, title_de="Ist eine Telefonnummer ein personenbezogenes Datum?",
        title_en="Is a telephone number personal data?", body_de=PHONE_DE, body_en=PHONE_EN,
        licence="CC BY 4.0", level=L.BEGINNER, minutes=1, plain_language=True, is_own_work=True,
    )),
    ("Çiğdem Öztürk", Material(
        form=K.FAQ, title_de="Brauchen wir einen Verein, um gefördert zu werden?", body_de=MONEY_DE,
        licence="CC BY 4.0", level=L.BEGINNER, minutes=1,
    )),
    ("Tom O'Brien", Material(
        form=K.ARTICLE, title_de="Alternativtexte, kurz und gut", title_en="Alternative texts, short and good",
        body_de=ALT_DE, body_en=ALT_EN, licence="CC BY 4.0", level=L.BEGINNER, minutes=3, is_own_work=True,
    )),
    ("Tabea Ernst", Material(
        form=K.TEMPLATE, title_de="Vier Fragen vor dem ersten Einsatz", body_de=PLAN_DE, licence="CC0",
        level=L.ADVANCED, minutes=20,
    )),
)  # fmt: skip
TOPICS = ("Datenschutz", "Förderanträge", "Barrierefreiheit", "Pflege")
LINK = Material(
    form=K.VIDEO, title_de="Wie ein Chatbot lernt, höflich zu sein", url_de="https://media.example.org/chatbot",
    licence="CC BY-SA 4.0", level=L.ADVANCED, minutes=14, captions=True,
)  # fmt: skip
WAITING = Material(
    form=K.TOOL, title_de="Kontrastprüfer", title_en="Contrast checker", url_de="https://contrast.example.org/",
)  # fmt: skip


async def fill(calendar: Calendar, members: Members) -> None:
    """Suggested by members, looked at by an editor, out; one had its day half a year ago, one waits for a look."""
    by = members["Edda Lorenz"]
    for number, ((name, said), topic) in enumerate(zip(READY, TOPICS, strict=True)):
        skill = await Skill.find(topic)
        about = replace(said, skills=[skill.id] if skill else [])
        at = calendar.at(4, 7 + number, 10)
        resource = await LearningResource.suggest(about, by=members[name], now=at)
        await LearningResource.review(resource.id, about, by=by, now=at)
        await LearningResource.publish(resource.id, by=by, now=at, review_due_at=at + HALF_A_YEAR)
    at = calendar.at(4, 2, 12)
    old = await LearningResource.suggest(LINK, by=members["Juna Park"], now=at)
    await LearningResource.review(old.id, LINK, by=by, now=at)
    await LearningResource.publish(old.id, by=by, now=at, review_due_at=calendar.at(4, 9))
    await LearningResource.look_again(now=calendar.now)
    await LearningResource.suggest(WAITING, by=members["Kim Nguyen"], now=calendar.at(4, 12, 18))
