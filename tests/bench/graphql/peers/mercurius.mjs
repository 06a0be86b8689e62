// Fastify and Mercurius with JIT over node-postgres, as their documentation teaches: loaders for every relation,
// named (so prepared) statements, no logger. The schema is the part of Leuchtturm's that the six operations ask for.
import { createHash, randomUUID } from "node:crypto";
import Fastify from "fastify";
import { GraphQLScalarType } from "graphql";
import mercurius from "mercurius";
import pg from "pg";

pg.types.setTypeParser(1082, (day) => day); // a date stays "2026-11-20"
pg.types.setTypeParser(20, Number);
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const sql = async (name, text, values = [], on = pool) => (await on.query({ name, text, values })).rows;

const schema = `
  scalar UUID
  scalar DateTime
  scalar Date
  scalar JSON
  type LocalisedText { de: String en: String }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type FieldOfAction { id: UUID! key: String! title: LocalisedText! }
  type ProgrammeBlock { id: UUID! key: String! }
  type Person { id: UUID! handle: String! displayName: String! pronouns: String! }
  type TeamMembership { id: UUID! role: String! person: Person }
  type Team {
    id: UUID! slug: String! name: String! pitch: String! stage: String! state: String!
    fieldOfAction: FieldOfAction memberships: [TeamMembership!]! successes(first: Int): SuccessConnection!
  }
  type TeamEdge { cursor: String! node: Team! }
  type TeamConnection { totalCount: Int! pageInfo: PageInfo! edges: [TeamEdge!]! }
  type StoryText { language: String! headline: String! teaser: String! }
  type Story {
    id: UUID! slug: String! title: String! tags: JSON! state: String! publishedAt: DateTime team: Team! texts: [StoryText!]!
  }
  type StoryEdge { cursor: String! node: Story! }
  type StoryConnection { pageInfo: PageInfo! edges: [StoryEdge!]! }
  type Success {
    id: UUID! title: LocalisedText! metric: String! value: String! unit: String! asOf: Date! sourceUrl: String!
    team: Team block: ProgrammeBlock
  }
  type SuccessEdge { cursor: String! node: Success! }
  type SuccessConnection { pageInfo: PageInfo! edges: [SuccessEdge!]! }
  input StoryTextInput { language: String! headline: String! teaser: String body: String }
  input CreateStoryLeadInput { teamId: UUID! text: StoryTextInput! }
  type CreateStoryLeadPayload { story: Story }
  union CreateStoryLeadResult = CreateStoryLeadPayload
  type Query {
    lighthouses(first: Int, after: String): StoryConnection!
    team(id: UUID, slug: String): Team
    successes(first: Int): SuccessConnection!
    teams(first: Int, after: String): TeamConnection!
  }
  type Mutation { createStoryLead(input: CreateStoryLeadInput!): CreateStoryLeadResult! }
`;

const same = (name, serialize) => new GraphQLScalarType({ name, serialize, parseValue: (value) => value });
const TEAM = `id, slug, name, pitch, upper(stage) AS stage, upper(state) AS state, place, field_of_action_id`;
const STORY = `id, slug, title, tags, published_at AS "publishedAt", team_id FROM story
  WHERE state IN ('published', 'corrected')`;
const SUCCESS = `id, title_de, title_en, metric, value, unit, as_of AS "asOf", source_url AS "sourceUrl", team_id, block_id
  FROM success WHERE state IN ('published', 'corrected')`;

const written = (...values) => Buffer.from(JSON.stringify(values)).toString("base64url");
const read = (cursor) => JSON.parse(Buffer.from(cursor, "base64url").toString());

function connection(rows, first, key) {
  const edges = rows.slice(0, first).map((node) => ({ cursor: written(...key(node)), node }));
  return { edges, pageInfo: { hasNextPage: rows.length > first, endCursor: edges.at(-1)?.cursor ?? null } };
}

