"""Handing mail to a relay: the two small protocols that senders know, and SMTP through aiosmtplib.

A faster client (PIPELINING, BDAT) takes the same two seats: a `Mailer` that opens `Line`s.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Protocol, Self
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

from models import spans
from workers.mail.message import Parcel
from workers.mail.replies import Reply, Verdict, judge, lost

PATIENCE = 60.0  # seconds for one reply; RFC 5321 allows relays minutes, a queue of ours waits behind
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class Line(Protocol):
    """One conversation with a relay: mails one after the other. Never raises for anything the relay does."""

    async def send(self, parcel: Parcel) -> Reply: ...


class Mailer(Protocol):
    """A way out for mail."""

    def line(self) -> AbstractAsyncContextManager[Line]:
        """A line of one's own, for many mails. It connects when it is first used, and again when it was cut."""
        ...

    async def send(self, parcel: Parcel) -> Reply:
        """One single mail."""
        ...

    async def close(self) -> None:
        """Hang up; at the end of the process."""
        ...


@dataclass(frozen=True)
class Server:
    """Where the relay is. `security`: `tls` from the first byte, `starttls` (refuses to go on without), `none`."""

    host: str
    port: int = 587
    username: str = ""
    password: str = field(default="", repr=False)
    security: str = "starttls"
    hostname: str | None = None
    """What we say in EHLO; must resolve to the address we come from when the relay is strict."""

    @classmethod
    def parse(cls, url: str) -> Self:
        """`smtp://name:word@relay.example.org:587`, `smtps://...:465`; `?security=none` for a relay on this machine."""
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("a relay is smtp://host:587 or smtps://host:465")
        asked = parse_qs(parts.query)
        near = parts.hostname in LOOPBACK
        usual = "tls" if parts.scheme == "smtps" else "none" if near else "starttls"
        return cls(
            host=parts.hostname,
            port=parts.port or (465 if parts.scheme == "smtps" else 587),
            username=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            security=asked.get("security", [usual])[0],
            hostname=asked.get("ehlo", [None])[0],
        )


class SmtpLine:
    """A reused connection. A lost one is opened again for the next mail, never for the same one."""

    def __init__(self, server: Server, tls: ssl.SSLContext | None, patience: float) -> None:
        self._server, self._tls, self._patience = server, tls, patience
        self._client: aiosmtplib.SMTP | None = None

    async def send(self, parcel: Parcel) -> Reply:
        with spans.span("send mail", {"server.address": self._server.host}, "client") as span:
            reply = await self._sent(parcel)
            span.note({"leuchtturm.verdict": reply.verdict.value})
        return reply

    async def _sent(self, parcel: Parcel) -> Reply:
        try:
            client = await self._connected()
        except (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError) as why:
            await self._drop()
            return lost(begun=False, why=why)
        return await self._exchange(client, parcel)

    async def _exchange(self, client: aiosmtplib.SMTP, parcel: Parcel) -> Reply:
        begun = False
        try:
            await client.mail(parcel.sender)
            await client.rcpt(parcel.recipient)
            begun = True  # from here on an answer that does not come leaves us in doubt
            answer = await client.data(parcel.content)
            return judge(answer.code, answer.message)
        except aiosmtplib.SMTPResponseException as said:
            if said.code <= 0:  # aiosmtplib's word for a line that is no SMTP reply
                await self._drop()
                return lost(begun, said)
            await self._after_refusal(client, said.code)
            return judge(said.code, said.message)
        except (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError) as why:
            await self._drop()
            return lost(begun, why)
        except asyncio.CancelledError:
            await self._drop()
            raise

    async def _after_refusal(self, client: aiosmtplib.SMTP, code: int) -> None:
        if code == 421 or not client.is_connected:
            await self._drop()
            return
        try:
            await client.rset()
        except (aiosmtplib.SMTPException, OSError, TimeoutError):
            await self._drop()

    async def _connected(self) -> aiosmtplib.SMTP:
        if self._client is not None and self._client.is_connected:
            return self._client
        await self._drop()
        self._client = aiosmtplib.SMTP(
            hostname=self._server.host,
            port=self._server.port,
            username=self._server.username or None,
            password=self._server.password or None,
            local_hostname=self._server.hostname or "localhost",
            use_tls=self._server.security == "tls",
            start_tls=self._server.security == "starttls",
            tls_context=self._tls,
            timeout=self._patience,
        )
        await self._client.connect()
        return self._client

    async def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()

    async def hang_up(self) -> None:
        """Say goodbye. What goes wrong then is noise: every mail has its answer already."""
        client, self._client = self._client, None
        if client is not None and client.is_connected:
            with suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
                await client.quit(timeout=2)
        if client is not None:
            client.close()


class SmtpMailer:
    """SMTP through one relay. Lines share one TLS context: making one costs more than a mail."""

    def __init__(self, server: Server, *, tls: ssl.SSLContext | None = None, patience: float = PATIENCE) -> None:
        self._server, self._patience = server, patience
        self._tls = tls or (None if server.security == "none" else ssl.create_default_context())
        self._single: SmtpLine | None = None
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def line(self) -> AsyncIterator[Line]:
        line = SmtpLine(self._server, self._tls, self._patience)
        try:
            yield line
        finally:
            await line.hang_up()

    async def send(self, parcel: Parcel) -> Reply:
        async with self._turn:
            if self._single is None:
                self._single = SmtpLine(self._server, self._tls, self._patience)
            reply = await self._single.send(parcel)
            if reply.verdict is Verdict.NOT_BEGUN:  # most likely the relay closed an idle connection: once more
                reply = await self._single.send(parcel)
            return reply

    async def close(self) -> None:
        if self._single is not None:
            await self._single.hang_up()
