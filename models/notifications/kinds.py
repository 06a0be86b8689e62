"""What there is to be told, as data: one entry per kind.

The words of its mail are two files, `workers/mail/templates/notifications/<name>/{de,en}.txt`: the subject in the first
line, an empty line, then paragraphs. Greeting, link, preferences and imprint come from the frame, and so does the HTML
part. In them `about.<word>` is a word of `about`, `name` the reader, `site` the installation, `link` where it leads.
How to add a kind is described in docs/subsystems/notifications.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID
from zoneinfo import ZoneInfo

from models import vault
from models.dates import moment
from models.language import Language
from models.notifications.states import Way


class UnknownKind(LookupError):
    """Told with a kind that has no entry here: a mistake in the program, not of a person."""


@dataclass(frozen=True)
class Kind:
    """One kind. The two lines are what the app and the digest say; `{words}` in braces come from `about`.

    A word whose name ends in `_at` is a moment (ISO 8601 with offset) and reads as a date in the reader's zone.
    """

    name: str
    de: str
    en: str
    path: str = ""
    """Where it leads on our site, with the same words in braces and `{subject}`, the row's id; "" leads nowhere."""
    signed: str = ""
    """Where its mail leads instead, for one click without signing in: a path with `{token}`, made by `signed_token`."""
    way: Way = Way.DIGEST
    """What happens until the person says otherwise."""
    transactional: bool = False
    """An answer that the person waits for: outside the budget of one mail a day (E35), without list-unsubscribe."""
    urgent: bool = False
    """May come in the quiet hours, to those who have agreed to that (E34)."""
    label_de: str = ""
    label_en: str = ""
    """What the preferences call the kind."""

    def line(self, language: Language, zone: ZoneInfo, about: Mapping[str, str]) -> str:
        """The sentence in one language."""
        return _filled(self.de if language is Language.DE else self.en, worded(about, language, zone))

    def label(self, language: Language) -> str:
        return self.label_de if language is Language.DE else self.label_en

    def link(self, subject_id: Any, about: Mapping[str, str]) -> str:
        """The path of ours that it leads to."""
        words = {name: quote(value, safe="") for name, value in about.items()}
        return _filled(self.path, {**words, "subject": str(subject_id)})

    def mailed(self, subject_id: UUID, about: Mapping[str, str]) -> str:
        """The path of ours to which its mail leads. The token is in no row and in no answer of the API."""
        if not self.signed:
            return self.link(subject_id, about)
        return self.signed.replace("{token}", signed_token(self.name, subject_id, about.get("round", "")))


def signed_token(kind: str, subject_id: UUID, of_round: object) -> str:
    """The row's id and 192 bits of a keyed hash. `of_round` is the word `round` of `about`, another one each time."""
    return subject_id.hex + vault.token(kind, subject_id, of_round)[:32]


class Words(dict[str, str]):
    """A word that an older row does not have yet reads as a dash, so that one row never stops the rest."""

    def __missing__(self, key: str) -> str:
        return "–"


def worded(about: Mapping[str, str], language: Language, zone: ZoneInfo) -> Words:
    """The words with their moments as people write them (E21), in this zone."""
    return Words(
        (name, moment(datetime.fromisoformat(value), language, zone) if name.endswith("_at") else value)
        for name, value in about.items()
    )


