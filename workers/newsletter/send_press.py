"""Making the messages of one issue: each variant is compiled when its first copy comes along, each copy is spliced."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from uuid import UUID

from models.newsletter.deliveries import Copy
from models.site import Site
from workers.mail.message import Parcel, house_address, message_id, wire_address
from workers.newsletter.render import render, variant_of
from workers.newsletter.render_splice import Personal, Signer, Variant, compiled
from workers.newsletter.view import IssueView


@dataclass(frozen=True)
class Reader:
    """What a message needs to know of its reader, unsealed for as long as the copy is in our hands."""

    address: str
    unsubscribe_url: str
    preferences_url: str
    name: str = ""

    def __repr__(self) -> str:
        return "Reader(...)"


Readers = Callable[[Sequence[UUID]], Awaitable[Mapping[UUID, Reader]]]
"""Subscriptions by their ids; those that are gone are missing."""


def copy_id(site: Site, issue_id: object, subscription_id: object) -> str:
    """The Message-ID of one reader's copy of one issue, the same over all retries and workers."""
    return message_id(site, "issue", issue_id, subscription_id)


class NotWhatWasApproved(Exception):
    """The message is not the one that was looked at: the templates or the site's addresses have changed since."""


@dataclass
class Press:
    """For one issue. `load` the readers of a batch first, then `print` each of its copies once.

    `approved` holds the hash of each variant as it was proofed; a variant that is not named there is not checked.
    """

    issue_id: UUID
    view: IssueView
    site: Site
    readers: Readers
    approved: Mapping[str, str] = field(default_factory=dict)
    sign: Signer | None = None
    _known: dict[UUID, Reader] = field(default_factory=dict)
    _variants: dict[str, Variant] = field(default_factory=dict)

    async def load(self, copies: Sequence[Copy]) -> None:
        """Unseal the addresses of a batch and compile its variants. Raises `NotWhatWasApproved`."""
        for copy in copies:
            self.variant(copy.variant)
        self._known.update(await self.readers([copy.subscription_id for copy in copies]))

    def variant(self, name: str) -> Variant:
        """The compiled variant of this name."""
        if name not in self._variants:
            language, mask = variant_of(name)
            made = compiled(render(self.view, self.site, language, mask), self.site)
            if self.approved.get(name, made.sha256) != made.sha256:
                raise NotWhatWasApproved(name)
            self._variants[name] = made
        return self._variants[name]

    def message_id(self, copy: Copy) -> str:
        return copy_id(self.site, self.issue_id, copy.subscription_id)

    def print(self, copy: Copy, now: datetime) -> Parcel | None:
        """The message of one copy; None when the reader is gone. Raises `NotAnAddress`."""
        reader = self._known.pop(copy.subscription_id, None)
        if reader is None:
            return None
        personal = Personal(
            address=wire_address(reader.address),
            message_id=self.message_id(copy),
            unsubscribe_url=reader.unsubscribe_url,
            preferences_url=reader.preferences_url,
            name=reader.name,
        )
        content = self.variant(copy.variant).message(personal, format_datetime(now), self.sign)
        return Parcel(house_address(self.site), personal.address, personal.message_id, content)
