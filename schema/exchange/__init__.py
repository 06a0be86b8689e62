"""The Kontaktbörse as GraphQL shows it, and what may be asked of it."""

from schema.exchange.types import Application, Listing, ListingLanguage, ListingSkill

__all__ = ["Application", "Listing", "ListingLanguage", "ListingSkill"]
