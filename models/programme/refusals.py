"""What the programme refuses, and what to do about it."""

from models.errors import Conflict, ValidationProblem


class SourceMissing(ValidationProblem):
    code = "SOURCE_MISSING"
    de = "Jede Zahl braucht Quelle und Stand. Bitte gebt einen Link (https://…) und ein Datum an."
    en = "Every figure needs its source and its date. Please give a link (https://…) and a date."


class OneOwner(ValidationProblem):
    code = "ONE_OWNER"
    de = "Bitte genau eins: Team oder Baustein."
    en = "Please exactly one: team or block."


class NothingCorrected(ValidationProblem):
    code = "NOTHING_CORRECTED"
    de = "Es steht schon alles so da. Bitte gebt an, was sich ändert: Zahl, Einheit, Stand, Quelle oder Worte."
    en = "It says all of this already. Please say what changes: figure, unit, date, source or words."


class DateAhead(ValidationProblem):
    code = "DATE_AHEAD"
    de = "Der Tag liegt in der Zukunft. Bitte gebt an, wann der Meilenstein erreicht wurde."
    en = "The day is in the future. Please say when the milestone was reached."


class BlockHasNoRoom(Conflict):
    code = "BLOCK_FULL"
    de = "Ein Baustein hat höchstens 80 Meilensteine. Bitte nehmt zuerst einen heraus."
    en = "A block has at most 80 milestones. Please take one out first."
