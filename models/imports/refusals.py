"""Why a line, or a whole file, was not taken. Each says what to do about it, in German and in English."""

from collections.abc import Iterable

from models.errors import Conflict, ValidationProblem


class FileUnusable(ValidationProblem):
    """Nothing of the file was taken."""

    code = "FILE_UNUSABLE"
    de = "Diese Datei lässt sich nicht als CSV lesen."
    en = "This file cannot be read as CSV."


class ColumnsMissing(FileUnusable):
    code = "COLUMNS_MISSING"

    def __init__(self, missing: Iterable[str], found: Iterable[str]) -> None:
        wanted, there = ", ".join(missing), ", ".join(name[:40] for name in list(found)[:20]) or "–"
        super().__init__(
            de=f"Es fehlt die Spalte {wanted}. Gefunden: {there}. Mit --column könnt ihr sagen, welche gemeint ist.",
            en=f"The column {wanted} is missing. Found: {there}. With --column you can say which one is meant.",
        )


class ColumnTwice(FileUnusable):
    code = "COLUMN_TWICE"

    def __init__(self, name: str) -> None:
        super().__init__(
            de=f"Die Spalte {name} kommt mehrmals vor. Mit --column könnt ihr sagen, welche gemeint ist.",
            en=f"The column {name} is there more than once. With --column you can say which one is meant.",
        )


class LineUnreadable(ValidationProblem):
    """A quote that does not close, or characters that are none."""

    code = "LINE_UNREADABLE"
    de = "Diese Zeile ist kein lesbares CSV: Ein Anführungszeichen bleibt offen oder steht falsch."
    en = "This line is no readable CSV: a quotation mark stays open or stands in the wrong place."


class LineTooLong(ValidationProblem):
    code = "LINE_TOO_LONG"
    de = "Diese Zeile ist länger als 64 kB; so lang ist keine Beschreibung."
    en = "This line is longer than 64 kB; no description is that long."


class CellsTooMany(ValidationProblem):
    code = "CELLS_TOO_MANY"
    de = "Diese Zeile hat mehr Felder als die Kopfzeile. Vielleicht fehlen Anführungszeichen um einen Text."
    en = "This line has more cells than the header. Perhaps a text lacks its quotation marks."


class CellsMissing(ValidationProblem):
    code = "CELLS_MISSING"

    def __init__(self, name: str) -> None:
        super().__init__(name, de=f"Hier fehlt: {name}.", en=f"Missing here: {name}.")


class NotText(ValidationProblem):
    """NUL and other control characters, or bytes that are no text in any encoding that we know."""

    code = "NOT_TEXT"
    de = "Diese Zeile enthält Steuerzeichen oder Zeichen, die sich nicht lesen lassen."
    en = "This line contains control characters, or characters that cannot be read."


class KeyTwice(Conflict):
    code = "KEY_TWICE"

    def __init__(self, line: int) -> None:
        super().__init__(
            "key",
            de=f"Denselben Schlüssel hat schon Zeile {line}; diese zählt, hier wurde nichts geändert.",
            en=f"Line {line} has the same key; that one counts, nothing was changed here.",
        )


class AddressTwice(Conflict):
    code = "ADDRESS_TWICE"

    def __init__(self, line: int) -> None:
        super().__init__(
            "email",
            de=f"Dieselbe Adresse hat schon Zeile {line}.",
            en=f"Line {line} has the same address.",
        )


class NameTaken(Conflict):
    code = "NAME_TAKEN"

    def __init__(self, slug: str) -> None:
        super().__init__(
            "name",
            de=f"Es gibt schon ein Team mit diesem Namen: {slug}. Mit --adopt wird es diesem Schlüssel zugeordnet.",
            en=f"There is a team of this name already: {slug}. With --adopt it is given this key.",
        )


class UnknownStage(ValidationProblem):
    code = "UNKNOWN_STAGE"
    de = "Diesen Stand kennen wir nicht. Möglich sind: Idee, Prototyp, Pilot, im Einsatz."
    en = "We do not know this stage. Possible are: idea, prototype, pilot, in_use."


class NotAPerson(ValidationProblem):
    """Bots and deactivated accounts of a chat are no members."""

    code = "NOT_A_PERSON"
    de = "Ein Bot oder ein deaktiviertes Konto; hier wird niemand eingeladen."
    en = "A bot or a deactivated account; nobody is invited here."


class HasLeft(Conflict):
    """Whoever was erased does not come back by a list (E2)."""

    code = "HAS_LEFT"
    de = "Diese Person war schon einmal hier und ist gegangen. Sie wird nicht wieder angelegt."
    en = "This person was here before and has left. They are not brought back."
