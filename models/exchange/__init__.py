"""Kontaktbörse: who looks for a team, which team looks for people, who shares knowledge, and how they meet."""

from models.exchange.application import Application
from models.exchange.application_states import ApplicationState
from models.exchange.board import ListingOrder, Looking, board, reshuffle
from models.exchange.listing import Listing, Wanted
from models.exchange.listing_row import ListingLanguage, ListingSkill
from models.exchange.listing_states import ListingState
from models.exchange.words import ListingKind, Need, Reason, kind_words

__all__ = [
    "Application",
    "ApplicationState",
    "Listing",
    "ListingKind",
    "ListingLanguage",
    "ListingOrder",
    "ListingSkill",
    "ListingState",
    "Looking",
    "Need",
    "Reason",
    "Wanted",
    "board",
    "kind_words",
    "reshuffle",
]