const viewer = async (request, on = pool) => {
  const token = request.headers.authorization?.slice("Bearer ".length) ?? "";
  const hash = createHash("sha256").update(token).digest("hex");
  const [found] = await sql(
    "who",
    `SELECT p.id, array(SELECT team_id::text FROM team_membership
       WHERE person_id = p.id AND role = 'lead' AND state = 'active') AS leads
     FROM api_token a JOIN person p ON p.id = a.person_id
     WHERE a.token_hash = $1 AND a.revoked_at IS NULL AND p.state = 'active'`,
    [hash],
    on,
  );
  return found ?? { id: null, leads: [] };
};

const resolvers = {
  UUID: same("UUID", (value) => value),
  Date: same("Date", (value) => value),
  JSON: same("JSON", (value) => value),
  DateTime: same("DateTime", (value) => value.toISOString()),
  FieldOfAction: { title: (row) => ({ de: row.title_de, en: row.title_en }) },
  Success: { title: (row) => ({ de: row.title_de, en: row.title_en }) },
  Query: {
    lighthouses: async (_, { first = 20, after }) => {
      const rows = after
        ? await sql(
            "feed-after",
            `SELECT ${STORY} AND (published_at, id) < ($2, $3) ORDER BY published_at DESC, id DESC LIMIT $1`,
            [first + 1, ...read(after)],
          )
        : await sql("feed", `SELECT ${STORY} ORDER BY published_at DESC, id DESC LIMIT $1`, [first + 1]);
      return connection(rows, first, (row) => [row.publishedAt, row.id]);
    },
    team: async (_, { id, slug }) => {
      const rows = id
        ? await sql("team", `SELECT ${TEAM} FROM team WHERE id = $1 AND state IN ('listed', 'dormant')`, [id])
        : await sql("team-slug", `SELECT ${TEAM} FROM team WHERE slug = $1 AND state IN ('listed', 'dormant')`, [slug]);
      return rows[0] ?? null;
    },
    successes: async (_, { first = 20 }) => {
      const rows = await sql("successes", `SELECT ${SUCCESS} ORDER BY as_of DESC, id DESC LIMIT $1`, [first + 1]);
      return connection(rows, first, (row) => [row.asOf, row.id]);
    },
    teams: async (_, { first = 20, after }) => {
      const rows = after
        ? await sql(
            "teams-after",
            `SELECT ${TEAM} FROM team WHERE state = 'listed' AND (place, id) > ($2, $3) ORDER BY place, id LIMIT $1`,
            [first + 1, ...read(after)],
          )
        : await sql("teams", `SELECT ${TEAM} FROM team WHERE state = 'listed' ORDER BY place, id LIMIT $1`, [first + 1]);
      return connection(rows, first, (row) => [row.place, row.id]);
    },
  },
  TeamConnection: {
    totalCount: async () => (await sql("count", `SELECT count(*) AS n FROM team WHERE state = 'listed'`))[0].n,
  },
  CreateStoryLeadResult: { resolveType: () => "CreateStoryLeadPayload" },
  Mutation: {
    createStoryLead: async (_, { input }, { reply }) => {
      const on = await pool.connect();
      try {
        await on.query("BEGIN");
        const by = await viewer(reply.request, on);
        const { text, teamId } = input;
        const [id, now] = [randomUUID(), new Date()];
        await sql("exists", `SELECT 1 FROM team WHERE id = $1`, [teamId], on);
        await sql(
          "story",
          `INSERT INTO story (id, created_at, updated_at, version, team_id, author_id, last_editor_id, title, slug, tags,
             state, text_hash, review_note, correction_de, correction_en)
           VALUES ($1, $2, $2, 1, $3, $4, $4, $5, $6, '[]', 'lead', '', '', '', '')`,
          [id, now, teamId, by.id, text.headline, `lead-${id}`],
          on,
        );
        await sql(
          "text",
          `INSERT INTO story_text (id, created_at, updated_at, version, story_id, language, headline, teaser, body, body_html)
           VALUES ($1, $2, $2, 1, $3, $4, $5, $6, $7, $7)`,
          [randomUUID(), now, id, text.language.toLowerCase(), text.headline, text.teaser, text.body],
          on,
        );
        await sql(
          "audit",
          `INSERT INTO audit_event (id, created_at, updated_at, version, actor_id, action, subject_kind, subject_id,
             before, after, note, request_id, at)
           VALUES ($1, $2, $2, 1, $3, 'lead', 'story', $4, '', 'lead', '', '', $2)`,
          [randomUUID(), now, by.id, id],
          on,
        );
        await sql(
          "event",
          `INSERT INTO outbox_event (id, created_at, updated_at, version, type, subject_kind, subject_id, team_id,
             visible_to, payload, at)
           VALUES ($1, $2, $2, 1, 'story.lead', 'story', $3, $4, 'staff', '{}', $2)`,
          [randomUUID(), now, id, teamId],
          on,
        );
        await sql("ring", `SELECT pg_notify('bell', '')`, [], on);
        await on.query("COMMIT");
        return { story: { id, title: text.headline, state: "LEAD", tags: [] } };
      } catch (problem) {
        await on.query("ROLLBACK");
        throw problem;
      } finally {
        on.release();
      }
    },
  },
};

