// The mock authorization server by the book, and with each quirk.
import { expect, test } from "vitest";
import { createMockAuthorizationServer, type MockAuthorizationServerOptions } from "./mock-authorization-server.ts";
import { createMockNetwork, type MockNetwork } from "./mock-network.ts";
import type { AuthorizationServerQuirk } from "./oauth/quirks.ts";
import { createTestApp } from "./test-app.ts";
import { approve, createTestBrowser, deny } from "./test-browser.ts";
import { createTestClock } from "./test-clock.ts";

const ISSUER = "https://auth.example";
const RESOURCE = "https://mcp.example/mcp";

async function setUp(options: Partial<MockAuthorizationServerOptions> = {}, scope = "notes") {
  const clock = createTestClock();
  const server = createMockAuthorizationServer({ issuer: ISSUER, clock, ...options });
  const network = createMockNetwork({ [new URL(server.issuer).origin]: server.handler });
  const app = await createTestApp({ network, issuer: server.issuer, resource: RESOURCE, scope });
  network.route("https://app.example", app.handler);
  const signIn = async () => {
    await approve(app.startUrl, network);
    return (await (await app.redeem()).json()) as { access_token: string; refresh_token: string };
  };
  return { clock, server, network, app, signIn };
}

const metadataOf = async (network: MockNetwork, path: string) => {
  const response = await network.fetch(`${ISSUER}${path}`);
  return { status: response.status, body: response.ok ? ((await response.json()) as Record<string, unknown>) : {} };
};

test("approving in the browser leads to a token that is good for the resource until it ends", async () => {
  const { clock, server, signIn } = await setUp({ accessTokenTtl: 60 });
  const { access_token } = await signIn();
  expect(server.check(access_token, RESOURCE)).toMatchObject({ scopes: ["notes"] });
  expect(server.check(access_token, "https://other.example/mcp")).toBeUndefined();
  await clock.advance(60_000);
  expect(server.check(access_token, RESOURCE)).toBeUndefined();
});

test("denying leads back with access_denied, the state and the issuer", async () => {
  const { app, network } = await setUp();
  const end = await deny(app.startUrl, network);
  expect(end.html).toContain("You may close this window");
  expect(app.callback()).toMatchObject({ error: "access_denied", state: "s", iss: ISSUER });
});

test("an expired consent leads nowhere", async () => {
  const { app, network } = await setUp({ consent: "expire" });
  const end = await approve(app.startUrl, network);
  expect([end.status, new URL(end.url).origin, app.callback()]).toEqual([400, ISSUER, {}]);
});

test("a mailed start address is not followed, and another browser cannot end the attempt", async () => {
  const { app, network } = await setUp({ consent: "approve" });
  expect((await createTestBrowser(network.fetch).open(app.startUrl, "none")).html).toBe("Continue?");
  const { trail } = await createTestBrowser(network.fetch).open(app.startUrl);
  expect((await createTestBrowser(network.fetch).open(trail.at(-1) ?? "", "cross-site")).html).toBe("Another browser");
});

test("a code works once, and only with its verifier", async () => {
  const { app, network } = await setUp();
  await approve(app.startUrl, network);
  expect((await app.redeem()).status).toBe(200);
  expect((await app.redeem()).status).toBe(400);
  const end = await approve(app.startUrl, network);
  const code = new URL(end.url).searchParams.get("code") ?? "";
  const stolen = new URLSearchParams({
    grant_type: "authorization_code",
    code,
    redirect_uri: "https://app.example/callback",
    code_verifier: "wrong",
  });
  expect((await network.fetch(`${ISSUER}/token`, { method: "POST", body: stolen })).status).toBe(401);
});

test("an unknown redirect URI gets nobody sent anywhere", async () => {
  const { network } = await setUp({ clients: [{ clientId: "known", redirectUris: ["https://app.example/callback"] }] });
  const url = `${ISSUER}/authorize?client_id=known&redirect_uri=https%3A%2F%2Fevil.example%2F`;
  expect((await network.fetch(url, { redirect: "manual" })).status).toBe(400);
});

