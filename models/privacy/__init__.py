"""Privacy: a copy of everything for whoever asks, and forgetting everything for whoever leaves."""

from models.privacy.rows import DataExport, DataRequest, DataRequestKind, DataRequestState, Erasure

__all__ = ["DataExport", "DataRequest", "DataRequestKind", "DataRequestState", "Erasure"]
