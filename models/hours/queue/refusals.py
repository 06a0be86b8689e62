"""What a queue answers to what it cannot do."""

from models.errors import Conflict


class NoQueue(Conflict):
    code = "NO_QUEUE"
    de = "In dieser Sprechstunde stellt man sich nicht an. Bucht einen Termin, oder kommt einfach dazu."
    en = "This office hour has no queue. Book a slot, or just come along."


class QueueNotOpen(Conflict):
    code = "QUEUE_NOT_OPEN"
    de = "Anstellen könnt ihr euch ab einer halben Stunde vor dem Beginn."
    en = "You can join the queue from half an hour before it begins."


class WaitsElsewhere(Conflict):
    code = "WAITING_ELSEWHERE"
    de = "Ihr wartet schon in einer Sprechstunde, die zur selben Zeit stattfindet. Verlasst sie zuerst."
    en = "You wait in an office hour that takes place at the same time already. Leave that one first."


class NotYourTopic(Conflict):
    code = "NO_SUCH_TOPIC_HERE"
    de = "Um dieses Thema geht es in dieser Sprechstunde nicht. Wählt eines ihrer Themen, oder lasst es weg."
    en = "This office hour is not about that topic. Choose one of its own, or leave it out."


class NobodyIsServed(Conflict):
    code = "NOT_OPENED"
    de = "Öffnet die Sprechstunde zuerst; dann könnt ihr jemanden aufrufen."
    en = "Open the office hour first; then you can call somebody."
