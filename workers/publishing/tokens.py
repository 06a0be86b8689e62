"""Tokens that live for hours: refreshed before they end, by one worker at a time, stored before they are used.

X's refresh tokens are taken to be good for one use: two workers that refresh at once would revoke each other. A refresh
whose answer is lost is tried once more with the old token by the next step; `invalid_grant` then means: reconnect.
"""

from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from tortoise.transactions import in_transaction

from models.publishing.channels import Channel as Account
from models.publishing.channels import ChannelStatus, Credential
from workers.channels import Capabilities, Inconclusive, Reconnect, Token

EARLY = timedelta(minutes=10)  # before the end; a token must outlive the request that it signs


@runtime_checkable
class Refreshing(Protocol):
    """A driver whose tokens end and can be renewed."""

    @property
    def caps(self) -> Capabilities: ...

    async def refresh(self, token: Token) -> tuple[Token, datetime] | Reconnect | Inconclusive:
        """New tokens and when they end; or people must reconnect; or nobody knows."""
        ...


def must_refresh(credential: Credential, token: Token, now: datetime) -> bool:
    return "refresh_token" in token and credential.expires_at is not None and credential.expires_at < now + EARLY


async def fresh(driver: Refreshing, account: Account, credential: Credential, now: datetime) -> Token | datetime:
    """The account's token, renewed if it ends soon. A moment: it has ended, and cannot be renewed before then."""
    token = Token(credential.opened())
    if not must_refresh(credential, token, now):
        return token
    taken = await _taken(driver, account, credential, now)
    if isinstance(taken, Credential):
        return Token(taken.opened())
    if taken is not None:
        return taken if credential.expires_at <= now else token
    renewed = await driver.refresh(Token((await Credential.get(id=credential.id)).opened()))
    await _stored(account, credential, renewed)
    if isinstance(renewed, tuple):
        return renewed[0]
    return now + timedelta(minutes=1) if credential.expires_at <= now else token


async def _taken(
    driver: Refreshing, account: Account, credential: Credential, now: datetime
) -> Credential | datetime | None:
    """Take the account for the refresh. Somebody else has it: until when; has just renewed it: what they have got."""
    async with in_transaction():
        held = await Account.locked(account.id)
        current = await Credential.get(id=credential.id)
        if current.expires_at != credential.expires_at:
            return current
        if held.sender_until and held.sender_until > now:
            until: datetime = held.sender_until
            return until
        held.sender_id, held.sender_until = credential.id, now + driver.caps.lease
        await held.save()
    return None


async def _stored(
    account: Account, credential: Credential, renewed: tuple[Token, datetime] | Reconnect | Inconclusive
) -> None:
    async with in_transaction():
        held = await Account.locked(account.id)
        held.sender_id = held.sender_until = None
        if isinstance(renewed, Reconnect):
            held.status = ChannelStatus.RECONNECT
        await held.save()
        if isinstance(renewed, tuple):
            current = await Credential.get(id=credential.id)
            current.renew(*renewed)
            await current.save()
