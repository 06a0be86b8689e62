"""What Sprechstunden answer to what they cannot do."""

from models.errors import Conflict, NotAllowed, ValidationProblem


class InvalidRecurrence(ValidationProblem):
    code = "INVALID_RECURRENCE"
    de = (
        "Diese Wiederholung verstehen wir nicht. Beispiele: FREQ=WEEKLY;BYDAY=WE, FREQ=WEEKLY;INTERVAL=2;COUNT=6, "
        "FREQ=MONTHLY;BYDAY=1TU, FREQ=DAILY;UNTIL=20200430."
    )
    en = (
        "We do not understand this recurrence. Examples: FREQ=WEEKLY;BYDAY=WE, FREQ=WEEKLY;INTERVAL=2;COUNT=6, "
        "FREQ=MONTHLY;BYDAY=1TU, FREQ=DAILY;UNTIL=20200430."
    )


class NoSuchTime(ValidationProblem):
    code = "NO_SUCH_TIME"
    de = "Eine Uhrzeit hat die Form 17:00."
    en = "A time of day looks like 17:00."


class LengthOutOfRange(ValidationProblem):
    code = "LENGTH_OUT_OF_RANGE"
    de = "Eine Sprechstunde dauert 10 Minuten bis 8 Stunden."
    en = "An office hour lasts from 10 minutes to 8 hours."


class NoHost(ValidationProblem):
    code = "NO_HOST"
    de = "Eine Sprechstunde braucht mindestens eine Person, die sie anbietet, und höchstens 10, die wir kennen."
    en = "An office hour needs at least one host, and at most 10 whom we know."


class NoSuchTopic(ValidationProblem):
    code = "NO_SUCH_TOPIC"
    de = "Dieses Thema kennen wir nicht. Themen sind geprüfte Fähigkeiten und Handlungsfelder, höchstens 10."
    en = "We do not know this topic. Topics are approved skills and fields of action, at most 10."


class OthersInvite(NotAllowed):
    code = "NOT_YOUR_HOST"
    de = "Ihr könnt euch selbst eintragen; andere tragen die Community-Manager:innen ein."
    en = "You can enter yourself as a host; community managers enter others."


class HostWeekFull(Conflict):
    code = "HOST_WEEK_FULL"
    de = "In dieser Woche hat eine der Personen, die anbieten, ihre eigene Grenze an Sprechstunden schon erreicht."
    en = "In this week one of the hosts has reached their own limit of office hours already."


class LimitOutOfRange(ValidationProblem):
    code = "LIMIT_OUT_OF_RANGE"
    de = "Die Grenze liegt zwischen 1 und 40 Sprechstunden in einer Woche; lasst sie weg, wenn es keine gibt."
    en = "The limit is between 1 and 40 office hours a week; leave it out when there is none."


class TooLateForThat(ValidationProblem):
    code = "IN_THE_PAST"
    de = "Dieser Zeitpunkt liegt schon hinter uns."
    en = "This moment has passed already."


class TooEarlyToOpen(Conflict):
    code = "TOO_EARLY"
    de = "Öffnen könnt ihr eine halbe Stunde vor dem Beginn."
    en = "You can open it half an hour before it begins."


class NotOver(Conflict):
    code = "NOT_OVER"
    de = "Sie ist noch nicht vorbei."
    en = "It is not over yet."


class NoSlots(Conflict):
    code = "NO_SLOTS"
    de = "In dieser Sprechstunde gibt es keine Termine zu buchen; kommt einfach dazu."
    en = "This office hour has no slots to book; just come along."


class SlotTaken(Conflict):
    code = "SLOT_TAKEN"
    de = "Dieser Termin ist nicht mehr frei, aber ein anderer ist es. Bitte wählt ihn aus."
    en = "This slot is not free any more, but another one is. Please choose it."


class BookedAlready(Conflict):
    code = "BOOKED_ALREADY"
    de = "In dieser Sprechstunde habt ihr schon einen Platz, oder einer wird gerade für euch freigehalten."
    en = "You have a seat in this office hour already, or one is being held for you."


class OfferOver(Conflict):
    code = "OFFER_OVER"
    de = "Die Zeit für dieses Angebot ist vorbei. Ihr könnt euch wieder in die Warteliste eintragen."
    en = "The time for this offer is over. You can join the waitlist again."


class SlotsOutOfRange(ValidationProblem):
    code = "SLOTS_OUT_OF_RANGE"
    de = "Ein Termin dauert 5 Minuten bis zur Länge der Sprechstunde."
    en = "A slot lasts from 5 minutes to the length of the office hour."


class DelayOutOfRange(ValidationProblem):
    code = "DELAY_OUT_OF_RANGE"
    de = "Eine Verspätung hat 0 bis 120 Minuten. Was länger dauert, verlegt bitte."
    en = "A delay has 0 to 120 minutes. Please reschedule what takes longer."
