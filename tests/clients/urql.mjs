// @urql/core: a query that names text/event-stream last, a page by variables, an error, a mutation's problem.
import { Client, cacheExchange, fetchExchange, gql } from "@urql/core";

const [url] = process.argv.slice(2);
const client = new Client({ url, exchanges: [cacheExchange, fetchExchange], preferGetMethod: false });
const TEAMS = gql`
  query Teams($first: Int!, $after: String) {
    teams(first: $first, after: $after) { edges { node { id name } } pageInfo { hasNextPage endCursor } }
  }
`;
const names = [];
let after = null;
for (;;) {
  const { data, error } = await client.query(TEAMS, { first: 1, after }).toPromise();
  if (error) throw error;
  names.push(...data.teams.edges.map((edge) => edge.node.name));
  if (!data.teams.pageInfo.hasNextPage) break;
  after = data.teams.pageInfo.endCursor;
}
const wrong = await client.query(gql`{ teams(first: 1000) { totalCount } }`, {}).toPromise();
const byGet = await client.query(gql`{ viewer { roles } }`, {}, { preferGetMethod: "force" }).toPromise();
const refused = await client
  .mutation(gql`mutation { restTeam(input: { id: "00000000-0000-0000-0000-000000000000" }) { __typename } }`, {})
  .toPromise();
console.log(JSON.stringify({
  names,
  code: wrong.error.graphQLErrors[0].extensions.code,
  byGet: byGet.data,
  refused: refused.data.restTeam.__typename,
}));
