"""One sentence per type, in German and English.

What others than staff may see is written by hand. What only staff see is put together from the word for its kind and
the word for its state: there are well over a hundred of them, and each says no more than that.
"""

from collections.abc import Mapping

from models.catalogue.words import KINDS, STATES

SENTENCES: Mapping[str, tuple[str, str]] = {
    "channel_post.deleted": ("Ein Beitrag ist auf seinem Kanal gelöscht.", "A post is deleted from its channel."),
    "channel_post.reconciled": (
        "Ein Beitrag, dessen Ausgang offen war, hat sich auf seinem Kanal gefunden.",
        "A post whose outcome was open has been found on its channel.",
    ),
    "channel_post.sent": ("Ein Beitrag steht auf seinem Kanal.", "A post stands on its channel."),
    "channel_post.vanished": (
        "Ein Beitrag, den wir nicht gelöscht haben, steht nicht mehr auf seinem Kanal.",
        "A post that we did not delete is no longer on its channel.",
    ),
    "import.finished": ("Eine Liste ist eingelesen.", "A list has been read in."),
    "issue.approval_due": (
        "Die Ausgabe des Wochenbriefs wartet auf eine Freigabe.",
        "The issue of the weekly letter waits for an approval.",
    ),
    "issue.sent": ("Eine Ausgabe des Wochenbriefs ist versandt.", "An issue of the weekly letter has been sent."),
    "learning_resource.announced": (
        "Ein Lernmaterial ist zum ersten Mal veröffentlicht.",
        "A learning resource is published for the first time.",
    ),
    "learning_resource.published": ("Ein Lernmaterial ist öffentlich.", "A learning resource is public."),
    "learning_resource.stale": (
        "Ein Lernmaterial ist öffentlich und will wieder angesehen werden.",
        "A learning resource is public and is due for another look.",
    ),
    "listing.open": ("Ein Eintrag steht in der Kontaktbörse.", "A listing is on the contact board."),
    "listing.published": (
        "Ein Eintrag steht zum ersten Mal in der Kontaktbörse.",
        "A listing is on the contact board for the first time.",
    ),
    "milestone.dropped": ("Ein Meilenstein ist nicht mehr geplant.", "A milestone is no longer planned."),
    "milestone.planned": (
        "Ein Meilenstein ist geplant, oder sein Plan hat sich geändert.",
        "A milestone is planned, or its plan has changed.",
    ),
    "milestone.reached": ("Ein Meilenstein ist erreicht.", "A milestone is reached."),
    "notification.added": ("Du hast eine neue Benachrichtigung.", "You have a new notification."),
    "office_hour_session.announced": (
        "Eine Sprechstunde der nächsten Tage steht fest.",
        "An office hour of the next days is certain.",
    ),
    "office_hour_session.cancelled": ("Eine Sprechstunde fällt aus.", "An office hour is called off."),
    "office_hour_session.closed": ("Eine Sprechstunde ist zu Ende.", "An office hour is over."),
    "office_hour_session.not_opened": (
        "Eine Sprechstunde hat nicht begonnen, obwohl es Zeit war.",
        "An office hour has not begun although it was time.",
    ),
    "office_hour_session.open": (
        "Für eine Sprechstunde gibt es Plätze, oder ihr Beginn hat sich geändert.",
        "An office hour has seats, or its beginning has changed.",
    ),
    "office_hour_session.planned": (
        "Eine Sprechstunde ist geplant, oder ihr Termin hat sich geändert.",
        "An office hour is planned, or its date has changed.",
    ),
    "office_hour_session.queue_moved": (
        "In der Schlange einer Sprechstunde ist es weitergegangen.",
        "The queue of an office hour has moved.",
    ),
    "office_hour_session.running": ("Eine Sprechstunde läuft.", "An office hour is under way."),
    "office_hour_session.summarised": (
        "Zu einer Sprechstunde gibt es Notizen.",
        "There are notes of an office hour.",
    ),
    "partner.published": ("Eine Organisation steht auf der Partnerwand.", "An organisation stands on the wall."),
    "question.accepted": ("Eine Antwort hat geholfen.", "An answer has helped."),
    "question.answered": ("Eine Frage hat eine Antwort.", "A question has an answer."),
    "question.claimed": ("Jemand beantwortet eine Frage.", "Somebody is answering a question."),
    "question.duplicate": ("Eine Frage gab es schon.", "A question had been asked before."),
    "question.queued": ("Eine Frage wartet auf eine Antwort.", "A question waits for an answer."),
    "question.told": ("Bei deiner Frage hat sich etwas getan.", "Something happened to your question."),
    "story.corrected": ("Eine öffentliche Geschichte ist berichtigt.", "A public story has been corrected."),
    "story.published": ("Eine Geschichte ist öffentlich.", "A story is public."),
    "story.retracted": (
        "Eine Geschichte ist zurückgezogen; bitte zeigt sie nicht mehr.",
        "A story is taken back; please show it no longer.",
    ),
    "success.corrected": (
        "Eine öffentliche Zahl ist berichtigt; was vorher dastand, bleibt lesbar.",
        "A public figure has been corrected; what it said before can still be read.",
    ),
    "success.published": (
        "Ein Erfolg ist öffentlich, mit Zahl, Stand und Quelle.",
        "A success is public, with its figure, date and source.",
    ),
    "team.draft": (
        "Ein Team ist gegründet, oder es steht nicht mehr in der Liste.",
        "A team is founded, or it is no longer on the list.",
    ),
    "team.leaderless": ("Ein Team hat niemanden mehr, der es leitet.", "A team has nobody left who leads it."),
    "team.listed": ("Ein Team steht in der Liste.", "A team is on the list."),
}
"""By type."""


def sentence(name: str) -> tuple[str, str]:
    """The sentences of a type, in German and English."""
    if name in SENTENCES:
        return SENTENCES[name]
    kind, _, state = name.partition(".")
    noun_de, noun_en = KINDS.get(kind, (_plain(kind), _plain(kind)))
    state_de, state_en = STATES.get(state, (_plain(state), _plain(state)))
    return f"{noun_de}: jetzt „{state_de}“.", f"{noun_en}: now “{state_en}”."


def _plain(word: str) -> str:
    return word.replace("_", " ")
