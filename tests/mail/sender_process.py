"""A worker that does nothing but send issues, as a process of its own that a test may kill.

`python -m tests.mail.sender_process DATABASE_URL SMTP_PORT POLICY CONNECTIONS`. The real `Sender` on the real rows.
"""

import asyncio
import signal
import sys

from models import db, vault
from tests.newsletters import SECRET, SITE
from workers.mail.smtp import Server, SmtpMailer
from workers.newsletter.send import Sender
from workers.newsletter.send_liveness import liveness
from workers.work import Tools


async def main(url: str, port: int, policy: str, connections: int) -> None:
    vault.use(vault.Keys(SECRET))
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    mailer = SmtpMailer(Server("127.0.0.1", port, security="none"), patience=20)
    tools = Tools(SITE, mailer, mail_per_minute=0, smtp_connections=connections, uncertain_copies=policy)
    async with db.opened(url):
        sender = Sender(tools, liveness(url))
        work = asyncio.create_task(repeat(sender))
        await stop.wait()
        await sender.drain(20)
        work.cancel()


async def repeat(sender: Sender) -> None:
    while True:
        if not await sender.step():
            await asyncio.sleep(0.1)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])))
