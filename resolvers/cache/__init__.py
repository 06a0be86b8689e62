"""What strangers were answered, kept while nothing of it changes: docs/subsystems/read-path.md, "Kept answers"."""
