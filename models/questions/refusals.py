"""What the rules of open questions answer."""

from models.errors import Conflict, NotAllowed, ValidationProblem


class OneNameOnly(ValidationProblem):
    code = "ONE_NAME_ONLY"
    de = "Anonym oder unter anderem Namen: bitte wählt eines von beidem."
    en = "Anonymously or under an alias: please choose one of the two."


class NoTeamHere(ValidationProblem):
    """A team would tell who asks."""

    code = "NO_TEAM_HERE"
    de = "Wer anonym oder unter anderem Namen fragt, fragt ohne Team: Es würde verraten, wer fragt."
    en = "Whoever asks anonymously or under an alias asks without a team: it would tell who asks."


class TeamForThat(ValidationProblem):
    code = "TEAM_FOR_THAT"
    de = "Nur für das eigene Team sichtbar kann eine Frage sein, die für ein Team gestellt wird."
    en = "Only a question that is asked for a team can be visible to that team alone."


class TooManyTopics(ValidationProblem):
    code = "TOO_MANY_TOPICS"
    de = "Eine Frage nennt höchstens 8 Themen. Die wichtigsten reichen."
    en = "A question names at most 8 topics. The most important ones will do."


class TooManyQuestions(Conflict):
    code = "TOO_MANY_QUESTIONS"
    de = "Zehn offene Fragen auf einmal sind genug. Bitte wartet Antworten ab, oder schließt eine."
    en = "Ten open questions at once are enough. Please wait for answers, or close one."


class TooManyClaims(Conflict):
    code = "TOO_MANY_CLAIMS"
    de = "Ihr kümmert euch schon um fünf Fragen. Bitte beantwortet eine, oder gebt eine zurück."
    en = "You are at five questions already. Please answer one, or hand one back."


class ClaimedAlready(Conflict):
    """Also said to whoever must not be matched with the asker (E38)."""

    code = "CLAIMED_ALREADY"
    de = "Um diese Frage kümmert sich gerade schon jemand. In der Liste warten andere."
    en = "Somebody is at this question already. Others wait in the list."


class YourOwnQuestion(Conflict):
    code = "YOUR_OWN_QUESTION"
    de = "Das ist eure eigene Frage. Wisst ihr die Antwort, dann schreibt sie dazu."
    en = "This is your own question. If you know the answer, write it below."


class NotForOrganisations(NotAllowed):
    code = "NOT_FOR_ORGANISATIONS"
    de = "Hier fragen und antworten Menschen und Teams. Organisationen bieten ihre Hilfe über die Partnerseiten an."
    en = "People and teams ask and answer here. Organisations offer their help by the partners' pages."


class StillHeld(Conflict):
    code = "STILL_HELD"
    de = "Wer eine Frage übernommen hat, hat dafür einen Tag."
    en = "Whoever has taken a question over has a day for it."


class NotTriaged(Conflict):
    code = "NOT_TRIAGED"
    de = "Diese Frage hat noch niemand eingeordnet."
    en = "Nobody has said yet what this question is about."


class NotADuplicate(ValidationProblem):
    code = "NOT_A_DUPLICATE"
    de = "Wählt bitte eine andere Frage, die selbst kein Duplikat und nicht geschlossen ist."
    en = "Please choose another question that is no duplicate itself and not closed."


class NotForEverybody(ValidationProblem):
    """Merging would show people a question that they may not see."""

    code = "NOT_FOR_EVERYBODY"
    de = "Diese Frage sieht nur ein Team. Andere können nicht mit ihr zusammengelegt werden."
    en = "Only one team sees this question. Others cannot be merged with it."


class LinkInTitle(ValidationProblem):
    code = "LINK_IN_TITLE"
    de = "Links gehören in den Text und nicht in den Titel."
    en = "Links belong into the text and not into the title."
