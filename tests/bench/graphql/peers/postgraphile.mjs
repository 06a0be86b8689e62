// PostGraphile 5 over the same tables with its own preset; the mutation is a database function, as its users write it.
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import pg from "pg";

// Node 20 has everything that PostGraphile wants but this.
Promise.withResolvers ??= function () {
  const made = {};
  made.promise = new this((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
};

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });

const preset = {
  extends: [PostGraphileAmberPreset],
  disablePlugins: ["PgIndexBehaviorsPlugin"], // order and filter by columns without an index, as all others here do
  pgServices: [makePgService({ pool, schemas: ["public"] })],
  grafserv: { graphqlPath: "/graphql", graphiql: false, watch: false },
  grafast: {
    explain: false,
    // Who asks, known to the statements as settings of their transaction: what its documentation does with a token.
    context: async ({ node }) => {
      const token = node?.req?.headers.authorization?.slice("Bearer ".length);
      if (!token) return {};
      const hash = createHash("sha256").update(token).digest("hex");
      const { rows } = await pool.query({
        name: "who",
        text: `SELECT p.id FROM api_token a JOIN person p ON p.id = a.person_id
               WHERE a.token_hash = $1 AND a.revoked_at IS NULL AND p.state = 'active'`,
        values: [hash],
      });
      return { pgSettings: { "bench.person": rows[0]?.id ?? "" } };
    },
  },
};

const instance = postgraphile(preset);
const server = createServer();
await instance.createServ(grafserv).addTo(server);
server.listen(Number(process.env.PORT), "127.0.0.1");
process.on("SIGTERM", () => process.exit(0));
