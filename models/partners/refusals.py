"""What the rules of partners answer."""

from models.errors import Conflict, ValidationProblem


class PartnerInactive(Conflict):
    code = "PARTNER_INACTIVE"
    de = "Dieser Partner ist deaktiviert. Die Administrator:innen können ihn wieder aktivieren."
    en = "This partner is deactivated. The administrators can activate it again."


class AlreadyActive(Conflict):
    code = "PARTNER_ACTIVE"
    de = "Dieser Partner ist schon aktiv."
    en = "This partner is active already."


class AlreadyMember(Conflict):
    code = "ALREADY_MEMBER"
    de = "Diese Person gehört schon zu diesem Partner oder ist eingeladen."
    en = "This person belongs to this partner already, or is invited."


class TooManyMembers(Conflict):
    code = "TOO_MANY_PARTNER_MEMBERS"
    de = "Zu einem Partner gehören höchstens 50 Personen."
    en = "At most 50 people belong to a partner."


class TopicsMissing(ValidationProblem):
    code = "TOPICS_MISSING"
    de = "Bitte nennt mindestens ein Thema. Ohne Thema ist nichts freigegeben."
    en = "Please name at least one topic. Without a topic nothing is granted."


class UnknownField(ValidationProblem):
    code = "UNKNOWN_FIELD_OF_ACTION"
    de = "Dieses Handlungsfeld gibt es nicht. `fieldsOfAction` nennt alle mit ihrem Schlüssel."
    en = "There is no such field of action. `fieldsOfAction` lists all of them by key."


class GrantTimes(ValidationProblem):
    code = "GRANT_TIMES"
    de = "Eine Freigabe endet in der Zukunft und nach ihrem Anfang."
    en = "A grant ends in the future, and after its beginning."


class TooManyGrants(Conflict):
    code = "TOO_MANY_GRANTS"
    de = "Ein Partner hat höchstens 50 Freigaben. Bitte widerruft zuerst eine, die nicht mehr gebraucht wird."
    en = "A partner has at most 50 grants. Please revoke one first that is not needed any more."


class ScopesMissing(ValidationProblem):
    code = "SCOPES_MISSING"
    de = "Bitte sagt, wofür der Schlüssel da ist."
    en = "Please say what the key is for."


class KeyTimes(ValidationProblem):
    code = "KEY_TIMES"
    de = "Ein Schlüssel gilt höchstens zwei Jahre, von jetzt an."
    en = "A key is valid for at most two years from now on."


class KeyOverlap(ValidationProblem):
    code = "KEY_OVERLAP"
    de = "Der alte Schlüssel kann zwischen 0 und 168 Stunden weiter gelten."
    en = "The old key can be valid for another 0 to 168 hours."


class TooManyKeys(Conflict):
    code = "TOO_MANY_KEYS"
    de = "Ein Partner hat höchstens zehn gültige Schlüssel. Bitte widerruft zuerst einen."
    en = "A partner has at most ten valid keys. Please revoke one first."


class KeyOver(Conflict):
    code = "KEY_OVER"
    de = "Dieser Schlüssel gilt nicht mehr. Bitte lasst euch einen neuen ausstellen."
    en = "This key is not valid any more. Please have a new one issued."
