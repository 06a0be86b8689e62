"""`python -m leuchtturm` is the command line."""

from leuchtturm.cli import main

main()
