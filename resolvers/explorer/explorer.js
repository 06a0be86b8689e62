// The explorer at /graphql: runs queries and mutations over HTTP, subscriptions over WebSocket, and shows the schema.
"use strict";

const at = (id) => document.getElementById(id);
const EXAMPLES = {
  "Lighthouse stories": "query Lighthouses {\n  lighthouses(first: 10) {\n    totalCount\n    pageInfo { hasNextPage endCursor }\n    edges { node { title slug publishedAt team { name slug } } }\n  }\n}",
  "Teams": "query Teams {\n  teams(first: 10) {\n    totalCount\n    edges { node { name pitch stage fieldOfAction { title { text } } } }\n  }\n}",
  "Who am I?": "query Viewer {\n  viewer {\n    person { displayName }\n    roles\n    sessions { id seenAt current }\n    apiTokens { id name hint expiresAt }\n  }\n}",
  "Make a token": "mutation CreateToken($input: CreateApiTokenInput!) {\n  createApiToken(input: $input) {\n    __typename\n    ... on CreateApiTokenPayload { secret token { id expiresAt } }\n    ... on Problem { code messageDe messageEn path }\n  }\n}",
  "Listen to the community": "subscription Events {\n  communityEvents { cursor type subjectId at }\n}",
};
const VARIABLES = { "Make a token": '{ "input": { "name": "my script", "days": 30 } }' };

async function ask(query, variables) {
  const response = await fetch("/graphql", {
    method: "POST",
    credentials: "same-origin",
    headers: { "content-type": "application/json", accept: "application/graphql-response+json, application/json", "x-leuchtturm-csrf": "1" },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, body: await response.json() };
}

let socket = null;
function stop() {
  if (socket) socket.close(1000);
  socket = null;
  at("stop").hidden = true;
}

function subscribe(query, variables) {
  stop();
  const lines = [];
  socket = new WebSocket(location.origin.replace(/^http/, "ws") + "/graphql", "graphql-transport-ws");
  at("stop").hidden = false;
  socket.onopen = () => socket.send(JSON.stringify({ type: "connection_init" }));
  socket.onclose = (event) => { at("status").textContent = `Closed (${event.code})`; };
  socket.onmessage = (event) => {
    const message = JSON.parse(event.data);
    if (message.type === "connection_ack") {
      at("status").textContent = "Listening …";
      socket.send(JSON.stringify({ type: "subscribe", id: "1", payload: { query, variables } }));
    }
    if (message.type === "ping") socket.send(JSON.stringify({ type: "pong" }));
    if (message.type === "next" || message.type === "error") {
      lines.unshift(JSON.stringify(message.payload, null, 2));
      at("result").textContent = lines.slice(0, 50).join("\n\n");
    }
    if (message.type === "complete") stop();
  };
}

async function run() {
  const query = at("query").value;
  let variables;
  try {
    variables = at("variables").value.trim() ? JSON.parse(at("variables").value) : undefined;
  } catch (problem) {
    at("status").textContent = "The variables are not valid JSON: " + problem.message;
    return;
  }
  if (/^\s*subscription\b/m.test(query)) return subscribe(query, variables);
  stop();
  at("status").textContent = "Asking …";
  const started = performance.now();
  try {
    const { status, body } = await ask(query, variables);
    at("result").textContent = JSON.stringify(body, null, 2);
    at("status").textContent = `${status}, ${Math.round(performance.now() - started)} ms`;
  } catch (problem) {
    at("status").textContent = "No answer: " + problem.message;
  }
}

function spoken(type) {
  if (type.kind === "NON_NULL") return spoken(type.ofType) + "!";
  return type.kind === "LIST" ? `[${spoken(type.ofType)}]` : type.name;
}

function entry(name, signature, description) {
  const term = document.createElement("dt");
  term.textContent = name + signature;
  const told = document.createElement("dd");
  told.textContent = description || "";
  return [term, told];
}

function shown(type) {
  const box = document.createElement("details");
  const title = document.createElement("summary");
  title.textContent = `${type.kind.toLowerCase().replace("_", " ")} ${type.name}`;
  const text = document.createElement("p");
  text.textContent = type.description || "";
  const list = document.createElement("dl");
  for (const field of type.fields || []) {
    const given = field.args.map((a) => `${a.name}: ${spoken(a.type)}`).join(", ");
    list.append(...entry(field.name, `${given ? `(${given})` : ""}: ${spoken(field.type)}`, field.description));
  }
  for (const field of type.inputFields || []) list.append(...entry(field.name, `: ${spoken(field.type)}`, field.description));
  for (const value of type.enumValues || []) list.append(...entry(value.name, "", value.description));
  for (const member of type.possibleTypes || []) list.append(...entry(member.name, "", ""));
  box.append(title, text, list);
  box.dataset.words = (type.name + " " + list.textContent).toLowerCase();
  return box;
}

async function learn() {
  const type = "kind name ofType { kind name ofType { kind name ofType { kind name } } }";
  const { body } = await ask(`{ __schema { types { kind name description possibleTypes { name }
    fields { name description type { ${type} } args { name type { ${type} } } }
    inputFields { name description type { ${type} } } enumValues { name description } } } }`);
  if (!body.data) {
    at("types").textContent = "Introspection is switched off here; the schema is in schema/schema.graphql.";
    return;
  }
  const first = ["Query", "Mutation", "Subscription"];
  const rank = (t) => (first.includes(t.name) ? first.indexOf(t.name) : 9);
  const types = body.data.__schema.types.filter((t) => !t.name.startsWith("__"));
  types.sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
  at("types").replaceChildren(...types.map(shown));
}

function filter() {
  const word = at("search").value.trim().toLowerCase();
  for (const box of at("types").querySelectorAll("details")) box.hidden = Boolean(word) && !box.dataset.words.includes(word);
}

async function greet() {
  const { body } = await ask("{ viewer { person { displayName } roles } }");
  const you = body.data && body.data.viewer;
  at("who").textContent = you && you.person ? `Signed in as ${you.person.displayName} (${you.roles.join(", ")})` : "Not signed in";
}

function choose() {
  at("query").value = EXAMPLES[at("example").value];
  at("variables").value = VARIABLES[at("example").value] || "";
}

for (const name of Object.keys(EXAMPLES)) at("example").append(new Option(name));
at("example").addEventListener("change", choose);
at("run").addEventListener("click", run);
at("stop").addEventListener("click", stop);
at("search").addEventListener("input", filter);
document.addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run(); });
choose();
greet();
learn();
