// A certified OpenID provider (oidc-provider as published) that signs in whoever `login_hint`, or the last order, names.
// Arguments: our redirect address. Prints its issuer. Orders come as lines of JSON on standard input:
//   {"account": {...claims}}   who signs in from now on
//   {"mischief": {...claims}}  what the next id_token says instead, signed with the provider's own key
import * as http from "node:http";
import * as readline from "node:readline";
import Provider from "oidc-provider";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from "jose";

const back = process.argv[2];
const pair = await generateKeyPair("RS256", { extractable: true });
const key = { ...(await exportJWK(pair.privateKey)), alg: "RS256", use: "sig" };
key.kid = await calculateJwkThumbprint(key);

let account = { sub: "ada" };
let mischief = null;

const server = http.createServer();
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [{
    client_id: "leuchtturm", client_secret: "a secret of the tests", redirect_uris: [back],
    post_logout_redirect_uris: [new URL("/sign-in", back).href],
  }],
  jwks: { keys: [key] },
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true } },
  cookies: { keys: ["a cookie key of the tests"] },
  pkce: { required: () => true },
  findAccount: async () => ({ accountId: account.sub, claims: async () => account }),
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({ clientId: "leuchtturm", accountId: account.sub });
    grant.addOIDCScope("openid email profile");
    await grant.save();
    return grant;
  },
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
});

// Whoever comes to the form is signed in: the form is not what we test.
const handle = provider.callback();
server.on("request", async (request, response) => {
  if (request.url.startsWith("/interaction/")) {
    await provider.interactionFinished(request, response, { login: { accountId: account.sub } });
  } else if (request.url.startsWith("/token") && mischief) {
    const says = mischief;
    const end = response.end.bind(response);
    response.end = async (body) => {
      const told = JSON.parse(body);
      if (told.id_token) {
        const claims = JSON.parse(Buffer.from(told.id_token.split(".")[1], "base64url"));
        told.id_token = await forged({ ...claims, ...says });
      }
      mischief = null;
      const text = JSON.stringify(told);
      response.setHeader("content-length", Buffer.byteLength(text));
      end(text);
    };
    handle(request, response);
  } else {
    handle(request, response);
  }
});

async function forged(claims) {
  const header = { alg: "RS256", kid: claims.foreign_kid ? "of nobody" : key.kid };
  if (!claims.foreign_key) return new SignJWT(claims).setProtectedHeader(header).sign(pair.privateKey);
  const foreign = await generateKeyPair("RS256");
  return new SignJWT(claims).setProtectedHeader(header).sign(foreign.privateKey);
}

for (const level of ["warn", "info"]) console[level] = () => {};
console.log(issuer);

for await (const line of readline.createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  if (order.account) account = order.account;
  if (order.mischief) mischief = order.mischief;
  console.log("done");
}
process.exit(0);
