"""What every mutation takes and answers along: the client's own id for one intention."""

import strawberry


@strawberry.input
class Given:
    """Base of mutation inputs."""

    client_mutation_id: str | None = None
    """Any text up to 120 characters that names this intention. Sent again within 24 hours it gets the same answer."""


@strawberry.type
class Payload:
    """Base of mutation payloads."""

    client_mutation_id: str | None = None
    """What the input said."""
