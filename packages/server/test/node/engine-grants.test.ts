import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import type { MachineGrant } from "../../src/mcp/machine-grants.ts";
import { checkJwt } from "./jwt-check.ts";
import { createMachineScene, IDP } from "./machine-scene.ts";
import { failure, ISSUER, MCP_URL } from "./mcp-scenes.ts";

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const PEM = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const SECRET: MachineGrant = {
  type: "client-credentials",
  clientId: "robot",
  clientSecret: "CANARY-secret",
  issuer: ISSUER,
};
const SIGNED: MachineGrant = { type: "client-credentials", clientId: "robot", privateKeyPem: PEM };
const WORKLOAD: MachineGrant = {
  type: "jwt-bearer",
  clientId: "robot",
  assertion: "CANARY-assertion",
  issuer: ISSUER,
};
const COMPANY: MachineGrant = {
  type: "enterprise-managed",
  clientId: "robot",
  clientSecret: "CANARY-secret",
  issuer: ISSUER,
  idp: { tokenEndpoint: `${IDP}/token`, clientId: "robot-at-idp", idToken: "CANARY-id-token" },
};
const GRANTS = { SECRET, SIGNED, WORKLOAD, COMPANY };
const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";

const CANARIES = ["CANARY", "PRIVATE KEY", PEM.split("\n")[1] ?? "", '"d"'];
function expectNoSecret(text: string) {
  for (const canary of CANARIES) expect(text).not.toContain(canary);
}

test.each(Object.entries(GRANTS))(
  "a server behind a grant (%s) is ready without a person, also after a wake, and nothing secret lies in clear",
  async (_name, grant) => {
    const { host, add, call, asked } = createMachineScene();
    await expect(add({ grant })).resolves.toMatchObject({ state: "ready" });
    expect(host.seen).not.toContain("authenticating");
    expect(asked).toHaveLength(1);
    expect(asked[0]?.form.get("resource")).toBe(MCP_URL);
    expect(asked[0]?.form.get("scope")).toBe("use");
    host.evict();
    await expect(call()).resolves.toMatchObject({ content: [{ type: "text" }] });
    expect(asked).toHaveLength(1);
    expectNoSecret(host.ports.sql.dump());
    expectNoSecret(JSON.stringify(host.state()));
    expectNoSecret(host.ports.lines.join("\n"));
  },
);

test.each(Object.entries(GRANTS))(
  "a token that ends (%s) is asked for again, by the first call after a wake too",
  async (_name, grant) => {
    const { host, add, call, asked } = createMachineScene();
    await add({ grant });
    host.ports.advance(3_600_000);
    host.evict();
    await Promise.all([call(), call(), call()]);
    expect(asked).toHaveLength(2);
    expect(host.server().state).toBe("ready");
  },
);

test.each(Object.entries(GRANTS))("a refused grant (%s) fails with its code, asked once", async (_name, grant) => {
  const { host, add, asked, settings } = createMachineScene();
  settings.refuse = "invalid_grant";
  expect(await failure(add({ grant }))).toMatchObject({ code: "token-refused", detail: "(invalid_grant)" });
  expect(host.server()).toMatchObject({ state: "failed", error: expect.stringContaining("refused") as string });
  expect(asked).toHaveLength(1);
  expect(host.ports.due.size).toBe(0);
  settings.refuse = null;
  await expect(add({ grant })).resolves.toMatchObject({ state: "ready" });
});

test("a grant that is refused while the server is used fails it, and the waiting calls say why", async () => {
  const { host, add, call, asked, settings, endTokens } = createMachineScene();
  await add({ grant: SECRET });
  host.ports.advance(60_000);
  settings.refuse = "unauthorized_client";
  endTokens();
  const errors = await Promise.all([failure(call()), failure(call())]);
  expect(errors.map(({ code }) => code)).toEqual(["token-refused", "token-refused"]);
  expect(host.server().state).toBe("failed");
  expect(asked).toHaveLength(2);
});

test("a token that the server takes back is replaced during the call", async () => {
  const { host, add, call, asked, endTokens } = createMachineScene();
  await add({ grant: SECRET });
  host.ports.advance(60_000);
  endTokens();
  await call();
  expect(asked).toHaveLength(2);
});

test("a token that is taken back as soon as it was handed out is not replaced by the next one", async () => {
  const { host, add, call, asked, endTokens } = createMachineScene();
  await add({ grant: SECRET });
  endTokens();
  expect(await failure(call())).toMatchObject({ code: "token-rejected", status: 401 });
  expect(host.server().state).toBe("failed");
  expect(asked).toHaveLength(1);
  await expect(add({ grant: SECRET })).resolves.toMatchObject({ state: "ready" });
});

test("a server that takes no token at all is not asked for ever", async () => {
  const scene = createMachineScene();
  const { host, add, asked } = scene;
  host.network.route(new URL(MCP_URL).origin, (request) =>
    new URL(request.url).pathname.startsWith("/.well-known")
      ? Response.json({ resource: MCP_URL, authorization_servers: [ISSUER] })
      : new Response(null, { status: 401 }),
  );
  expect(await failure(add({ grant: SECRET }))).toMatchObject({ code: "token-rejected", status: 401 });
  expect(host.server().state).toBe("failed");
  expect(asked).toHaveLength(1);
});

