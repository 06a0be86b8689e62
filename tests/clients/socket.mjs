// graphql-ws: a subscription that goes on behind the last cursor after its connection was cut. One JSON line per event.
import { createClient } from "graphql-ws";
import WebSocket from "ws";

const [url] = process.argv.slice(2);
const EVENTS = `subscription Events($after: EventCursor) { communityEvents(after: $after) { cursor type } }`;
let after = "0";
let seen = 0;
while (seen < 4) {
  const client = createClient({ url: url.replace("http", "ws"), webSocketImpl: WebSocket, retryAttempts: 0 });
  for await (const { data, errors } of client.iterate({ query: EVENTS, variables: { after } })) {
    if (errors) throw new Error(JSON.stringify(errors));
    after = data.communityEvents.cursor;
    seen += 1;
    console.log(JSON.stringify(data.communityEvents));
    if (seen === 2) break; // the line is cut after the second event
    if (seen === 4) break;
  }
  client.terminate();
}
