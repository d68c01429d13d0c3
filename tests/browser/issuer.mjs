// A real issuer of identities (npm oidc-provider) on loopback, for tests: people, clients and keys of the test's own. Ends with its input.
//
// Standard input, first line: {"port": N, "redirect": BASE, "people": {key: {claims}}}, and "client_key": {"kind", "file"} if the client shows
// what it signs with a key instead of a secret: a pair of that kind (rsa, ec or ed25519) is made, and its private half written to the file
// Standard output, first line: {"issuer": URL}
// Beside OpenID Connect it takes, for the test alone:
//   POST /test/rotate                      other keys from now on
//   POST /test/token {"as": key}           an access token (JWT), had by the authorisation code flow as a program has it
//   POST /test/sign {"header", "claims", "with": "issuer"|"stranger"|"public-as-secret"|"nothing"}   a token made by hand
import { createHash, createHmac, generateKeyPairSync, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { SignJWT, exportJWK, exportSPKI, generateKeyPair } from "jose";
import Provider from "oidc-provider";

export const AUDIENCE = "urn:onus:test";
const PROGRAM = "https://program.example/back";

const asked = createInterface({ input: process.stdin });
asked.on("close", () => process.exit(0));
const { port, redirect, people, client_key } = JSON.parse(await new Promise((done) => asked.once("line", done)));
const issuer = `http://127.0.0.1:${port}`;
let serial = 0;
let keys;
const shown = credentials();
let provider;

async function pair() {
  const made = await generateKeyPair("RS256", { extractable: true });
  const kid = `key-${++serial}`;
  return { ...made, kid, jwk: { ...(await exportJWK(made.privateKey)), kid, use: "sig", alg: "RS256" } };
}

// What Onus shows to be known: a secret, or what it signs with a key of its own.
function credentials() {
  if (!client_key) return { client_secret: "a-secret-of-the-test" };
  const { privateKey, publicKey } = generateKeyPairSync(client_key.kind, { modulusLength: 2048, namedCurve: "P-256" });
  writeFileSync(client_key.file, privateKey.export({ type: "pkcs8", format: "pem" }));
  const jwk = { ...publicKey.export({ format: "jwk" }), kid: "onus-1", use: "sig" };
  return { token_endpoint_auth_method: "private_key_jwt", jwks: { keys: [jwk] } };
}

async function rotate() {
  keys = await pair();
  provider = new Provider(issuer, {
    jwks: { keys: [keys.jwk] },
    clients: [
      {
        client_id: "onus",
        ...shown,
        // Only native clients may come back to this machine without TLS.
        application_type: "native",
        redirect_uris: [`${redirect}/sign-in/callback`],
        post_logout_redirect_uris: [`${redirect}/signed-out`],
      },
      { client_id: "program", token_endpoint_auth_method: "none", redirect_uris: [PROGRAM] },
    ],
    clientAuthMethods: ["client_secret_basic", "private_key_jwt", "none"],
    pkce: { required: () => true },
    claims: { openid: ["sub"], profile: ["name", "groups", "org"] },
    conformIdTokenClaims: false,
    cookies: { keys: ["a-key-of-the-test"] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
    extraTokenClaims: (_, token) => {
      const { name, groups, org } = people[token.accountId] ?? {};
      return { name, groups, org };
    },
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_, audience) => ({
          audience,
          scope: "",
          accessTokenFormat: "jwt",
          accessTokenTTL: 600,
          jwt: { sign: { alg: "RS256" } },
        }),
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          ctx.body = `<!DOCTYPE html><html lang="en"><title>Sign out</title>${form}<button form="op.logoutForm" name="logout" value="yes">Yes, sign out</button>`;
        },
      },
    },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    ttl: { Interaction: 600, Session: 600, Grant: 600, IdToken: 600 },
    loadExistingGrant: async (ctx) => {
      const grant = new ctx.oidc.provider.Grant({
        clientId: ctx.oidc.client.clientId,
        accountId: ctx.oidc.session.accountId,
      });
      grant.addOIDCScope("openid profile");
      grant.addResourceScope(AUDIENCE, "");
      await grant.save();
      return grant;
    },
  });
}

