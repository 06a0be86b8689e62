"""What the page about the newsletter draws is what the tables say, and both sides mean the same by "everything"."""

from pathlib import Path

import pytest

import models
from models.language import Language
from models.machine import Stateful
from models.newsletter import sections, variants
from workers.newsletter import render

PAGE = Path(__file__).resolve().parents[2] / "docs" / "subsystems" / "newsletter.md"


@pytest.mark.parametrize(
    "row", [models.Subscription, models.NewsletterIssue, models.Delivery], ids=lambda row: row.kind
)
def test_the_drawings_are_up_to_date(row: type[Stateful]) -> None:
    assert row.transitions.mermaid() in PAGE.read_text(encoding="utf-8")


def test_rows_and_renderer_name_variants_alike() -> None:
    assert render.EVERYTHING == sections.EVERYTHING
    for language in Language:
        for mask in range(1, sections.EVERYTHING + 1):
            assert variants.named(language, mask) == render.variant_name(language, mask)
