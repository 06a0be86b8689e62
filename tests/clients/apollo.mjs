// Apollo Client: normalised cache, typed problems, automatic persisted queries by GET.
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { createHash } from "node:crypto";

const [url, token] = process.argv.slice(2);
const sent = [];
const spying = (input, init) => {
  sent.push(init.method);
  return fetch(input, init);
};
const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const client = new ApolloClient({
  cache: new InMemoryCache(),
  link: ApolloLink.from([
    new PersistedQueryLink({ sha256, useGETForHashedQueries: true }),
    new HttpLink({ uri: url, fetch: spying, headers: { authorization: `Bearer ${token}` } }),
  ]),
});
const TEAM = gql`query Team($slug: String!) { team(slug: $slug) { id name } }`;
const variables = { slug: "demo-anker" };

const first = await client.query({ query: TEAM, variables });
const again = await client.query({ query: TEAM, variables, fetchPolicy: "network-only" });
const cached = client.readFragment({
  id: `Team:${first.data.team.id}`,
  fragment: gql`fragment Name on Team { name }`,
});
const problem = await client.mutate({
  mutation: gql`mutation { restTeam(input: { id: "00000000-0000-0000-0000-000000000000" }) { __typename } }`,
});
console.log(JSON.stringify({
  first: first.data.team.name,
  again: again.data.team.name,
  cached: cached.name,
  sent,
  problem: problem.data.restTeam.__typename,
}));