async function body(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

// The issuer's own page: who are you?
async function interaction(request, response) {
  // Native clients need a consent of their own: given here, since it says nothing of who somebody is.
  const { prompt } = await provider.interactionDetails(request, response);
  if (prompt.name === "consent") {
    return provider.interactionFinished(request, response, { consent: {} }, { mergeWithLastSubmission: true });
  }
  if (request.method === "GET") {
    response.setHeader("content-type", "text/html; charset=utf-8");
    return response.end(
      '<!DOCTYPE html><html lang="en"><title>Issuer</title><form method="post"><label>Key <input name="login"></label><button>Sign in</button><button name="cancel" value="yes">Cancel</button></form>',
    );
  }
  const form = new URLSearchParams(await body(request));
  const known = !form.has("cancel") && form.get("login") in people;
  const result = known ? { login: { accountId: form.get("login") } } : { error: "access_denied" };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

// Follows the flow as a browser does, and gives the address of the program's that it ends at.
async function flow(start, login) {
  const jar = new Map();
  let [url, init] = [start, {}];
  for (let step = 0; step < 12; step++) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(url, { ...init, redirect: "manual", headers: { cookie, ...init.headers } });
    for (const line of answer.headers.getSetCookie()) {
      const [name, value] = line.split(";")[0].split(/=(.*)/s);
      if (value) jar.set(name, value);
      else jar.delete(name);
    }
    if (answer.status >= 300 && answer.status < 400) {
      url = new URL(answer.headers.get("location"), issuer).href;
      init = {};
      if (url.startsWith(PROGRAM)) return new URL(url);
    } else if (answer.status === 200) {
      init = {
        method: "POST",
        body: `login=${login}`,
        headers: { "content-type": "application/x-www-form-urlencoded" },
      };
    } else throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  }
  throw new Error("the flow has no end");
}

async function token({ as, audience = AUDIENCE }) {
  const verifier = randomBytes(32).toString("base64url");
  const start = new URL(`${issuer}/auth`);
  start.search = new URLSearchParams({
    client_id: "program",
    response_type: "code",
    redirect_uri: PROGRAM,
    scope: "openid profile",
    resource: audience,
    code_challenge_method: "S256",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
  });
  const back = await flow(start.href, as);
  const answer = await fetch(`${issuer}/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      client_id: "program",
      redirect_uri: PROGRAM,
      code: back.searchParams.get("code"),
      code_verifier: verifier,
      resource: audience,
    }),
  });
  const given = await answer.json();
  if (!given.access_token) throw new Error(JSON.stringify(given));
  return { token: given.access_token, id_token: given.id_token };
}

async function sign({ header = {}, claims, with: by = "issuer" }) {
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  if (by === "nothing") return { token: `${encode({ alg: "none", ...header })}.${encode(claims)}.` };
  if (by === "public-as-secret") {
    const signed = `${encode({ alg: "HS256", typ: "at+jwt", kid: keys.kid, ...header })}.${encode(claims)}`;
    const secret = await exportSPKI(keys.publicKey);
    return { token: `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}` };
  }
  const pen = by === "stranger" ? await pair() : keys;
  const head = { alg: "RS256", typ: "at+jwt", kid: keys.kid, ...header };
  return { token: await new SignJWT(claims).setProtectedHeader(head).sign(pen.privateKey) };
}

const TESTS = { "/test/rotate": () => rotate().then(() => ({ kid: keys.kid })), "/test/token": token, "/test/sign": sign };

async function answer(request, response) {
  const path = new URL(request.url, issuer).pathname;
  if (path in TESTS) {
    const given = await body(request);
    response.setHeader("content-type", "application/json");
    return response.end(JSON.stringify(await TESTS[path](given ? JSON.parse(given) : {})));
  }
  if (path.startsWith("/interaction/")) return interaction(request, response);
  return provider.callback()(request, response);
}

await rotate();
const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    response.statusCode = 500;
    response.end(String(error?.stack ?? error));
  });
});
server.listen(port, "127.0.0.1", () => process.stdout.write(`${JSON.stringify({ issuer, audience: AUDIENCE })}\n`));
