"""What is asked in the demo, in German and English, by name, under an alias and by nobody; and what others answer."""

from typing import NamedTuple

from models.language import Language
from models.questions import Priority, QuestionKind

CONTENT, TECHNICAL = QuestionKind.CONTENT, QuestionKind.TECHNICAL
DE, EN = Language.DE, Language.EN


class Said(NamedTuple):
    """One question. `how` is `by name`, `alias` or `unnamed`; without a kind nobody has looked at it yet."""

    key: str
    of: str
    day: tuple[int, int]
    title: str
    body: str = ""
    kind: QuestionKind | None = CONTENT
    skill: str = ""
    field: str = ""
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
    Said("channels", "Nour Khalil", (4, 3), "Hundert Kanäle im Chat: Welche drei reichen uns?",
         "Wer zehn Minuten weg war, findet dreihundert neue Nachrichten.", kind=TECHNICAL, skill="Projektleitung"),
    Said("threads", "Malte Oetjen", (4, 9), "Antworten in Threads sieht niemand. Wie macht ihr das?", kind=TECHNICAL),
    Said("newcomers", "Alva Brandt", (4, 10), "Zwanzig Neue wollen mitmachen. Wie geben wir allen etwas zu tun?",
         "Wir sind selbst erst zu zehnt.", skill="Projektleitung"),
    Said("forms", "Juna Park", (4, 8), "Is there a checklist for forms that everybody can fill in?",
         "Ours has twelve fields and two error messages.", skill="Barrierefreiheit", language=EN),
    Said("readers", "Jette Strasser", (4, 11), "Wo finden wir Menschen, die mit uns am Screenreader testen?",
         "Wir möchten sie bezahlen.", skill="Barrierefreiheit", field="social-justice"),
    Said("ministry", "Jonas Ärmel", (4, 8), "Wer entscheidet in einem Ministerium über ein Formular?",
         "Uns hören alle freundlich zu, und dann verweisen sie weiter.", skill="Verwaltung", field="administration"),
    Said("marathon", "Priya Raman", (4, 11), "We began as a sprint. How do we keep going for a year?",
         "Five of us have a job to return to.", skill="Projektleitung", language=EN),
    Said("arabic", "Bela Kovács", (4, 11), "Wer übersetzt uns drei Seiten ins Arabische?",
         "Sie sind in Leichter Sprache, etwa sechshundert Wörter.", skill="Übersetzen", field="social-justice"),
    Said("tired", "Leonie Schäfer", (4, 10), "Ich bin müde und möchte weniger machen. Wie sage ich das dem Team?",
         "Alle zählen auf mich, und ich auf sie.", skill="Psychologie", field="mental-health", how="unnamed"),
    Said("pictures", "Karim Benali", (4, 7), "Dürfen wir Bilder aus unserer Videokonferenz zeigen?",
         "Man sieht Gesichter und Namen.", skill="Datenschutz"),
    Said("notice", "Emil Groß", (4, 11), "Reicht ein Zettel an der Tür als Einwilligung?",
         "Es geht noch einmal um die Liste mit den Nummern.", skill="Datenschutz", field="cohesion", how="alias"),
    Said("test", "Olga Petrova", (4, 12), "Geht das?", "Ein Test, bitte nicht beachten.", None),
)  # fmt: skip
FOR_THE_SAME = ("Aiko Sommer", "Beate Vogel", "Clara Weiß", "Elif Şahin", "Anna Mueller", "Ida Ohlsen", "Juna Park",
                "Kim Nguyen", "Luca Ferrari")  # fmt: skip
FOR_THE_LONG_RUN = ("Magda Wójcik", "Ibrahim Çelik", "Zoë Schröder")

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
CHANNELS = """\
Einer für Ankündigungen, einer für die Arbeit, einer für alles andere. Die übrigen stumm schalten, und wer etwas
wissen muss, wird beim Namen genannt.
"""
THREADS = "Wir schreiben das Ergebnis noch einmal in den Kanal: einen Satz und den Link in den Thread."
FORMS = """\
Start with these five, they find most of it:

1. Every field has a label that stays while you type.
2. An error says what to do, next to the field, in words and not in red alone.
3. It works with the keyboard, in the order in which you read it.
4. Nothing runs out of time.
5. Somebody who does not know it fills it in while you say nothing.
"""
TIRED = """\
So, wie du es hier gesagt hast. Sag dazu, was du abgibst und was du behältst, und bis wann jemand anders es haben
soll. Wer weniger macht und bleibt, ist mehr wert als alle, die still verschwinden.
"""
PICTURES = "Nur, wenn alle darauf es erlaubt haben, und zwar vorher. Leichter: ein Bild von dem, was ihr gebaut habt."
