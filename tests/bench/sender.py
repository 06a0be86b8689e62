"""Sends one issue and says how it went: `python -m tests.bench.sender DATABASE_URL SMTP_PORT CONNECTIONS` prints JSON.

A process of its own, so that its peak memory is that of sending and of nothing else.
"""

import asyncio
import json
import resource
import sys
import time

from models import db, vault
from models.newsletter.deliveries import Delivery, DeliveryState
from tests.newsletters import SECRET, SITE
from workers.mail.smtp import Server, SmtpMailer
from workers.newsletter.send import Sender
from workers.newsletter.send_liveness import liveness
from workers.work import Tools


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def main(url: str, port: int, connections: int) -> None:
    vault.use(vault.Keys(SECRET))
    mailer = SmtpMailer(Server("127.0.0.1", port, security="none"), patience=20)
    tools = Tools(SITE, mailer, mail_per_minute=0, smtp_connections=connections)
    async with db.opened(url):
        before, began = peak_megabytes(), time.perf_counter()
        sender = Sender(tools, liveness(url))
        while await sender.step():
            pass
        seconds = time.perf_counter() - began
        sent = await Delivery.filter(state=DeliveryState.SENT).count()
    await mailer.close()
    print(json.dumps({"sent": sent, "seconds": seconds, "before": before, "peak": peak_megabytes()}))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