const ids = (queries, column) => [...new Set(queries.map(({ obj }) => obj[column]).filter((id) => id !== null))];
const uncached = (loader) => ({ loader, opts: { cache: false } }); // the cache serialises every parent: it costs more

function one(name, table, column, columns, and = "") {
  return uncached(async (queries) => {
    const wanted = ids(queries, column);
    const rows = wanted.length
      ? await sql(name, `SELECT ${columns} FROM ${table} WHERE id = ANY($1::uuid[]) ${and}`, [wanted])
      : [];
    const found = new Map(rows.map((row) => [row.id, row]));
    return queries.map(({ obj }) => found.get(obj[column]) ?? null);
  });
}

function grouped(queries, rows, column) {
  const found = new Map();
  for (const row of rows) {
    if (found.has(row[column])) found.get(row[column]).push(row);
    else found.set(row[column], [row]);
  }
  return queries.map(({ obj }) => found.get(obj.id) ?? []);
}

const LISTED = `AND state IN ('listed', 'dormant')`;
const loaders = {
  Story: {
    team: one("story-team", "team", "team_id", TEAM),
    texts: uncached(async (queries) => {
      const rows = await sql(
        "texts",
        `SELECT story_id, upper(language) AS language, headline, teaser FROM story_text
         WHERE story_id = ANY($1::uuid[]) ORDER BY language`,
        [ids(queries, "id")],
      );
      return grouped(queries, rows, "story_id");
    }),
  },
  Success: {
    team: one("success-team", "team", "team_id", TEAM, LISTED),
    block: one("success-block", "programme_block", "block_id", "id, key"),
  },
  Team: {
    fieldOfAction: one("field", "field_of_action", "field_of_action_id", "id, key, title_de, title_en"),
    memberships: uncached(async (queries, { reply }) => {
      const by = await viewer(reply.request);
      const rows = await sql(
        "memberships",
        `SELECT id, team_id, person_id, upper(role) AS role FROM team_membership
         WHERE team_id = ANY($1::uuid[]) AND state = 'active' AND (person_id = $2 OR team_id = ANY($3::uuid[]))
         ORDER BY id LIMIT 100`,
        [ids(queries, "id"), by.id, by.leads],
      );
      return grouped(queries, rows, "team_id");
    }),
    successes: uncached(async (queries) => {
      const first = queries[0].params.first;
      const rows = await sql(
        "team-successes",
        `SELECT s.* FROM unnest($1::uuid[]) AS t(id) CROSS JOIN LATERAL (
           SELECT ${SUCCESS} AND team_id = t.id ORDER BY as_of DESC, id DESC LIMIT $2) s`,
        [ids(queries, "id"), first + 1],
      );
      return grouped(queries, rows, "team_id").map((own) => connection(own, first, (row) => [row.asOf, row.id]));
    }),
  },
  TeamMembership: { person: one("people", "person", "person_id", `id, handle, display_name AS "displayName", pronouns`) },
};

const app = Fastify();
app.register(mercurius, { schema, resolvers, loaders, jit: 1, graphiql: false });
await app.listen({ host: "127.0.0.1", port: Number(process.env.PORT) });
process.on("SIGTERM", () => process.exit(0));
