"""NotificationMail: one mail that tells of notifications, single or as a digest. It holds ids and no words."""

from typing import Any, ClassVar
from uuid import UUID

from tortoise import fields

from models import vault
from models.base import Moment
from models.machine import Stateful, Table
from models.notifications.states import MAIL, MailState
from models.outbox import Due

PURPOSE = "notifications.preferences"


class NotificationMail(Due, Stateful):
    """Written in the transaction that decides to send it, so that it exists once whoever dies.

    `day` is the local day whose one mail this is: the database refuses a second one (E35). Transactional mails have
    none. `sending` is committed before the relay hears of the mail; what was left in that state may have arrived,
    becomes `unknown`, and is never sent again without somebody having looked.
    """

    kind = "notification_mail"
    waiting: ClassVar = (MailState.WAITING,)
    claimed: ClassVar = MailState.CLAIMED
    transitions: ClassVar[Table] = MAIL

    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="notification_mails", on_delete=fields.CASCADE
    )
    person_id: UUID
    digest = fields.BooleanField(default=False, db_default=False)
    urgent = fields.BooleanField(default=False, db_default=False)
    """The quiet hours do not hold it back: the person has agreed to that."""
    day = fields.CharField(max_length=10, null=True)
    state = fields.CharEnumField(MailState, max_length=24, default=MailState.WAITING)
    token_hash = fields.CharField(max_length=64, unique=True)
    sent_at = Moment(null=True)
    reply = fields.CharField(max_length=300, default="", db_default="")
    """What the relay last said, without addresses."""

    class Meta:
        table = "notification_mail"
        unique_together = (("person", "day"),)
        indexes = (("state", "due_at"),)

    @classmethod
    def fresh(cls, person_id: UUID, **columns: Any) -> "NotificationMail":
        """A row that is not saved yet, with the hash of the token that its links will carry."""
        mail = cls(person_id=person_id, **columns)
        mail.token_hash = vault.digest(mail.token)
        return mail

    @property
    def token(self) -> str:
        """What opens the person's preferences from this mail; made again from the id, kept as a hash only."""
        return vault.token(PURPOSE, self.id)
