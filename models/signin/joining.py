"""Joining: whoever asks gets the same answer, member or not (E50); the mailed link decides."""

from contextlib import suppress
from datetime import datetime

from tortoise.transactions import in_transaction

from models import vault
from models.language import Language
from models.members import Consent, Person, Purpose, address, person_name
from models.members.handles import handle_of
from models.members.refusals import AgreementNeeded
from models.signin.links import LoginLink


async def join(
    email: str, name: str, *, agreed: bool, browser: str, now: datetime, locale: Language = Language.DE
) -> None:
    """Make an account that begins with the mailed link; a member gets an ordinary link instead.

    What was ticked counts from the proof of the mailbox on; what is never proved is purged after a week (E5). Raises
    `InvalidAddress`, `InvalidName`, `AgreementNeeded`.
    """
    mail, called = address(email), person_name(name)
    if not agreed:
        raise AgreementNeeded("agreed")
    async with in_transaction():
        known = await Person.filter(email_hash=vault.fingerprint(mail)).exists()
        with suppress(_Undone):
            async with in_transaction():
                # For a member the same is written, for an address that nobody has, and taken back: so it takes as long.
                box = f"{vault.random_token()}@example.org" if known else mail
                person = await Person.join(email=box, name=called, handle=handle_of(called), now=now, locale=locale)
                await Consent.begin(person.id, Purpose.ACCOUNT, locale, now=now, evidence="form")
                if known:
                    raise _Undone
        await LoginLink.request(mail, browser=browser, now=now)


class _Undone(Exception):
    """Nothing of it remains."""
