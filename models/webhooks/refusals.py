"""What people are told who keep webhooks."""

from models.errors import Conflict, ValidationProblem


class TooManyWebhooks(Conflict):
    code = "TOO_MANY_WEBHOOKS"
    de = "Mehr Webhooks gehen nicht. Bitte entfernt zuerst einen, der nicht mehr gebraucht wird."
    en = "There cannot be more webhooks. Please remove one first that is not needed any more."


class TooManyOfPartner(TooManyWebhooks):
    de = "Ein Partner hat höchstens zwanzig Webhooks. Bitte entfernt zuerst einen, der nicht mehr gebraucht wird."
    en = "A partner has at most twenty webhooks. Please remove one first that is not needed any more."


class OverlapOutOfRange(ValidationProblem):
    code = "OVERLAP_OUT_OF_RANGE"
    de = "Das alte Geheimnis kann zwischen 0 und 168 Stunden weiter gelten."
    en = "The old secret can count for another 0 to 168 hours."


class RangeTooLong(ValidationProblem):
    code = "RANGE_TOO_LONG"
    de = "Auf einmal lassen sich höchstens 5.000 Ereignisse wiederholen. Bitte teilt den Bereich."
    en = "At most 5,000 events can be replayed at once. Please divide the range."


class RangeTwisted(ValidationProblem):
    code = "RANGE_TWISTED"
    de = "Der Bereich endet, bevor er beginnt."
    en = "The range ends before it begins."


class NoTestTwice(Conflict):
    code = "TEST_UNDER_WAY"
    de = "Ein Test ist schon unterwegs. Sein Ergebnis steht gleich im Zustellprotokoll."
    en = "A test is under way already. Its outcome will be in the delivery log in a moment."
