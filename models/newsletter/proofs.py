"""IssueProof: what the messages of one revision look like, and what the lint gate says about them.

A worker makes it (`workers/newsletter/proof.py`): rendering is not a matter of rows. Approval refers to it: what was
looked at is what is sent, byte for byte, as its hashes say.
"""

from typing import Any
from uuid import UUID

from tortoise import fields

from models.base import Row


class IssueProof(Row):
    """Never changed. `snapshot` is an `IssueView` as JSON, `variants` the hash of each compiled variant by name."""

    issue: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.NewsletterIssue", related_name="proofs", on_delete=fields.CASCADE, db_index=True
    )
    issue_id: UUID
    revision = fields.IntField()
    snapshot: Any = fields.JSONField()
    sha256 = fields.CharField(max_length=64)
    variants: Any = fields.JSONField(default=dict)
    findings: Any = fields.JSONField(default=list)
    """A list of `{code, de, en, variant, warning}`."""
    filled = fields.IntField(default=0)
    """Mask of the sections that have something to say."""
    subject_de = fields.CharField(max_length=200, default="")
    subject_en = fields.CharField(max_length=200, default="")
    html_de = fields.TextField(default="")
    html_en = fields.TextField(default="")
    text_de = fields.TextField(default="")
    text_en = fields.TextField(default="")

    class Meta:
        table = "issue_proof"
        unique_together = (("issue", "revision"),)

    @property
    def errors(self) -> list[dict[str, Any]]:
        """The findings that stop an approval."""
        return [finding for finding in self.findings if not finding["warning"]]
