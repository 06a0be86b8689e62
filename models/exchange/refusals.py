"""What the rules of the Kontaktbörse answer. None of them tells anything about a wish not to be matched (E38)."""

from models.errors import Conflict, NotAllowed, ValidationProblem


class TeamNeeded(ValidationProblem):
    code = "TEAM_NEEDED"
    de = "Wer Mitstreiter:innen sucht, sucht für ein Team. Bitte wählt eines, das ihr leitet."
    en = "Whoever looks for members looks for a team. Please choose one that you lead."


class PersonOnly(ValidationProblem):
    code = "PERSON_ONLY"
    de = "Ein Team sucht man für sich selbst, nicht im Namen eines Teams."
    en = "One looks for a team for oneself, not in the name of a team."


class NoAliasHere(ValidationProblem):
    code = "NO_ALIAS_HERE"
    de = "Unter anderem Namen sucht man ein Team. Wer Wissen teilt oder für ein Team spricht, steht mit eigenem da."
    en = "One looks for a team under an alias. Whoever shares knowledge or speaks for a team does so by name."


class SeatsOutOfRange(ValidationProblem):
    code = "SEATS_OUT_OF_RANGE"
    de = "Ein Eintrag hat 1 bis 50 Plätze, und nie weniger, als schon vergeben sind."
    en = "A listing has 1 to 50 seats, and never fewer than are taken already."


class TooManySkills(ValidationProblem):
    code = "TOO_MANY_SKILLS"
    de = "Ein Eintrag nennt höchstens 12 Fähigkeiten. Die wichtigsten reichen, sonst traut sich niemand."
    en = "A listing names at most 12 skills. The most important ones will do, or nobody dares to apply."


class LinkInTitle(ValidationProblem):
    code = "LINK_IN_TITLE"
    de = "Links gehören in den Text und nicht in den Titel."
    en = "Links belong into the text and not into the title."


class ListingClosed(Conflict):
    code = "LISTING_CLOSED"
    de = "Dieser Eintrag nimmt gerade nichts mehr an. In der Kontaktbörse findet ihr andere."
    en = "This listing does not take anything in at present. You find others on the contact board."


class NoSeatLeft(Conflict):
    code = "NO_SEAT_LEFT"
    de = "Alle Plätze dieses Eintrags sind vergeben. Ihr könnt die Zahl der Plätze erhöhen."
    en = "All seats of this listing are taken. You can raise the number of seats."


class AlreadyApplied(Conflict):
    code = "ALREADY_APPLIED"
    de = "Diese Bewerbung gibt es schon. Ihren Stand seht ihr unter euren Bewerbungen."
    en = "There is this application already. You see where it stands among your applications."


class AlreadyMet(Conflict):
    """One answer for members and for whoever has applied, so that it tells little about somebody under an alias."""

    code = "ALREADY_MET"
    de = "Diese Person kennt die Aufgabe oder euch schon. Eine Einladung braucht es nicht mehr."
    en = "This person knows the task or you already. There is no need for an invitation."


class AlreadyInTeam(Conflict):
    code = "ALREADY_IN_TEAM"
    de = "Du gehörst schon zu diesem Team."
    en = "You belong to this team already."


class YourOwnListing(Conflict):
    code = "YOUR_OWN_LISTING"
    de = "Auf den eigenen Eintrag bewirbt man sich nicht."
    en = "One does not apply to one's own listing."


class InviteInstead(ValidationProblem):
    """Whoever looks for a team is invited by one; nobody applies to a person."""

    code = "INVITE_INSTEAD"
    de = "Wer ein Team sucht, wird eingeladen: Bitte wählt dafür einen offenen Eintrag eures Teams."
    en = "Whoever looks for a team is invited: please choose an open listing of your team for that."


class NotForOrganisations(NotAllowed):
    code = "NOT_FOR_ORGANISATIONS"
    de = "Hier finden Menschen und Teams zueinander. Organisationen bieten ihre Hilfe über die Partnerseiten an."
    en = "People and teams find each other here. Organisations offer their help by the partners' pages."


class NotAReason(ValidationProblem):
    code = "NOT_A_REASON"
    de = "Bitte nennt einen Grund, der mit eurer Entscheidung zu tun hat."
    en = "Please give a reason that has to do with your decision."


class TooManyOpen(Conflict):
    code = "TOO_MANY_OPEN"
    de = "Zehn offene Bewerbungen oder Einträge sind genug. Bitte wartet Antworten ab, oder zieht eine zurück."
    en = "Ten open applications or listings at once are enough. Please wait for answers, or withdraw one."


class LinkInvalid(ValidationProblem):
    """One answer for every link that does not work."""

    code = "LINK_INVALID"
    de = "Dieser Link gilt nicht (mehr). Unter euren Einträgen könnt ihr jeden Eintrag mit einem Klick bestätigen."
    en = "This link is not valid (any more). Among your listings you can confirm each one with one click."


class AlreadyInCircle(Conflict):
    code = "ALREADY_IN_CIRCLE"
    de = "Du bist schon zu einem Gründungskreis eingeladen. Antworte dort, dann kann ein neuer entstehen."
    en = "You are invited to a founder circle already. Answer there, then a new one can come about."


class NobodyForACircle(Conflict):
    code = "NOBODY_FOR_A_CIRCLE"
    de = (
        "Gerade finden wir nicht genug Menschen für einen Kreis, oder dir fehlt noch die Einwilligung ins Matching. "
        "Wir fragen jeden Montag von selbst wieder."
    )
    en = (
        "At present we do not find enough people for a circle, or your consent to matching is missing. "
        "We ask again by ourselves every Monday."
    )
