// graphql-sse (distinct connections) and urql over the same stream. One JSON line per event.
import { createClient } from "graphql-sse";
import { Client, fetchExchange, gql } from "@urql/core";

const [url] = process.argv.slice(2);
const query = `subscription Events($after: EventCursor) { communityEvents(after: $after) { cursor type } }`;
const client = createClient({ url, retryAttempts: 0 });
for await (const { data, errors } of client.iterate({ query, variables: { after: "0" } })) {
  if (errors) throw new Error(JSON.stringify(errors));
  console.log(JSON.stringify(data.communityEvents));
  if (data.communityEvents.cursor === "2") break;
}
const wrong = await client.iterate({ query: "subscription { nothing }" }).next();
console.log(JSON.stringify(wrong.value.errors[0].extensions.code));

const urql = new Client({ url, exchanges: [fetchExchange], fetchSubscriptions: true, preferGetMethod: false });
const { unsubscribe } = urql.subscription(gql(query), { after: "1" }).subscribe(({ data, error }) => {
  if (error) throw error;
  console.log(JSON.stringify({ urql: data.communityEvents.cursor }));
  if (data.communityEvents.cursor === "3") process.exit(0);
});
