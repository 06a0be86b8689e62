"""The live queue of a session: who waits, who is next, how long it takes."""
