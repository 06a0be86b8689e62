"""Workers that do nothing but notifications, as processes of their own that die at a named point.

`python -m tests.notifications.sender_process`: each line of standard input is `NOW DATABASE_URL SMTP_PORT FAULTS`; a
process is forked that works on it, and how it ended is printed. The real loop on the real rows; imports cost once.
"""

import asyncio
import os
import sys
from datetime import datetime, timedelta

from models import db, vault
from tests.newsletters import SECRET, SITE
from workers import faults
from workers.mail.smtp import Server, SmtpMailer
from workers.notifications import loop
from workers.work import Tools


async def work(url: str, port: int, plan: str, now: datetime) -> None:
    mailer = SmtpMailer(Server("127.0.0.1", port, security="none"), patience=20)
    tools = Tools(SITE, mailer, fault=faults.armed(plan), now=lambda: now, smtp_connections=1)
    async with db.opened(url, everywhere=False):
        step = loop.loop(tools, owner="the one that dies", lease=timedelta(minutes=1)).step
        while await step():
            pass


def forked(now: str, url: str, port: str, plan: str) -> int:
    pid = os.fork()
    if pid == 0:
        asyncio.run(work(url, int(port), plan, datetime.fromisoformat(now)))
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def main() -> None:
    vault.use(vault.Keys(SECRET))
    for line in sys.stdin:
        print(forked(*line.split()), flush=True)


if __name__ == "__main__":
    main()