def _filled(text: str, words: Mapping[str, str]) -> str:
    return text.format_map(Words(words))


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "story.published",
            "Eure Geschichte „{title}“ ist veröffentlicht.",
            "Your story “{title}” is published.",
            path="/stories/{slug}",
            way=Way.NOW,
            label_de="Eine Geschichte von euch ist veröffentlicht",
            label_en="A story of yours is published",
        ),
        Kind(
            "story.sent_back",
            "Die Redaktion hat eine Frage zu eurer Geschichte „{title}“.",
            "The editors have a question about your story “{title}”.",
            way=Way.NOW,
            transactional=True,
            label_de="Die Redaktion gibt eine Geschichte von euch zurück",
            label_en="The editors send a story of yours back",
        ),
        Kind(
            "team.invited",
            "{team} lädt dich ein, mitzumachen.",
            "{team} invites you to join.",
            path="/teams/{slug}",
            way=Way.NOW,
            transactional=True,
            label_de="Ein Team lädt dich ein",
            label_en="A team invites you",
        ),
        Kind(
            "team.still_invited",
            "Die Einladung von {team} wartet noch auf deine Antwort; ein Nein ist auch eine.",
            "The invitation of {team} still waits for your answer; a no is one, too.",
            path="/teams/{slug}",
            way=Way.NOW,
            label_de="Eine Einladung wartet auf deine Antwort",
            label_en="An invitation waits for your answer",
        ),
        Kind(
            "team.joined",
            "Jemand hat eure Einladung angenommen und gehört jetzt zu {team}.",
            "Somebody has accepted your invitation and now belongs to {team}.",
            path="/teams/{slug}",
            label_de="Jemand nimmt eure Einladung an",
            label_en="Somebody accepts your invitation",
        ),
        Kind(
            "team.asked",
            "Jemand möchte bei {team} mitmachen und wartet auf eure Antwort.",
            "Somebody would like to join {team} and waits for your answer.",
            path="/teams/{slug}",
            way=Way.NOW,
            label_de="Jemand möchte bei eurem Team mitmachen",
            label_en="Somebody would like to join your team",
        ),
        Kind(
            "team.still_asked",
            "Eine Anfrage an {team} wartet seit drei Tagen auf eure Antwort.",
            "A request to {team} has been waiting for your answer for three days.",
            path="/teams/{slug}",
            way=Way.NOW,
            label_de="Eine Anfrage an euer Team wartet",
            label_en="A request to your team waits",
        ),
        Kind(
            "team.admitted",
            "Willkommen bei {team}: Du gehörst jetzt dazu.",
            "Welcome to {team}: you belong to it now.",
            path="/teams/{slug}",
            way=Way.NOW,
            transactional=True,
            label_de="Ein Team nimmt dich auf",
            label_en="A team takes you in",
        ),
        Kind(
            "team.turned_down",
            "{team} kann dich gerade nicht aufnehmen. Danke, dass du mitmachen wolltest.",
            "{team} cannot take you in at present. Thank you for wanting to join.",
            path="/teams/{slug}",
            way=Way.NOW,
            transactional=True,
            label_de="Ein Team beantwortet deine Anfrage",
            label_en="A team answers your request",
        ),
        Kind(
            "team.removed",
            "Du gehörst nicht mehr zu {team}. Warum, steht bei deinen Teams; Fragen beantworten wir gern.",
            "You do not belong to {team} any more. The reason stands with your teams; we are glad to answer.",
            path="/teams/{slug}",
            way=Way.NOW,
            transactional=True,
            label_de="Deine Mitgliedschaft in einem Team endet",
            label_en="Your membership in a team ends",
        ),
        Kind(
            "team.left",
            "Jemand hat {team} verlassen.",
            "Somebody has left {team}.",
            path="/teams/{slug}",
            label_de="Jemand verlässt euer Team",
            label_en="Somebody leaves your team",
        ),
        Kind(
            "team.lead_offered",
            "Dir wird die Leitung von {team} angeboten.",
            "You are offered the lead of {team}.",
            path="/teams/{slug}",
            way=Way.NOW,
            transactional=True,
            label_de="Dir wird die Leitung eines Teams angeboten",
            label_en="You are offered the lead of a team",
        ),
        Kind(
            "team.lead_still_offered",
            "Das Angebot, {team} zu leiten, wartet noch auf deine Antwort.",
            "The offer to lead {team} still waits for your answer.",
            path="/teams/{slug}",
            way=Way.NOW,
            label_de="Das Angebot einer Leitung wartet auf deine Antwort",
            label_en="The offer of a lead waits for your answer",
        ),
        Kind(
            "team.led",
            "Die Leitung von {team} ist übergeben.",
            "The lead of {team} has been handed over.",
            path="/teams/{slug}",
            label_de="Die Leitung eures Teams wechselt",
            label_en="The lead of your team changes",
        ),
        Kind(
            "team.lead_declined",
            "Die Leitung von {team} wurde nicht angenommen; sie bleibt, wo sie ist.",
            "The lead of {team} was not accepted; it stays where it is.",
            path="/teams/{slug}",
            label_de="Die Leitung eures Teams wird nicht angenommen",
            label_en="The lead of your team is not accepted",
        ),
        Kind(
            "team.checkin_due",
            "Wie geht es euch bei {team}? Drei kurze Antworten genügen.",
            "How is {team} doing? Three short answers will do.",
            path="/teams/{slug}",
            way=Way.NOW,
            label_de="Zeit für eine kurze Rückmeldung eures Teams",
            label_en="Time for a short word from your team",
        ),
        Kind(
            "team.resting",
            "Von {team} haben wir länger nichts gehört und lassen euch ausruhen. Ein Klick, und ihr seid wieder da.",
            "We have not heard from {team} for a while and let you rest. One click and you are back.",
            path="/teams/{slug}",
            way=Way.NOW,
            label_de="Euer Team ruht",
            label_en="Your team rests",
        ),
        Kind(
            "listing.expiring",
            "„{title}“ steht noch bis {until_at} in der Kontaktbörse. Gilt der Eintrag noch?",
            "“{title}” is on the contact board until {until_at}. Is the listing still valid?",
            path="/exchange/{subject}",
            signed="/exchange/confirm/{token}",
            way=Way.NOW,
            label_de="Ein Eintrag von euch läuft bald ab",
            label_en="A listing of yours is about to expire",
        ),
        Kind(
            "listing.expired",
            "„{title}“ steht nicht mehr in der Kontaktbörse. Ein Klick, und der Eintrag ist wieder da.",
            "“{title}” is no longer on the contact board. One click and it is back.",
            path="/exchange/{subject}",
            label_de="Ein Eintrag von euch ist abgelaufen",
            label_en="A listing of yours has expired",
        ),
        Kind(
            "application.received",
            "Jemand möchte bei „{title}“ mitmachen und wartet auf eure Antwort.",
            "Somebody would like to join “{title}” and waits for your answer.",
            path="/exchange/{listing}",
            way=Way.NOW,
            label_de="Jemand bewirbt sich bei euch",
            label_en="Somebody applies to you",
        ),
        Kind(
            "application.waiting",
            "Eine Bewerbung auf „{title}“ wartet seit vier Tagen auf eure Antwort; ein Nein ist auch eine.",
            "An application for “{title}” has been waiting for your answer for four days; a no is one, too.",
            path="/exchange/{listing}",
            way=Way.NOW,
            label_de="Eine Bewerbung wartet auf eure Antwort",
            label_en="An application waits for your answer",
        ),
        Kind(
            "application.last_day",
            "Morgen endet die Frist für eine Bewerbung auf „{title}“. Dann sagen wir der Person für euch Bescheid.",
            "The time to answer an application for “{title}” ends tomorrow. Then we let the person know for you.",
            path="/exchange/{listing}",
            way=Way.NOW,
            label_de="Die Frist einer Bewerbung endet morgen",
            label_en="The time to answer an application ends tomorrow",
        ),
        Kind(
            "application.invited",
            "{team} lädt dich zu „{title}“ ein. Ein Klick, und du bist dabei.",
            "{team} invites you to “{title}”. One click and you are in.",
            path="/exchange/{listing}",
            way=Way.NOW,
            transactional=True,
            label_de="Ein Team lädt dich zu einer Aufgabe ein",
            label_en="A team invites you to a task",
        ),
        Kind(
            "application.agreed",
            "Bei „{title}“ ist jemand dazugekommen.",
            "Somebody has joined you for “{title}”.",
            path="/exchange/{listing}",
            way=Way.NOW,
            label_de="Eine Einladung von euch ist angenommen",
            label_en="An invitation of yours is accepted",
        ),
        Kind(
            "application.accepted",
            "Zu „{title}“ kam ein Ja. Bevor ihr euch trefft, sieht jemand aus dem Team der Community hin.",
            "There is a yes to “{title}”. Before you meet, somebody from the community team takes a look.",
            path="/exchange/{listing}",
            way=Way.NOW,
            transactional=True,
            label_de="Eine Bewerbung von dir ist angenommen",
            label_en="An application of yours is accepted",
        ),
        Kind(
            "circle.proposed",
            "{size} Menschen ohne Team, du bist dabei: Wollt ihr zusammen eines gründen? Handlungsfeld: {field_de}.",
            "{size} people without a team, you among them: would you like to found one? Field of action: {field_en}.",
            path="/circles/{circle}",
            way=Way.NOW,
            label_de="Ein Gründungskreis lädt dich ein",
            label_en="A founder circle invites you",
        ),
        Kind(
            "circle.waiting",
            "Dein Gründungskreis wartet noch bis {until_at} auf deine Antwort; ein Nein ist auch eine.",
            "Your founder circle waits for your answer until {until_at}; a no is one, too.",
            path="/circles/{circle}",
            label_de="Ein Gründungskreis wartet auf deine Antwort",
            label_en="A founder circle waits for your answer",
        ),
        Kind(
            "circle.formed",
            "Aus eurem Gründungskreis ist ein Team geworden: {team}.",
            "Your founder circle has become a team: {team}.",
            path="/teams/{slug}",
            way=Way.NOW,
            transactional=True,
            label_de="Dein Gründungskreis wird ein Team",
            label_en="Your founder circle becomes a team",
        ),
        Kind(
            "circle.dissolved",
            "Diesmal sind zu wenige zusammengekommen. Am Montag fragen wir wieder.",
            "Too few came together this time. We ask again on Monday.",
            label_de="Ein Gründungskreis kommt nicht zustande",
            label_en="A founder circle does not come about",
        ),
        Kind(
            "application.joined",
            "Willkommen! Zu „{title}“ kam ein Ja, und du bist dabei.",
            "Welcome! There is a yes to “{title}”, and you are in.",
            path="/exchange/{listing}",
            way=Way.NOW,
            transactional=True,
            label_de="Du bist dabei",
            label_en="You are in",
        ),
        Kind(
            "application.declined",
            "Bei „{title}“ hat es diesmal nicht gepasst. Danke, dass du mitmachen wolltest.",
            "It did not fit this time with “{title}”. Thank you for wanting to join.",
            path="/exchange/{listing}",
            way=Way.NOW,
            transactional=True,
            label_de="Eine Bewerbung von dir ist beantwortet",
            label_en="An application of yours is answered",
        ),
        Kind(
            "application.seat_filled",
            "Der Platz bei „{title}“ ist inzwischen besetzt; es lag nicht an dir.",
            "The seat at “{title}” has been filled in the meantime; it was not because of you.",
            path="/exchange/{listing}",
            way=Way.NOW,
            transactional=True,
            label_de="Ein Platz, um den du dich beworben hast, ist besetzt",
            label_en="A seat that you applied for is filled",
        ),
        Kind(
            "application.listing_closed",
            "„{title}“ wurde zurückgezogen; es lag nicht an dir.",
            "“{title}” has been withdrawn; it was not because of you.",
            path="/exchange/{listing}",
            way=Way.NOW,
            transactional=True,
            label_de="Ein Eintrag, auf den du dich beworben hast, ist zurückgezogen",
            label_en="A listing that you applied to is withdrawn",
        ),
        Kind(
            "application.no_answer",
            "Auf deine Bewerbung bei „{title}“ kam keine Antwort. Das lag nicht an dir; drei andere warten auf dich: "
            "{suggestions}.",
            "There was no answer to your application for “{title}”. It was not because of you; three others wait for "
            "you: {suggestions}.",
            path="/exchange/mine",
            way=Way.NOW,
            transactional=True,
            label_de="Auf eine Bewerbung von dir kam keine Antwort",
            label_en="There was no answer to an application of yours",
        ),
    )
}


def kind_of(name: str) -> Kind:
    """The entry of a name. Raises `UnknownKind`."""
    try:
        return KINDS[name]
    except KeyError:
        raise UnknownKind(name) from None
