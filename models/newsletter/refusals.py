"""What the newsletter's rules answer to bad input."""

from models.errors import Conflict, NotAllowed, ValidationProblem


class LinkInvalid(ValidationProblem):
    """One answer for every link that does not work: forged, cut, expired, replayed or unknown (E50)."""

    code = "LINK_INVALID"
    de = "Dieser Link gilt nicht (mehr). Bitte öffne ihn aus der neuesten Mail, oder melde dich noch einmal an."
    en = "This link is not valid (any more). Please open it from the latest mail, or sign up once more."


class AddressNotReachable(ValidationProblem):
    code = "ADDRESS_NOT_REACHABLE"
    de = "Vor dem @ sind in Adressen nur Buchstaben ohne Umlaute möglich: Nicht alle Mailserver können mehr."
    en = "Only plain letters are possible before the @ of an address: not every mail server can do more."


class NoSectionChosen(ValidationProblem):
    code = "NO_SECTION_CHOSEN"
    de = "Bitte wähle mindestens einen Abschnitt, oder bestelle den Newsletter ab."
    en = "Please choose at least one section, or unsubscribe from the newsletter."


class InvalidWeek(ValidationProblem):
    code = "INVALID_WEEK"
    de = "Diese Kalenderwoche gibt es nicht. Schreibt sie so: 2020-W16."
    en = "There is no such ISO week. Write it like this: 2020-W16."


class InThePast(ValidationProblem):
    code = "IN_THE_PAST"
    de = "Dieser Zeitpunkt ist vorbei. Bitte wählt einen in der Zukunft."
    en = "This moment has passed. Please choose one in the future."


class OrderIncomplete(ValidationProblem):
    code = "ORDER_INCOMPLETE"
    de = "Die Reihenfolge muss jeden Eintrag des Abschnitts genau einmal nennen. Bitte ladet neu."
    en = "The order must name each item of the section exactly once. Please reload."


class NotProofed(Conflict):
    """The lint gate has not looked at this revision yet; the job is on its way."""

    code = "NOT_PROOFED"
    de = "Die Prüfung dieser Fassung läuft noch. Bitte versucht es in ein paar Sekunden noch einmal."
    en = "This revision is still being checked. Please try again in a few seconds."


class LintFindings(Conflict):
    """The rendered messages break a duty; which one stands in the findings."""

    code = "LINT_FINDINGS"
    de = "Die Mails dieser Fassung haben Fehler. Bitte behebt, was die Prüfung auflistet."
    en = "The messages of this revision have errors. Please fix what the check lists."


class NothingInIt(Conflict):
    code = "NOTHING_IN_IT"
    de = "In dieser Ausgabe steht nichts. Bitte ergänzt etwas, oder lasst die Woche aus."
    en = "There is nothing in this issue. Please add something, or skip the week."


class NotDueYet(Conflict):
    code = "NOT_DUE_YET"
    de = "Der Versand ist noch nicht fällig."
    en = "The sending is not due yet."


class TooLate(Conflict):
    """More than twelve hours after its hour an issue wants a fresh look (C11.2)."""

    code = "TOO_LATE"
    de = "Der Versand ist mehr als zwölf Stunden verspätet. Bitte gebt die Ausgabe noch einmal frei."
    en = "The sending is more than twelve hours late. Please approve the issue once more."


class SecondPerson(NotAllowed):
    """Whoever composed or changed an issue last does not approve it."""

    code = "FOUR_EYES"
    de = "Das muss eine zweite Person tun: Wer die Ausgabe zuletzt geändert hat, kann sie nicht freigeben."
    en = "A second person has to do this: whoever changed the issue last cannot approve it."
