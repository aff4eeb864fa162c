// The switches of the mock authorization server that are about who registers, what is asked for, and what is attempted.
import { expect, test } from "vitest";
import { createMockAuthorizationServer, type MockAuthorizationServerOptions } from "../mock-authorization-server.ts";
import { createMockNetwork } from "../mock-network.ts";
import { createTestApp } from "../test-app.ts";
import { approve, createTestBrowser } from "../test-browser.ts";
import { createTestClock } from "../test-clock.ts";
import type { AuthorizationServerSwitch } from "./quirks.ts";

const ISSUER = "https://auth.example";
const RESOURCE = "https://mcp.example/mcp";
const METADATA = `${ISSUER}/.well-known/oauth-authorization-server`;

type Quirks = readonly AuthorizationServerSwitch[];
type Fields = Record<string, unknown>;

/** An app that was registered before the switches were thrown, and signs in after. */
async function setUp(
  quirks: Quirks,
  { scope = "notes", ...options }: Partial<MockAuthorizationServerOptions> & { scope?: string } = {},
) {
  const clock = createTestClock();
  const server = createMockAuthorizationServer({ issuer: ISSUER, clock, consent: "approve", ...options });
  const network = createMockNetwork({ [ISSUER]: server.handler });
  const app = await createTestApp({ network, issuer: ISSUER, resource: RESOURCE, scope });
  network.route("https://app.example", app.handler);
  for (const quirk of quirks) server.quirks.add(quirk);
  const read = async (path: string, init?: RequestInit) => {
    const response = await network.fetch(path, { redirect: "manual", ...init });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text };
  };
  const register = (body: Fields) =>
    read(`${ISSUER}/register`, {
      method: "POST",
      body: JSON.stringify({ token_endpoint_auth_method: "none", ...body }),
    });
  const tokens = async (): Promise<Fields> => {
    await approve(app.startUrl, network);
    return (await (await app.redeem()).json()) as Fields;
  };
  return { clock, server, network, app, read, register, tokens };
}

test("registration-by-name: a listed name is registered, another one gets plain text", async () => {
  const { register } = await setUp(["registration-by-name"], { registrableNames: ["Listed"] });
  expect((await register({ client_name: "Listed" })).status).toBe(201);
  const no = await register({ client_name: "Other" });
  expect([no.status, no.headers.get("content-type"), no.text]).toEqual([403, "text/plain", "Forbidden"]);
});

test.each<[AuthorizationServerSwitch, Fields, number, Fields]>([
  ["registration-without-refresh", {}, 201, { grant_types: ["authorization_code"] }],
  ["registration-times-as-text", {}, 201, { client_id_issued_at: "1767225600" }],
  ["redirect-web-only", { redirect_uris: ["com.app:/back"] }, 400, { error: "invalid_redirect_uri" }],
  ["redirect-web-only", { redirect_uris: ["http://127.0.0.1:1/back", "https://a.example/"] }, 201, {}],
  ["public-clients-refused", {}, 400, { error: "invalid_client_metadata" }],
  [
    "public-clients-refused",
    { token_endpoint_auth_method: "client_secret_post" },
    201,
    { client_secret_expires_at: 0 },
  ],
])("%s: a registration of %o is answered with %i %o", async (quirk, body, status, expected) => {
  const { register } = await setUp([quirk]);
  const answer = await register(body);
  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.text)).toMatchObject(expected);
});

test("registration-forgotten: a registration nobody used is unknown after an hour, a used one is kept", async () => {
  const { clock, app, network, register, tokens } = await setUp(["registration-forgotten"]);
  await tokens();
  const { client_id: unused } = JSON.parse((await register({ redirect_uris: ["https://app.example/callback"] })).text);
  await clock.advance(3_600_000);
  const end = await approve(`${ISSUER}/authorize?client_id=${unused}`, network);
  expect([end.status, end.html]).toEqual([400, "<!doctype html>Unknown client"]);
  expect((await approve(app.startUrl, network)).status).toBe(200);
});

test.each<[AuthorizationServerSwitch, string, number]>([
  ["client-documents", "Unknown redirect URI", 400],
  ["client-documents-refused", "Unknown client", 400],
])("%s: a document as a client id leads to the page %o", async (quirk, page, status) => {
  const id = "https://app.example/client.json";
  const fetch = async () => Response.json({ client_id: id, redirect_uris: ["https://app.example/callback"] });
  const { read } = await setUp([quirk], { fetch });
  expect(JSON.parse((await read(METADATA)).text)).toMatchObject({ client_id_metadata_document_supported: true });
  const url = `${ISSUER}/authorize?client_id=${encodeURIComponent(id)}`;
  const answer = await read(`${url}&redirect_uri=https://elsewhere.example/`);
  expect([answer.status, answer.text]).toEqual([status, `<!doctype html>${page}`]);
  const known = await read(`${url}&redirect_uri=https://app.example/callback`);
  expect(known.status).toBe(quirk === "client-documents" ? 303 : 400);
});

