"""The index: what can be found of a row, in one language."""

from uuid import UUID

from tortoise import fields
from tortoise.models import Model


class SearchEntry(Model):
    """The words of one row in one language. Made from the row, so it can be thrown away and made again.

    No `Row`: the full-text table of SQLite needs an integer key.
    """

    id = fields.BigIntField(primary_key=True)
    kind = fields.CharField(max_length=24)
    subject_id: UUID = fields.UUIDField()
    language = fields.CharField(max_length=8, default="")
    """`de`, `en`, or nothing for a text whose language nobody has said."""
    title = fields.TextField()
    body = fields.TextField()
    """Plain text, for excerpts."""
    title_words = fields.TextField()
    title_stems = fields.TextField()
    body_words = fields.TextField()
    body_stems = fields.TextField()
    digest = fields.CharField(max_length=64)
    """Of what was indexed and how: an entry whose digest is right needs no work."""

    class Meta:
        table = "search_entry"
        # Not the kind first: PostgreSQL would read a third of all entries by it, on top of those that were found.
        unique_together = (("subject_id", "kind", "language"),)
