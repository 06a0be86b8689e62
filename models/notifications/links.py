"""What the links of a mail may do: show and change the preferences of whoever got it, and leave what it told of.

Whoever is forwarded the mail can do no more than that. The token is good for as long as the row of the mail is kept.
"""

from datetime import datetime
from typing import Any

from models import vault
from models.access import Viewer
from models.errors import ValidationProblem
from models.language import Language
from models.notifications.kinds import KINDS
from models.notifications.mails import NotificationMail
from models.notifications.preferences import Preference
from models.notifications.reachable import HEARS_ANSWERS, locale_of, state_of
from models.notifications.row import Notification


class NotificationLinkInvalid(ValidationProblem):
    code = "LINK_INVALID"
    de = "Dieser Link gilt nicht (mehr). In jeder neueren Mail von uns steht einer, der gilt."
    en = "This link is not valid (any more). Every newer mail of ours has one that is."


async def mail_of(token: str) -> NotificationMail:
    """The mail that a link came with. Raises `NotificationLinkInvalid`, also when the person is gone."""
    mail = await NotificationMail.filter(token_hash=vault.digest(token[:200])).first()
    if mail is None or await state_of(mail.person_id) not in HEARS_ANSWERS:
        raise NotificationLinkInvalid("token")
    return mail


async def language_of(mail: NotificationMail) -> Language:
    """The language of whoever got the mail."""
    return Language(await locale_of(mail.person_id) or Language.DE)


def _as(mail: NotificationMail) -> Viewer:
    """Whoever holds the mail acts as the person, and only upon their preferences."""
    return Viewer(person_id=mail.person_id)


async def choose(token: str, *, now: datetime, **choice: Any) -> Preference:
    """Save preferences. Raises `NotificationLinkInvalid`, `NoSuchKind` and `InvalidDigestTime`."""
    mail = await mail_of(token)
    return await Preference.choose(mail.person_id, by=_as(mail), now=now, **choice)


async def left_by(mail: NotificationMail) -> list[str]:
    """The kinds that unsubscribing from this mail ends: its own, or of a digest every one that can be left."""
    if mail.digest:
        return [kind.name for kind in KINDS.values() if not kind.transactional]
    told = await Notification.filter(mail_id=mail.id).values_list("what", flat=True)
    return [name for name in dict.fromkeys(map(str, told)) if name in KINDS and not KINDS[name].transactional]


async def leave(token: str, *, now: datetime) -> list[str]:
    """No more mail of what this one told of; a second time changes nothing. Returns the kinds."""
    mail = await mail_of(token)
    kinds = await left_by(mail)
    await Preference.leave(mail.person_id, kinds, by=_as(mail), now=now)
    return kinds
