"""Dates as pages write them: see `models/dates.py`."""

from models.dates import clock, day, moment

__all__ = ["clock", "day", "moment"]