test("revoking a refresh token ends its access tokens", async () => {
  const { server, network, signIn } = await setUp();
  const tokens = await signIn();
  await network.fetch(`${ISSUER}/revoke`, {
    method: "POST",
    body: new URLSearchParams({ token: tokens.refresh_token }),
  });
  expect(server.revoked).toEqual([tokens.refresh_token]);
  expect(server.check(tokens.access_token, RESOURCE)).toBeUndefined();
});

test("an issuer with a path is described where RFC 8414 says", async () => {
  const issuer = "https://auth.example/tenant";
  const { network } = await setUp({ issuer });
  expect(await metadataOf(network, "/.well-known/oauth-authorization-server/tenant")).toMatchObject({
    status: 200,
    body: { issuer },
  });
});

test.each<[AuthorizationServerQuirk, string, Record<string, unknown>]>([
  ["no-registration", "/.well-known/oauth-authorization-server", { registration_endpoint: undefined }],
  ["pkce-not-advertised", "/.well-known/oauth-authorization-server", { code_challenge_methods_supported: undefined }],
  ["pkce-plain-only", "/.well-known/oauth-authorization-server", { code_challenge_methods_supported: ["plain"] }],
  ["oidc-only", "/.well-known/openid-configuration", { issuer: ISSUER, jwks_uri: `${ISSUER}/jwks` }],
  ["issuer-mismatch", "/.well-known/oauth-authorization-server", { issuer: "https://somebody-else.example" }],
  [
    "iss-not-offered",
    "/.well-known/oauth-authorization-server",
    { authorization_response_iss_parameter_supported: undefined },
  ],
])("the quirk %s shows in the metadata", async (quirk, path, expected) => {
  const { server, network } = await setUp();
  server.quirks.add(quirk);
  const { body } = await metadataOf(network, path);
  expect(Object.fromEntries(Object.keys(expected).map((key) => [key, body[key]]))).toEqual(expected);
});

test("oidc-only takes the other document away", async () => {
  const { server, network } = await setUp();
  server.quirks.add("oidc-only");
  expect((await metadataOf(network, "/.well-known/oauth-authorization-server")).status).toBe(404);
});

test.each<[AuthorizationServerQuirk, string | undefined]>([
  ["iss-missing", undefined],
  ["iss-not-offered", undefined],
  ["iss-wrong", "https://somebody-else.example"],
  ["issuer-mismatch", "https://somebody-else.example"],
])("the quirk %s shows in the callback", async (quirk, iss) => {
  const { app, network } = await setUp({ quirks: [quirk], consent: "approve" });
  await approve(app.startUrl, network);
  expect(app.callback().iss).toBe(iss);
});

test.each<[AuthorizationServerQuirk, Record<string, unknown>]>([
  ["expires-in-string", { expires_in: "3600" }],
  ["expires-in-missing", { expires_in: undefined }],
  ["token-type-missing", { token_type: undefined }],
  ["token-type-mac", { token_type: "mac" }],
  ["no-refresh-token", { refresh_token: undefined }],
  ["token-error-200", { error: "invalid_grant", access_token: undefined }],
])("the quirk %s shows in the token answer, with status 200", async (quirk, expected) => {
  const { app, network } = await setUp({ quirks: [quirk], consent: "approve" });
  await approve(app.startUrl, network);
  const response = await app.redeem();
  const body = (await response.json()) as Record<string, unknown>;
  expect(response.status).toBe(200);
  expect(Object.fromEntries(Object.keys(expected).map((key) => [key, body[key]]))).toEqual(expected);
});

test("a form-encoded token answer is one", async () => {
  const { app, network } = await setUp({ quirks: ["token-form-encoded"], consent: "approve" });
  await approve(app.startUrl, network);
  const response = await app.redeem();
  expect(response.headers.get("content-type")).toContain("application/x-www-form-urlencoded");
  expect(new URLSearchParams(await response.text()).get("access_token")).toMatch(/^access_/);
});

