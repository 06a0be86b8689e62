"""What people do with seats: book, give back, wait, answer an offer, and who came. Each locks the session first."""

from models.hours.booking.attending import correct, forget_no_shows, record
from models.hours.booking.giving import expire_due, give_back, leave, person_left
from models.hours.booking.taking import Booked, accept, book

__all__ = [
    "Booked",
    "accept",
    "book",
    "correct",
    "expire_due",
    "forget_no_shows",
    "give_back",
    "leave",
    "person_left",
    "record",
]
