"""Founder circles: who is without a team may found one together with others."""

from models.exchange.circles.rows import CircleSeat, FounderCircle
from models.exchange.circles.states import CircleState, SeatState

__all__ = ["CircleSeat", "CircleState", "FounderCircle", "SeatState"]
