// graphql-request: data with variables, an error with its code, a token.
import { ClientError, GraphQLClient, gql } from "graphql-request";

const [url, token] = process.argv.slice(2);
const TEAM = gql`query Team($slug: String!) { team(slug: $slug) { name } viewer { roles } }`;

const data = await new GraphQLClient(url).request(TEAM, { slug: "demo-anker" });
const mine = await new GraphQLClient(url, { headers: { authorization: `Bearer ${token}` } }).request(TEAM, { slug: "demo-anker" });
const code = await new GraphQLClient(url).request("{ nothing }").then(
  () => "no error",
  (error) => (error instanceof ClientError ? error.response.errors[0].extensions.code : String(error)),
);
console.log(JSON.stringify({ data, mine, code }));
