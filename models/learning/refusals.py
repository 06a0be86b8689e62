"""What the Lernplattform answers to what it cannot do."""

from models.errors import ValidationProblem

NEEDED = {
    "licence": ("eine Lizenz", "a licence"),
    "language": ("eine Sprache", "a language"),
    "level": ("ein Niveau", "a level"),
    "reviewDueAt": ("ein Datum, an dem wir wieder nachsehen", "a date on which we look at it again"),
}


class NotDescribed(ValidationProblem):
    """`path` names what is missing."""

    code = "NOT_DESCRIBED"
    de = "Was veröffentlicht wird, hat Lizenz, Sprache, Niveau und ein Datum, an dem wir wieder nachsehen."
    en = "What is published has a licence, a language, a level and a date on which we look at it again."

    def __init__(self, path: str) -> None:
        missing_de, missing_en = NEEDED[path]
        super().__init__(
            path,
            de=f"Es fehlt noch {missing_de}. {type(self).de}",
            en=f"{missing_en.capitalize()} is missing. {type(self).en}",
        )


class NothingToLearn(ValidationProblem):
    code = "NOTHING_TO_LEARN"
    de = "Bitte gebt einen Titel an und dazu einen Text oder eine Adresse (https://…), auf Deutsch oder Englisch."
    en = "Please give a title, and a text or an address (https://…) with it, in German or English."


class MinutesOutOfRange(ValidationProblem):
    code = "MINUTES_OUT_OF_RANGE"
    de = "Wie lange es dauert, sagt ihr in Minuten: 1 bis 6000."
    en = "Say in minutes how long it takes: 1 to 6000."


class ReviewDateOutOfRange(ValidationProblem):
    code = "REVIEW_DATE_OUT_OF_RANGE"
    de = "Das Datum zum Nachsehen liegt in der Zukunft, höchstens zwei Jahre weit."
    en = "The date of the next look lies in the future, at most two years away."


class NoSuchSubject(ValidationProblem):
    code = "NO_SUCH_TOPIC"
    de = "Dieses Thema kennen wir nicht. Themen sind geprüfte Fähigkeiten und Handlungsfelder, höchstens 10."
    en = "We do not know this topic. Topics are approved skills and fields of action, at most 10."
