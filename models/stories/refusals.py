"""What the rules of stories answer when something is missing or not yours to do."""

from models.errors import Conflict, NotAllowed, ValidationProblem


class FourEyes(NotAllowed):
    """Whoever wrote or last changed a text does not approve it."""

    code = "FOUR_EYES"
    de = "Vier Augen: Wer den Text geschrieben oder zuletzt geändert hat, gibt ihn nicht selbst frei."
    en = "Four eyes: whoever wrote or last changed the text does not approve it."


class NotReady(ValidationProblem):
    """Something that publication needs is missing; `path` says what."""

    code = "NOT_READY"
    de = "Es fehlt noch etwas."
    en = "Something is still missing."


class AltTextMissing(NotReady):
    code = "ALT_TEXT_MISSING"
    de = "Ein Bild hat weder Alternativtexte auf Deutsch und Englisch noch die Kennzeichnung als Schmuckbild."
    en = "A picture has neither alternative texts in German and English nor the mark as decorative."


class SourceMissing(NotReady):
    code = "SOURCE_MISSING"
    de = "Ein Fakt hat keine Quelle. Jede Aussage braucht eine Adresse, unter der sie sich prüfen lässt."
    en = "A fact has no source. Every claim needs an address where it can be checked."


class ConsentMissing(Conflict):
    code = "CONSENT_MISSING"
    de = "Das Team hat diesem Text noch nicht zugestimmt. Bitte fragt es zuerst."
    en = "The team has not consented to this text yet. Please ask it first."


class ConsentOutdated(Conflict):
    code = "CONSENT_OUTDATED"
    de = "Der Text wurde seit der Anfrage geändert. Bitte lest die neue Fassung und fragt noch einmal an."
    en = "The text has changed since the request. Please read the new version and ask again."


class NoSuchPicture(ValidationProblem):
    code = "NOT_A_PICTURE"
    de = "Das ist kein Bild, das wir lesen können. Möglich sind JPEG, PNG, GIF und WebP bis 10 MB."
    en = "This is not a picture we can read. JPEG, PNG, GIF and WebP up to 10 MB are possible."


class InvalidUrl(ValidationProblem):
    code = "INVALID_URL"
    de = "Das ist keine gültige Adresse. Sie beginnt mit https:// oder http://."
    en = "This is not a valid address. It begins with https:// or http://."


class TooMany(ValidationProblem):
    code = "TOO_MANY"
    de = "Das sind zu viele. Bitte beschränkt euch auf die wichtigsten."
    en = "These are too many. Please keep to the most important ones."


class InThePast(ValidationProblem):
    code = "IN_THE_PAST"
    de = "Dieser Zeitpunkt ist schon vorbei."
    en = "This moment has passed already."
