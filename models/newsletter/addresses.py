"""Addresses of readers: which ones a mail can reach, and how one is shown to its owner."""

from email_validator import EmailNotValidError, validate_email

from models.members import address
from models.newsletter.refusals import AddressNotReachable


def reachable(text: str, path: str = "email") -> str:
    """The normalised address, or `InvalidAddress`; `AddressNotReachable` if every server would need SMTPUTF8."""
    mail = address(text[:1000], path)
    try:
        plain = validate_email(mail, check_deliverability=False, test_environment=True).ascii_email
    except EmailNotValidError:
        plain = None
    if plain is None:
        raise AddressNotReachable(path)
    return mail


def masked(mail: str) -> str:
    """`a…@example.org`; "…" for an address that was forgotten."""
    local, at, domain = mail.rpartition("@")
    return f"{local[:1]}…{at}{domain}" if at else "…"
