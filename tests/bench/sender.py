"""Sends one issue and says how it went: `... -m tests.bench.sender DATABASE SMTP_PORT CONNECTIONS SECONDS` prints JSON.

A process of its own, so that its peak memory is that of sending and of nothing else. It ends when all is sent, or at
the first end of a slice after so many seconds.
"""

import asyncio
import json
import re
import sys
import time
from pathlib import Path

from models import db, vault
from models.newsletter.deliveries import Delivery, DeliveryState
from tests.newsletters import SECRET, SITE
from workers.mail.smtp import Server, SmtpMailer
from workers.newsletter.send import BUDGET, Sender
from workers.newsletter.send_liveness import liveness
from workers.work import Tools


def peak_megabytes() -> float:
    """Of this process alone: `getrusage` begins with the peak of the one that started it. Linux; NaN elsewhere."""
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s*(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1]) / 1024 if found else float("nan")


async def main(url: str, port: int, connections: int, patience: float) -> None:
    vault.use(vault.Keys(SECRET))
    mailer = SmtpMailer(Server("127.0.0.1", port, security="none"), patience=20)
    tools = Tools(SITE, mailer, mail_per_minute=0, smtp_connections=connections)
    async with db.opened(url):
        before, began = peak_megabytes(), time.perf_counter()
        sender = Sender(tools, liveness(url), budget=min(BUDGET, patience))
        while await sender.step() and time.perf_counter() - began < patience:
            pass
        seconds = time.perf_counter() - began
        sent = await Delivery.filter(state=DeliveryState.SENT).count()
    await mailer.close()
    print(json.dumps({"sent": sent, "seconds": seconds, "before": before, "peak": peak_megabytes()}))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])))