test.each<[AuthorizationServerSwitch, string, string | undefined]>([
  ["scope-required", "", "invalid_scope"],
  ["scope-required", "notes", undefined],
  ["oidc-scopes-refused", "notes offline_access", "invalid_scope"],
  ["oidc-scopes-refused", "notes", undefined],
  ["default-scope-alone", "api://notes/.default notes", "invalid_scope"],
  ["default-scope-alone", "api://notes/.default offline_access", undefined],
])("%s: a sign-in for %o comes back with the error %s", async (quirk, scope, error) => {
  const { app, network } = await setUp([quirk], { scope });
  await approve(app.startUrl, network);
  expect(app.callback()["error"]).toBe(error);
});

test.each<[AuthorizationServerSwitch, string, string]>([
  ["account-remembered", "", "ada"],
  ["account-remembered", "&prompt=select_account", "grace"],
  ["null-fields", "", "grace"],
])(
  "%s: a browser that signed in as ada, before which grace now sits, signs in with %o as %s",
  async (quirk, prompt, account) => {
    const { server, network, app, read } = await setUp([quirk]);
    server.account = "ada";
    const browser = createTestBrowser((request) => network.fetch(request));
    const first = await browser.open(app.startUrl);
    server.account = "grace";
    await browser.open(`${first.trail[1]}${prompt}`);
    const { access_token: token } = (await (await app.redeem()).json()) as Fields;
    expect(server.check(String(token), RESOURCE)?.account).toBe(account);
    const { prompt_values_supported: prompts } = JSON.parse((await read(METADATA)).text);
    expect(prompts?.includes("select_account") ?? false).toBe(quirk === "account-remembered");
  },
);

test.each<[Quirks, number, Fields]>([
  [["token-refusals-200"], 200, { error: "invalid_grant" }],
  [["token-errors-own"], 400, { error: "bad_refresh_token" }],
  [["exchange-client-refused"], 400, { error: "invalid_grant" }],
])("%o: an unknown refresh token is answered with %i %o", async (quirks, status, body) => {
  const { app } = await setUp(quirks);
  const response = await app.refresh("unknown");
  expect([response.status, await response.json()]).toEqual([status, body]);
});

test.each<[AuthorizationServerSwitch, Fields]>([
  ["exchange-client-refused", { error: "invalid_client" }],
  ["expires-in-words", { expires_in: "soon" }],
  ["token-born-expired", { expires_in: 0 }],
  ["token-line-break", { access_token: expect.stringContaining("\r\nx-planted: 1") }],
  ["refresh-needs-offline-access", { refresh_token: undefined }],
  ["refresh-needs-access-type", { refresh_token: undefined }],
])("%s: a code is answered with %o", async (quirk, expected) => {
  const { tokens } = await setUp([quirk]);
  const answer = await tokens();
  expect(Object.fromEntries(Object.keys(expected).map((key) => [key, answer[key]]))).toEqual(expected);
});

test("refresh-needs-offline-access: with that scope there is a refresh token", async () => {
  const { tokens } = await setUp(["refresh-needs-offline-access"], { scope: "notes offline_access" });
  expect(await tokens()).toHaveProperty("refresh_token");
});

test("refresh-needs-access-type: with that parameter there is a refresh token", async () => {
  const { app, network } = await setUp(["refresh-needs-access-type"]);
  const { trail } = await createTestBrowser((request) => network.fetch(request)).open(app.startUrl);
  const browser = createTestBrowser((request) => network.fetch(request));
  await browser.open(app.startUrl);
  await browser.open(`${trail[1]}&access_type=offline`);
  expect(await (await app.redeem()).json()).toHaveProperty("refresh_token");
});

test("token-born-expired: the second token lasts", async () => {
  const { app, server, tokens } = await setUp(["token-born-expired"]);
  const { access_token: first, refresh_token: refresh } = await tokens();
  expect(server.check(String(first), RESOURCE)).toBeUndefined();
  const second = (await (await app.refresh(String(refresh))).json()) as Fields;
  expect(server.check(String(second["access_token"]), RESOURCE)).toBeDefined();
});

test("token-ends-early: half of an hour is over after half of it", async () => {
  const { clock, server, tokens } = await setUp(["token-ends-early"]);
  const { access_token: token, expires_in: said } = await tokens();
  expect(said).toBe(3600);
  await clock.advance(1_799_000);
  expect(server.check(String(token), RESOURCE)).toBeDefined();
  await clock.advance(1000);
  expect(server.check(String(token), RESOURCE)).toBeUndefined();
});

