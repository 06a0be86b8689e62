"""A relay on 127.0.0.1: a real SMTP server in one asyncio protocol, with the faults that relays have.

In a test:            `async with Relay() as relay:` ... `relay.accepted`
In its own process:   `python -m tests.standins.smtp --port 0 --journal accepted.log` prints its port; a benchmark or a
kill test then reads the journal (one line per accepted message: Message-ID, recipient), which survives a crash.

It speaks EHLO, STARTTLS, AUTH PLAIN, MAIL, RCPT, DATA, RSET, NOOP and QUIT, with PIPELINING, SIZE and enhanced codes.
"""

import argparse
import asyncio
import base64
import contextlib
import email
import email.policy
import ssl
from collections import Counter, deque
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Self, TextIO

END = b"\r\n.\r\n"


@dataclass(frozen=True)
class Taken:
    """One message that was accepted: the envelope, and the bytes as they came (empty for a mere sink)."""

    sender: str
    recipient: str
    message_id: str
    connection: int
    content: bytes = b""

    @property
    def message(self) -> EmailMessage:
        parsed = email.message_from_bytes(self.content, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed


@dataclass
class Faults:
    """What goes wrong next. Replies are consumed in order; what is not planned goes well."""

    recipients: dict[str, deque[str]] = field(default_factory=dict)
    messages: deque[str] = field(default_factory=deque)
    """`drop`: accept, then close before the 250. `vanish`: close at the end of the message without accepting.
    `hang`: accept and never answer. Anything else is the reply to the message, which is then not accepted."""
    greeting: deque[str] = field(default_factory=deque)


class Relay:
    """The server. `keep=False` forgets the contents and remembers only who got which Message-ID."""

    def __init__(
        self,
        *,
        keep: bool = True,
        journal: Path | None = None,
        tls: ssl.SSLContext | None = None,
        login: tuple[str, str] | None = None,
        delay: float = 0.0,
    ) -> None:
        self.keep, self.tls, self.login, self.delay = keep, tls, login, delay
        self.accepted: list[Taken] = []
        self.faults = Faults()
        self.connections = 0
        self.most_open = 0
        self.port = 0
        self.arrival = asyncio.Event()
        self._open: set[Conversation] = set()
        self._journal: TextIO | None = journal.open("a", buffering=1) if journal else None
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        await self.listen()
        return self

    async def listen(self, port: int = 0) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Conversation(self), "127.0.0.1", port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Stop listening and cut every connection, as a relay does that dies."""
        if self._server:
            self._server.close()
        for conversation in list(self._open):
            conversation.cut()
        if self._server:
            await self._server.wait_closed()
        if self._journal:
            self._journal.close()

    def says(self, recipient: str, reply: str, times: int = 1) -> None:
        """Answer RCPT for this address with the reply (`"550 5.1.1 unknown"`) the given number of times."""
        self.faults.recipients.setdefault(recipient.lower(), deque()).extend([reply] * times)

    def then(self, *faults: str) -> None:
        """What becomes of the next messages: see `Faults.messages`; `ok` is an ordinary acceptance."""
        self.faults.messages.extend(faults)

    def to(self, recipient: str) -> list[Taken]:
        return [taken for taken in self.accepted if taken.recipient.lower() == recipient.lower()]

    def copies(self) -> Counter[str]:
        """How often each Message-ID was accepted."""
        return Counter(taken.message_id for taken in self.accepted)

    async def has(self, count: int, patience: float = 20.0) -> None:
        """Wait until so many messages were accepted."""
        async with asyncio.timeout(patience):
            while len(self.accepted) < count:
                self.arrival.clear()
                await self.arrival.wait()

    def take(self, taken: Taken) -> None:
        self.accepted.append(taken)
        if self._journal:
            self._journal.write(f"{taken.message_id} {taken.recipient} {taken.connection}\n")
        self.arrival.set()

    def opened(self, conversation: "Conversation") -> int:
        self._open.add(conversation)
        self.most_open = max(self.most_open, len(self._open))
        self.connections += 1
        return self.connections

    def closed(self, conversation: "Conversation") -> None:
        self._open.discard(conversation)


class Conversation(asyncio.Protocol):
    """One connection."""

    def __init__(self, relay: Relay) -> None:
        self.relay = relay
        self.transport: asyncio.Transport | None = None
        self.number = 0
        self.buffer = bytearray()
        self.secure = False
        self.upgrading = False
        self.signed_in = False
        self.reset()

    def reset(self) -> None:
        self.sender: str | None = None
        self.recipients: list[str] = []
        self.in_data = False
        self.scanned = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        fresh, self.transport = self.transport is None, transport
        if not fresh:  # STARTTLS has handed us the encrypted transport
            return
        self.number = self.relay.opened(self)
        greeting = self.relay.faults.greeting.popleft() if self.relay.faults.greeting else "220 relay.test ESMTP"
        self.say(greeting)
        if not greeting.startswith("220"):
            transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self.relay.closed(self)

    def cut(self) -> None:
        if self.transport:
            self.transport.abort()

    def say(self, *lines: str) -> None:
        text = "\r\n".join([*(f"{line[:3]}-{line[4:]}" for line in lines[:-1]), lines[-1]]) + "\r\n"
        if self.transport and not self.transport.is_closing():
            self.transport.write(text.encode())

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        self._go_on()

    def _go_on(self) -> None:
        while not self.upgrading and self._step():
            pass

    def _step(self) -> bool:
        """Take one command or one message from what has arrived; False when more is needed."""
        if self.in_data:
            return self._message()
        line, found, _ = self.buffer.partition(b"\r\n")
        if not found or (self.transport and self.transport.is_closing()):
            return False
        del self.buffer[: len(line) + 2]
        word, _, rest = line.decode("utf-8", "replace").partition(" ")
        answer = getattr(self, f"on_{word.lower()}", None)
        if answer is None:
            self.say("502 5.5.2 What?")
        else:
            answer(rest)
        return True

    def _message(self) -> bool:
        end = 0 if self.buffer[:3] == b".\r\n" else self.buffer.find(END, max(0, self.scanned - 4))
        if end < 0:
            self.scanned = len(self.buffer)
            return False
        content = bytes(self.buffer[: end + 2])
        del self.buffer[: end + len(END)]
        self._judge(content)
        return True

    def _judge(self, content: bytes) -> None:
        fate = self.relay.faults.messages.popleft() if self.relay.faults.messages else "ok"
        if fate in ("ok", "drop", "hang"):
            for recipient in self.recipients:
                self.relay.take(self._taken(content, recipient))
        self.reset()
        if fate in ("drop", "vanish"):
            self.cut()
        elif fate == "ok":
            self._accept()
        elif fate != "hang":
            self.say(fate)
            if fate.startswith("421") and self.transport:
                self.transport.close()

    def _accept(self) -> None:
        reply = f"250 2.0.0 Ok: queued as {len(self.relay.accepted):X}"
        if self.relay.delay:
            asyncio.get_running_loop().call_later(self.relay.delay, self.say, reply)
        else:
            self.say(reply)

    def _taken(self, content: bytes, recipient: str) -> Taken:
        head = content[: content.find(b"\r\n\r\n")]
        at = head.lower().find(b"message-id:")
        message_id = head[at + 11 :].split(b"\r\n", 1)[0].strip().decode() if at >= 0 else ""
        kept = content.replace(b"\r\n..", b"\r\n.") if self.relay.keep else b""
        return Taken(self.sender or "", recipient, message_id, self.number, kept)

    def on_ehlo(self, _: str) -> None:
        self.reset()
        offers = ["250 relay.test", "250 PIPELINING", "250 SIZE 26214400", "250 ENHANCEDSTATUSCODES", "250 8BITMIME"]
        if self.relay.tls and not self.secure:
            offers.append("250 STARTTLS")
        if self.relay.login:
            offers.append("250 AUTH PLAIN")
        self.say(*offers)

    def on_helo(self, _: str) -> None:
        self.say("250 relay.test")

    def on_starttls(self, _: str) -> None:
        if not self.relay.tls:
            self.say("502 5.5.1 Not offered")
            return
        self.say("220 2.0.0 Go ahead")
        self.buffer.clear()  # what was sent before the handshake does not count (RFC 3207)
        self.upgrading = True
        self._upgrade = asyncio.ensure_future(self._secured())

    async def _secured(self) -> None:
        assert self.transport and self.relay.tls
        with contextlib.suppress(ConnectionError):
            loop = asyncio.get_running_loop()
            upgraded = await loop.start_tls(self.transport, self, self.relay.tls, server_side=True)
            self.transport, self.secure, self.upgrading = upgraded, True, False
            self._go_on()

    def on_auth(self, said: str) -> None:
        _, _, secret = said.partition(" ")
        name, word = base64.b64decode(secret).decode().split("\0")[1:3] if secret else ("", "")
        self.signed_in = (name, word) == self.relay.login
        self.say("235 2.7.0 Welcome" if self.signed_in else "535 5.7.8 Wrong name or password")

    def on_mail(self, said: str) -> None:
        if self.relay.login and not self.signed_in:
            self.say("530 5.7.0 Authentication required")
            return
        self.sender = _address(said)
        self.say("250 2.1.0 Ok")

    def on_rcpt(self, said: str) -> None:
        address = _address(said)
        planned = self.relay.faults.recipients.get(address.lower())
        reply = planned.popleft() if planned else "250 2.1.5 Ok"
        if reply == "drop":
            self.cut()
            return
        if reply.startswith("2"):
            self.recipients.append(address)
        self.say(reply)
        if reply.startswith("421") and self.transport:
            self.transport.close()

    def on_data(self, _: str) -> None:
        if not self.recipients:
            self.say("503 5.5.1 No valid recipients")
            return
        self.in_data, self.scanned = True, 0
        self.say("354 End with a dot")

    def on_rset(self, _: str) -> None:
        self.reset()
        self.say("250 2.0.0 Ok")

    def on_noop(self, _: str) -> None:
        self.say("250 2.0.0 Ok")

    def on_quit(self, _: str) -> None:
        self.say("221 2.0.0 Bye")
        if self.transport:
            self.transport.close()


def _address(said: str) -> str:
    return said.partition("<")[2].partition(">")[0]


async def _serve(port: int, journal: Path | None) -> None:
    relay = Relay(keep=False, journal=journal)
    await relay.listen(port)
    print(relay.port, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    options = argparse.ArgumentParser(description="an SMTP sink on 127.0.0.1")
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--journal", type=Path)
    given = options.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(given.port, given.journal))
