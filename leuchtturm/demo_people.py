"""The invented members of the demo community who are there to be signed in as (README, "First five minutes")."""

from typing import NamedTuple

from models.roles import Role


class Member(NamedTuple):
    """`role` None: leads a team, which is no granted role."""

    name: str
    email: str
    role: Role | None
    de: str
    en: str


SIGN_IN = (
    Member("Edda Lorenz", "edda@example.org", Role.EDITOR, "Redakteurin, schreibt", "editor, writes"),
    Member("Ben Weiß", "ben@example.org", Role.EDITOR, "Redakteur, gibt frei", "editor, approves"),
    Member("Çiğdem Öztürk", "cigdem@example.org", Role.COMMUNITY_MANAGER, "Community-Managerin", "community manager"),
    Member("Lena Müller", "lena@example.org", None, "leitet das Team Kreidekasten", "leads the team Kreidekasten"),
    Member("Wanda Weiss", "wanda@example.org", Role.ADMINISTRATOR, "Administratorin", "administrator"),
)
