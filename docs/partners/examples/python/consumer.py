"""Takes what happens at Leuchtturm: by webhook, or by subscription. Each event is handled once, whatever breaks.

    pip install standardwebhooks websockets
    WEBHOOK_SECRET=whsec_... python consumer.py receive 8080                 # behind your https proxy
    LEUCHTTURM_TOKEN=lt_... python consumer.py listen wss://leuchtturm.example/graphql

STATE names the SQLite file in which ids and the cursor are kept. Put your own work into `handle`.
"""

import asyncio
import json
import os
import random
import sqlite3
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import websockets
from standardwebhooks import Webhook, WebhookVerificationError

QUERY = """subscription Events($after: EventCursor) {
  communityEvents(after: $after) { id cursor type subjectKind subjectId teamId payload at }
}"""
FATAL = {"AUTHORISATION_ENDED", "SCOPE_MISSING", "NOT_FOR_KEYS", "GRAPHQL_VALIDATION_FAILED"}


def handle(event: dict, db: sqlite3.Connection) -> None:
    """Yours. What you write into `db` here is kept together with the id of the event, or not at all."""
    print(json.dumps(event), flush=True)


def once(event: dict, *, cursor: str | None = None) -> None:
    """Handle an event unless its id is known; with `cursor`, remember also how far we are in the log."""
    db = sqlite3.connect(os.environ.get("STATE", "leuchtturm.sqlite3"), isolation_level=None, timeout=30)
    db.execute("CREATE TABLE IF NOT EXISTS seen (id TEXT PRIMARY KEY)")
    db.execute("CREATE TABLE IF NOT EXISTS place (one INTEGER PRIMARY KEY CHECK (one = 1), cursor TEXT)")
    try:
        db.execute("BEGIN IMMEDIATE")
        if db.execute("INSERT OR IGNORE INTO seen VALUES (?)", [event["id"]]).rowcount:
            handle(event, db)
        if cursor is not None:
            db.execute("INSERT OR REPLACE INTO place VALUES (1, ?)", [cursor])
        db.execute("COMMIT")  # an exception in `handle` skips this, and the event comes again
    finally:
        db.close()


def cursor() -> str | None:
    """Behind which event to go on; None the first time: from now on."""
    with sqlite3.connect(os.environ.get("STATE", "leuchtturm.sqlite3")) as db:
        db.execute("CREATE TABLE IF NOT EXISTS place (one INTEGER PRIMARY KEY CHECK (one = 1), cursor TEXT)")
        row = db.execute("SELECT cursor FROM place").fetchone()
        return row[0] if row else None


class Receiver(BaseHTTPRequestHandler):
    """Webhooks: verify the bytes as they came, then remember and handle, then answer 204."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        try:
            message = Webhook(os.environ["WEBHOOK_SECRET"]).verify(body, dict(self.headers.items()))
        except WebhookVerificationError:
            self.send_error(401)  # not from Leuchtturm, changed on the way, or older than five minutes
            return
        once({"type": message["type"], "at": message["timestamp"], **message["data"]})
        self.send_response(204)  # within 15 seconds; longer work belongs behind a queue of yours
        self.end_headers()

    def log_message(self, *about: object) -> None:
        pass


async def listen(url: str) -> None:
    """The subscription, for ever: after each cut it goes on behind the last event that was handled."""
    wait = 1.0
    while True:
        try:
            async for event in events(url, cursor()):
                once(event, cursor=event["cursor"])
                wait = 1.0
        except (OSError, TimeoutError, websockets.WebSocketException) as cut:
            if getattr(getattr(cut, "rcvd", None), "code", 0) == 4403:
                raise SystemExit("The token is not valid (any more).") from cut
            print(f"cut ({cut}); going on in a moment", file=sys.stderr, flush=True)
        await asyncio.sleep(wait * random.uniform(0.5, 1.5))  # after an update of ours all come back: spread out
        wait = min(wait * 2, 60.0)


async def events(url: str, after: str | None):
    token = os.environ.get("LEUCHTTURM_TOKEN")
    async with websockets.connect(url, subprotocols=["graphql-transport-ws"]) as socket:
        hello = {"authorization": f"Bearer {token}"} if token else {}
        await socket.send(json.dumps({"type": "connection_init", "payload": hello}))
        await socket.recv()  # connection_ack
        asked = {"query": QUERY, "variables": {"after": after}}
        await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": asked}))
        async for text in socket:
            message = json.loads(text)
            if message["type"] == "ping":
                await socket.send('{"type":"pong"}')
            payload = message.get("payload") or {}
            for error in payload if message["type"] == "error" else payload.get("errors", []):
                code = error["extensions"]["code"]
                if code == "CURSOR_EXPIRED":  # away for more than 30 days: load everything anew, then begin from now
                    raise SystemExit("Load everything anew, delete the cursor, and start again.")
                if code in FATAL:
                    raise SystemExit(error["message"])
            if message["type"] == "next" and payload.get("data"):
                yield payload["data"]["communityEvents"]


if __name__ == "__main__":
    if sys.argv[1] == "receive":
        ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Receiver).serve_forever()
    asyncio.run(listen(sys.argv[2]))
