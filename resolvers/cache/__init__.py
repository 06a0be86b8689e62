"""What strangers were answered, kept while nothing of it has changed: docs/subsystems/kept-answers.md."""
