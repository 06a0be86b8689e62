"""Suggestions both ways, with fair exposure: facts are gathered, ranked, and kept as rows with their reasons."""

from models.exchange.suggesting.rows import Suggestion, SuggestionFactor

__all__ = ["Suggestion", "SuggestionFactor"]