test("token-form-unless-asked: JSON for whoever takes it, a form for the others", async () => {
  const { read } = await setUp(["token-form-unless-asked"]);
  const ask = async (accept: string) => {
    const init = { method: "POST", body: new URLSearchParams({ grant_type: "x" }), headers: { accept } };
    return (await read(`${ISSUER}/token`, init)).text;
  };
  expect(await ask("*/*")).toBe("error=invalid_client");
  expect(JSON.parse(await ask("application/json"))).toEqual({ error: "invalid_client" });
});

test("odd-endpoints: only the metadata tells where they are", async () => {
  const { read } = await setUp(["odd-endpoints"]);
  const { token_endpoint: endpoint } = JSON.parse((await read(METADATA)).text) as { token_endpoint: string };
  expect((await read(`${ISSUER}/token`, { method: "POST" })).status).toBe(404);
  expect((await read(endpoint, { method: "POST" })).status).toBe(401);
});

test("no-revocation: none is named, and none is there", async () => {
  const { read } = await setUp(["no-revocation"]);
  expect(JSON.parse((await read(METADATA)).text)).not.toHaveProperty("revocation_endpoint");
  expect((await read(`${ISSUER}/revoke`, { method: "POST" })).status).toBe(404);
});

test("client-refused-back: the browser comes back with that, and no code", async () => {
  const { app, network } = await setUp(["client-refused-back"]);
  await approve(app.startUrl, network);
  expect(app.callback()).toMatchObject({ error: "unauthorized_client", state: "s" });
  expect(app.callback()).not.toHaveProperty("code");
});

test("client-secrets-replaced: the secret of before is refused", async () => {
  const { read, server } = await setUp([], { clients: [{ clientId: "c", clientSecret: "s", redirectUris: [] }] });
  const body = () => new URLSearchParams({ grant_type: "x", client_id: "c", client_secret: "s" });
  const ask = async () => JSON.parse((await read(`${ISSUER}/token`, { method: "POST", body: body() })).text);
  expect(await ask()).toEqual({ error: "unsupported_grant_type" });
  server.quirks.add("client-secrets-replaced");
  expect(await ask()).toEqual({ error: "invalid_client" });
});

test("firewall: a browser gets through, a program does not", async () => {
  const { app, network, read } = await setUp(["firewall"]);
  expect(await read(METADATA)).toMatchObject({ status: 403, text: expect.stringContaining("browser") });
  expect((await approve(app.startUrl, network)).status).toBe(200);
  expect((await app.redeem()).status).toBe(403);
});

test.each<[AuthorizationServerSwitch, Fields]>([
  ["script-endpoint", { authorization_endpoint: "javascript:alert(1)//" }],
  ["plain-endpoint", { token_endpoint: "http://somebody-else.example/token" }],
  ["internal-endpoint", { token_endpoint: "https://169.254.169.254/token" }],
])("the attack %s: the metadata names %o", async (attack, expected) => {
  const { read } = await setUp([attack]);
  expect(JSON.parse((await read(METADATA)).text)).toMatchObject(expected);
});

test.each<[AuthorizationServerSwitch, string, number, (answer: { text: string; headers: Headers }) => boolean]>([
  ["metadata-huge", "/.well-known/oauth-authorization-server", 200, ({ text }) => text.length > 5_000_000],
  ["metadata-deep", "/.well-known/oauth-authorization-server", 200, ({ text }) => text.length === 100_000],
  ["metadata-elsewhere", "/.well-known/oauth-authorization-server", 302, ({ headers }) => headers.has("location")],
  ["registration-page", "/register", 400, ({ text }) => text.includes("db01.internal")],
  ["token-redirect", "/token", 307, ({ headers }) => headers.get("location") === "https://somebody-else.example/token"],
])("the attack %s shows at %s with status %i", async (attack, path, status, shows) => {
  const { read } = await setUp([attack]);
  const answer = await read(ISSUER + path, path.startsWith("/.well-known") ? {} : { method: "POST", body: "{}" });
  expect([answer.status, shows(answer)]).toEqual([status, true]);
});

test("the attacks callback-script and callback-twice show in the address the browser is sent back to", async () => {
  const { app, network, server } = await setUp(["callback-script"]);
  await approve(app.startUrl, network);
  expect(app.callback()["error_description"]).toContain("<script>");
  server.quirks.delete("callback-script");
  server.quirks.add("callback-twice");
  const end = await approve(app.startUrl, network);
  expect(new URL(end.url).searchParams.getAll("code")).toHaveLength(2);
});