test("without rotation a refresh token stays good, with it an old one ends everything", async () => {
  const { server, app, signIn } = await setUp();
  const first = await signIn();
  expect(await (await app.refresh(first.refresh_token)).json()).not.toHaveProperty("refresh_token");
  server.quirks.add("refresh-rotation");
  const second = (await (await app.refresh(first.refresh_token)).json()) as {
    access_token: string;
    refresh_token: string;
  };
  expect((await app.refresh(first.refresh_token)).status).toBe(400);
  expect((await app.refresh(second.refresh_token)).status).toBe(400);
  expect(server.check(second.access_token, RESOURCE)).toBeUndefined();
});

test("a refused refresh leaves the access token alone", async () => {
  const { server, app, signIn } = await setUp({ quirks: ["refresh-refused"] });
  const tokens = await signIn();
  expect((await app.refresh(tokens.refresh_token)).status).toBe(400);
  expect(server.check(tokens.access_token, RESOURCE)).toBeDefined();
});

test("a slow server answers when the clock has moved", async () => {
  const { clock, server, network } = await setUp({ slowMs: 5000 });
  server.quirks.add("slow");
  let answered = false;
  const pending = metadataOf(network, "/.well-known/oauth-authorization-server").then(() => void (answered = true));
  await expect.poll(() => clock.sleepers).toBe(1);
  await clock.advance(4999);
  expect(answered).toBe(false);
  await clock.advance(1);
  await pending;
});

test.each<[AuthorizationServerQuirk, number]>([
  ["registration-refused", 400],
  ["registration-200", 200],
])("with the quirk %s a registration is answered with %i", async (quirk, status) => {
  const { network } = await setUp({ quirks: [quirk] });
  const response = await network.fetch(`${ISSUER}/register`, {
    method: "POST",
    body: JSON.stringify({ redirect_uris: [] }),
  });
  expect(response.status).toBe(status);
});

test("a registration that is managed is deleted by whoever holds its token, and by nobody else", async () => {
  const { network, server } = await setUp({ quirks: ["registration-managed"] });
  const init = { method: "POST", body: JSON.stringify({ redirect_uris: [] }) };
  const made = (await (await network.fetch(`${ISSUER}/register`, init)).json()) as Record<string, string>;
  const remove = async (token: string | undefined) => {
    const headers = { authorization: `Bearer ${token}` };
    return (await network.fetch(made["registration_client_uri"] ?? "", { method: "DELETE", headers })).status;
  };
  expect(await remove("other")).toBe(401);
  expect(server.deletedClients).toEqual([]);
  expect(await remove(made["registration_access_token"])).toBe(204);
  expect(await remove(made["registration_access_token"])).toBe(401);
  expect(server.deletedClients).toEqual([made["client_id"]]);
});

test("a token may be good for any resource, for less than was asked, with null fields, or not come at all", async () => {
  const { server, app, network, signIn } = await setUp(
    { quirks: ["resource-ignored", "scope-narrowed", "null-fields", "expires-in-missing"] },
    "notes notes:delete",
  );
  const tokens = await signIn();
  expect(server.check(tokens.access_token, "https://other.example/mcp")).toEqual({
    clientId: expect.any(String),
    scopes: ["notes"],
    account: "somebody",
  });
  expect(tokens).toMatchObject({ expires_in: null });
  server.quirks.add("token-error-500");
  await approve(app.startUrl, network);
  expect((await app.redeem()).status).toBe(500);
});

test.each<[AuthorizationServerQuirk, Record<string, string>]>([
  ["resource-refused", { error: "invalid_target" }],
  [
    "resource-refused-entra",
    { error: "invalid_request", error_description: expect.stringMatching(/^AADSTS9010010: /) },
  ],
])(
  "with the quirk %s a request that names a resource is refused, in the callback and at the token endpoint",
  async (quirk, no) => {
    const { app, network, server, signIn } = await setUp();
    const { refresh_token } = await signIn();
    server.quirks.add(quirk);
    await approve(app.startUrl, network);
    expect(app.callback()).toMatchObject(no);
    const form = new URLSearchParams({ grant_type: "refresh_token", refresh_token, resource: RESOURCE });
    const answer = await network.fetch(`${ISSUER}/token`, { method: "POST", body: form });
    expect([answer.status, await answer.json()]).toEqual([400, no]);
  },
);
