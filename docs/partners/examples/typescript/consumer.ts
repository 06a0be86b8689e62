// Takes what happens at Leuchtturm: by webhook, or by subscription. Each event is handled once, whatever breaks.
//
//   npm install && npm run build
//   WEBHOOK_SECRET=whsec_... node dist/consumer.js receive 8080                 # behind your https proxy
//   LEUCHTTURM_TOKEN=lt_... node dist/consumer.js listen wss://leuchtturm.example/graphql
//
// STATE names the file in which ids and the cursor are kept; a database of yours does the same with a unique column.
// Put your own work into `handle`.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createClient } from "graphql-ws";
import { Webhook } from "standardwebhooks";
import WebSocket from "ws";

type Event = { id: string; cursor: string; type: string; subjectKind: string; subjectId: string; payload: unknown };
type State = { cursor: string | null; seen: string[] };

const FILE = process.env.STATE ?? "leuchtturm.json";
const REMEMBERED = 10_000; // more ids than arrive within the 76 hours in which a webhook may come again
const FATAL = new Set(["AUTHORISATION_ENDED", "CURSOR_EXPIRED", "SCOPE_MISSING", "GRAPHQL_VALIDATION_FAILED"]);
const QUERY = `subscription Events($after: EventCursor) {
  communityEvents(after: $after) { id cursor type subjectKind subjectId teamId payload at }
}`;

const state: State = existsSync(FILE) ? JSON.parse(readFileSync(FILE, "utf8")) : { cursor: null, seen: [] };
const seen = new Set(state.seen);

/** Yours. */
function handle(event: Event): void {
  console.log(JSON.stringify(event));
}

/** Handle an event unless its id is known; with `cursor`, remember also how far we are in the log. */
function once(event: Event, cursor: string | null = state.cursor): void {
  if (!seen.has(event.id)) {
    handle(event);
    seen.add(event.id);
  }
  state.cursor = cursor;
  state.seen = [...seen].slice(-REMEMBERED);
  writeFileSync(`${FILE}.new`, JSON.stringify(state));
  renameSync(`${FILE}.new`, FILE); // as a whole or not at all
}

/** Webhooks: verify the bytes as they came, then remember and handle, then answer 204. */
function receive(port: number): void {
  const verifier = new Webhook(process.env.WEBHOOK_SECRET ?? "");
  createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    let message: { type: string; data: Omit<Event, "type"> };
    try {
      message = verifier.verify(Buffer.concat(chunks), request.headers as Record<string, string>) as typeof message;
    } catch {
      response.writeHead(401).end(); // not from Leuchtturm, changed on the way, or older than five minutes
      return;
    }
    try {
      once({ type: message.type, ...message.data });
      response.writeHead(204).end(); // within 15 seconds; longer work belongs behind a queue of yours
    } catch {
      response.writeHead(500).end(); // it comes again
    }
  }).listen(port, "127.0.0.1");
}

/** One connection. Says whether to come again. */
async function listenOnce(url: string): Promise<boolean> {
  const token = process.env.LEUCHTTURM_TOKEN;
  const client = createClient({
    url,
    webSocketImpl: WebSocket,
    retryAttempts: 0, // a retry of the library would send the old cursor again
    connectionParams: token ? { authorization: `Bearer ${token}` } : {},
  });
  try {
    const results = client.iterate<{ communityEvents: Event }>({ query: QUERY, variables: { after: state.cursor } });
    for await (const { data, errors } of results) {
      for (const { message, extensions } of errors ?? []) {
        console.error(message);
        if (FATAL.has(String(extensions?.code))) return false;
      }
      if (data) once(data.communityEvents, data.communityEvents.cursor);
    }
  } catch (cut) {
    console.error("cut; going on in a moment", cut instanceof Error ? cut.message : JSON.stringify(cut));
    if ((cut as { code?: number }).code === 4403) return false; // the token is not valid (any more)
    if (Array.isArray(cut) && cut.some(({ extensions }) => FATAL.has(String(extensions?.code)))) return false;
  } finally {
    await client.dispose();
  }
  return true;
}

/** The subscription, for ever: after each cut it goes on behind the last event that was handled. */
async function listen(url: string): Promise<void> {
  for (let wait = 1; ; ) {
    const before = state.cursor;
    if (!(await listenOnce(url))) process.exit(1);
    wait = state.cursor === before ? Math.min(wait * 2, 60) : 1;
    await new Promise((later) => setTimeout(later, wait * 1000 * (0.5 + Math.random()))); // not all at once
  }
}

const [what, where] = process.argv.slice(2);
if (what === "receive") receive(Number(where));
else await listen(where);
