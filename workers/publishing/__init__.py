"""Sending what was approved, exactly once: see docs/subsystems/publishing.md. Importing this registers its jobs."""

from workers.publishing import deliver, retract, verify, watch

__all__ = ["deliver", "retract", "verify", "watch"]
