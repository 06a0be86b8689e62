"""Imports: lists that come as CSV, loaded again and again without duplicates (E60)."""

from models.imports.kinds import Kind
from models.imports.report import Line, Outcome, Tally
from models.imports.rows import ImportedRow, ImportRun
from models.imports.running import Wish, load

__all__ = ["ImportRun", "ImportedRow", "Kind", "Line", "Outcome", "Tally", "Wish", "load"]
