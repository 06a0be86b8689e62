"""What members may not do, in German and English."""

from models.errors import Conflict, NotAllowed, ValidationProblem


class InvalidAddress(ValidationProblem):
    code = "INVALID_ADDRESS"
    de = "Das ist keine gültige E-Mail-Adresse. Bitte prüft sie, zum Beispiel: ada@example.org."
    en = "This is not a valid e-mail address. Please check it, for example: ada@example.org."


class AddressTaken(Conflict):
    code = "ADDRESS_TAKEN"
    de = "Zu dieser E-Mail-Adresse gibt es schon ein Mitglied."
    en = "There is a member with this e-mail address already."


class InvalidName(ValidationProblem):
    code = "INVALID_NAME"
    de = "Namen sind 1 bis 120 Zeichen lang, ohne Zeilenumbrüche und Steuerzeichen."
    en = "Names have 1 to 120 characters, without line breaks and control characters."


class UnknownZone(ValidationProblem):
    code = "UNKNOWN_ZONE"
    de = "Diese Zeitzone kennen wir nicht. Bitte wählt eine wie Europe/Berlin."
    en = "We do not know this time zone. Please choose one such as Europe/Berlin."


class UnknownLanguage(ValidationProblem):
    code = "UNKNOWN_LANGUAGE"
    de = "Sprachen sind Kürzel aus zwei oder drei Buchstaben nach ISO 639, höchstens 20: de, en, tr, gsg (DGS)."
    en = "Languages are codes of two or three letters of ISO 639, at most 20: de, en, tr, gsg (German Sign Language)."


class HoursOutOfRange(ValidationProblem):
    code = "HOURS_OUT_OF_RANGE"
    de = "Eine Woche hat für ein Ehrenamt 0 bis 60 Stunden."
    en = "A week has 0 to 60 hours for volunteering."


class NotALink(ValidationProblem):
    code = "NOT_A_LINK"
    de = "Ein Profil hat höchstens 5 Links, und jeder beginnt mit https://."
    en = "A profile has at most 5 links, and each begins with https://."


class NameIsSeen(ValidationProblem):
    code = "NAME_IS_SEEN"
    de = "Wer mit euch arbeitet, braucht euren Namen: Er kann nicht ganz verborgen werden, aber ein Spitzname sein."
    en = "Whoever works with you needs your name: it cannot be hidden altogether, but it may be a nickname."


class ProtectedByAge(NotAllowed):
    code = "PROTECTED_BY_AGE"
    de = "Unter 16 zeigen wir Profile nicht öffentlich. Das schützt euch und lässt sich nicht abschalten."
    en = "Below 16 we do not show profiles to the public. This protects you and cannot be switched off."


class HumanStepNeeded(NotAllowed):
    """Somebody below 16 would be alone with somebody: a community manager looks first (E14)."""

    code = "HUMAN_STEP_NEEDED"
    de = "Hier sieht zuerst eine Person aus dem Team der Community hin. Wir melden uns."
    en = "A person from the community team takes a look first. We will get back to you."


class BirthOutOfRange(ValidationProblem):
    code = "BIRTH_OUT_OF_RANGE"
    de = "Bitte gebt Jahr und Monat der Geburt an, zum Beispiel 2006 und 5."
    en = "Please give year and month of birth, for example 2006 and 5."


class SkillTooMany(ValidationProblem):
    code = "SKILL_TOO_MANY"
    de = "Ein Profil hat höchstens 40 Fähigkeiten. Die wichtigsten reichen."
    en = "A profile has at most 40 skills. The most important ones will do."


class SkillKnown(Conflict):
    code = "SKILL_KNOWN"
    de = "Diese Fähigkeit steht schon im Verzeichnis, vielleicht unter einem anderen Namen. Bitte wählt sie dort."
    en = "This skill is in the catalogue already, perhaps under another name. Please choose it there."


class MergeIntoItself(ValidationProblem):
    code = "MERGE_INTO_ITSELF"
    de = "Bitte wählt als Ziel eine andere Fähigkeit, die im Verzeichnis steht."
    en = "Please choose another skill as the target, one that is in the catalogue."


class BlockOneself(ValidationProblem):
    code = "BLOCK_ONESELF"
    de = "Euch selbst könnt ihr nicht ausschließen."
    en = "You cannot block yourself."


class StillTooEarly(Conflict):
    code = "STILL_TOO_EARLY"
    de = "Die Bedenkzeit läuft noch."
    en = "The time for a change of mind has not ended yet."


class TooLate(Conflict):
    code = "TOO_LATE"
    de = "Die Bedenkzeit ist vorbei."
    en = "The time for a change of mind has ended."


class InvitationInvalid(ValidationProblem):
    code = "INVITATION_INVALID"
    de = "Diese Einladung gilt nicht (mehr). Bittet um eine neue oder tretet selbst bei."
    en = "This invitation is not valid (any more). Ask for a new one, or join by yourself."


class AgreementNeeded(ValidationProblem):
    code = "AGREEMENT_NEEDED"
    de = "Ohne eure Einwilligung dürfen wir kein Konto führen. Bitte setzt das Häkchen, wenn ihr einverstanden seid."
    en = "Without your consent we may not keep an account. Please tick the box if you agree."