test("a secret is shown by Basic, a key by a fresh assertion for the issuer, a workload by nothing but its assertion", async () => {
  const ask = async (grant: MachineGrant) => {
    const scene = createMachineScene();
    await scene.add({ grant });
    const [first] = scene.asked;
    if (first === undefined) throw new Error("not asked");
    return { ...scene, ...first };
  };
  const secret = await ask(SECRET);
  expect(secret.headers.get("authorization")).toBe(`Basic ${btoa("robot:CANARY-secret")}`);
  expect(secret.form.get("grant_type")).toBe("client_credentials");

  const signed = await ask(SIGNED);
  expect(signed.headers.get("authorization")).toBeNull();
  const { header, payload } = checkJwt(
    signed.form.get("client_assertion") ?? "",
    createPublicKey(publicKey.export({ type: "spki", format: "pem" })),
  );
  expect(header).toEqual({ alg: "ES256" });
  const now = signed.host.ports.clock.now() / 1000;
  expect(payload).toMatchObject({ iss: "robot", sub: "robot", aud: ISSUER, iat: now, exp: now + 60 });
  signed.host.ports.advance(3_600_000);
  await signed.call();
  expect(signed.asked[1]?.form.get("client_assertion")).not.toBe(signed.form.get("client_assertion"));

  const workload = await ask(WORKLOAD);
  expect(Object.fromEntries(workload.form)).toEqual({
    grant_type: JWT_BEARER,
    assertion: "CANARY-assertion",
    client_id: "robot",
    resource: MCP_URL,
    scope: "use",
  });

  const company = await ask(COMPANY);
  expect(Object.fromEntries(company.exchanges[0] ?? [])).toEqual({
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    requested_token_type: "urn:ietf:params:oauth:token-type:id-jag",
    subject_token: "CANARY-id-token",
    subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
    audience: ISSUER,
    resource: MCP_URL,
    client_id: "robot-at-idp",
    scope: "use",
  });
  expect(company.form.get("grant_type")).toBe(JWT_BEARER);
  expect(company.form.get("assertion")).toBe("CANARY-jag");
  expect(company.headers.get("authorization")).toMatch(/^Basic /);
});

test("an ID token that the identity provider refuses never reaches the authorization server", async () => {
  const { add, asked, exchanges } = createMachineScene();
  const grant = { ...COMPANY, idp: { ...COMPANY.idp, idToken: "old" } };
  expect(await failure(add({ grant }))).toMatchObject({
    code: "token-refused",
    detail: "(identity provider: invalid_grant)",
  });
  expect([exchanges.length, asked.length]).toEqual([1, 0]);
});

test.each([
  ["the issuer they were made for", SECRET],
  ["the first issuer named, where only a signature is shown", SIGNED],
])("credentials go to %s, and nowhere else", async (_what, grant) => {
  const { host, add, call, asked, settings, endTokens } = createMachineScene();
  await add({ grant });
  const seen: string[] = [];
  host.network.route("https://evil.example", (request) => {
    seen.push(request.method);
    const issuer = "https://evil.example";
    return Response.json({ issuer, token_endpoint: `${issuer}/token` });
  });
  settings.issuer = "https://evil.example";
  host.ports.advance(60_000);
  endTokens();
  host.evict();
  expect(await failure(call())).toMatchObject({ code: "issuer-mismatch" });
  expect(seen).toEqual([]);
  expect(asked).toHaveLength(1);
  expect(await failure(add({ grant: { ...SECRET, clientId: "another" } }))).toMatchObject({ code: "issuer-mismatch" });
});

test("another grant for the same server is another identity: the token of the one before is not used on", async () => {
  const { host, add, call, asked } = createMachineScene();
  await add({ grant: WORKLOAD });
  await add({ grant: WORKLOAD });
  expect(asked).toHaveLength(1);
  await add({ grant: { ...WORKLOAD, assertion: "CANARY-other" } });
  await call();
  expect(asked.map(({ form }) => form.get("assertion"))).toEqual(["CANARY-assertion", "CANARY-other"]);
  await host.mcp.removeServer(Object.keys(host.state().servers)[0] ?? "");
  expect(host.ports.sql.dump()).not.toContain(ISSUER);
});

test.each([
  ["no client id", { ...SECRET, clientId: "" }],
  ["no credentials", { type: "client-credentials", clientId: "robot" }],
  ["two kinds of credentials", { ...SECRET, privateKeyPem: PEM }],
  ["a key of another format", { ...SIGNED, privateKeyPem: PEM.replaceAll("PRIVATE", "EC PRIVATE") }],
  ["an algorithm that signs nothing", { ...SIGNED, signingAlgorithm: "none" }],
  ["no assertion", { type: "jwt-bearer", clientId: "robot" }],
  ["no identity provider", { type: "enterprise-managed", clientId: "robot" }],
  ["a secret of nobody's", { ...SECRET, issuer: undefined }],
  ["an assertion for anybody", { ...WORKLOAD, issuer: undefined }],
  ["a company's secret of nobody's", { ...COMPANY, issuer: undefined }],
  ["a type nobody knows", { type: "password", clientId: "robot" }],
])("a grant that cannot work is refused before anything is stored: %s", async (_name, grant) => {
  const { host, add } = createMachineScene();
  expect(await failure(add({ grant: grant as MachineGrant }))).toMatchObject({ code: "option-invalid" });
  expect(host.state().servers).toEqual({});
});

test("a key that does not fit its algorithm says so and shows nothing of itself", async () => {
  const { add } = createMachineScene();
  const error = await failure(add({ grant: { ...SIGNED, signingAlgorithm: "RS256" } }));
  expect(error).toMatchObject({ code: "option-invalid", detail: "The private key given cannot be used with RS256." });
});
