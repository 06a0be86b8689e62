"""CaughtMail: mail that did not leave the machine, kept so that developers see what a reader would get."""

import email
import email.policy
from datetime import datetime
from email.message import EmailMessage
from typing import Any, Self

from tortoise import fields

from models.base import Moment, Row


class CaughtMail(Row):
    """One caught mail, as it would have gone to the relay. Written by the development mailer alone."""

    message_id = fields.CharField(max_length=255, db_index=True)
    sender = fields.CharField(max_length=320)
    recipient = fields.CharField(max_length=320, db_index=True)
    subject = fields.TextField(default="")
    headers: Any = fields.JSONField(default=list)
    """Pairs of name and value, in their order."""
    text = fields.TextField(default="")
    html = fields.TextField(default="")
    source = fields.TextField(default="")
    at = Moment(db_index=True)

    class Meta:
        table = "caught_mail"

    @classmethod
    async def keep(cls, *, sender: str, recipient: str, content: bytes, now: datetime) -> Self:
        """Store a message as bytes, taken apart as a mail program would."""
        message = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        text, html = message.get_body(("plain",)), message.get_body(("html",))
        return await cls.create(
            message_id=str(message["Message-ID"] or ""),
            sender=sender,
            recipient=recipient,
            subject=str(message["Subject"] or ""),
            headers=[[name, str(value)] for name, value in message.items()],
            text=text.get_content() if text else "",
            html=html.get_content() if html else "",
            source=content.decode("utf-8", "replace"),
            at=now,
        )
