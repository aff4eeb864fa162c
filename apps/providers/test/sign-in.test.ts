// Signing in: what the person sees, what the app gets, and what a token is good for.
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { type RunningProviders, startProviders } from "../src/index.ts";
import { createBrowser, registerApp, signIn } from "./scripted-browser.ts";

let providers: RunningProviders;
let notes: string;
let weather: string;

beforeAll(async () => {
  providers = await startProviders({ ports: 0, ttl: { accessToken: 60 } });
  notes = `${providers.urls.notes}/mcp`;
  weather = `${providers.urls.weather}/mcp`;
});
afterEach(() => {
  vi.useRealTimers();
  providers.control.setCoop(false);
});
afterAll(() => providers.close());

const statusWith = async (url: string, token: string) =>
  (await fetch(url, { method: "POST", headers: { authorization: `Bearer ${token}` } })).status;

test("a request without a token is told where to sign in and what to ask for", async () => {
  const response = await fetch(notes, { method: "POST" });
  const metadataUrl = `${providers.urls.notes}/.well-known/oauth-protected-resource/mcp`;
  expect(response.status).toBe(401);
  expect(response.headers.get("www-authenticate")).toBe(`Bearer scope="notes", resource_metadata="${metadataUrl}"`);
  expect(await (await fetch(metadataUrl)).json()).toMatchObject({
    resource: notes,
    authorization_servers: [providers.urls.auth],
  });
});

test("the consent page names app, server, permissions and way back, and makes foreign text inert", async () => {
  const app = await registerApp(providers.urls.auth, notes, "<script>alert(1)</script>");
  const page = await createBrowser().visit(app.authorizationUrl("notes"));
  const html = await page.response.text();
  expect(page.response.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(html).not.toContain("<script>");
  for (const part of [
    "&#60;script&#62;",
    "Notes",
    notes,
    "read and write notes",
    "http://localhost:9",
    'data-testid="approve"',
    'data-testid="deny"',
  ]) {
    expect(html).toContain(part);
  }
});

test("approving gives a token for this server only", async () => {
  const { access_token, scope } = await signIn(providers.urls.auth, notes, "notes");
  expect(scope).toBe("notes");
  expect(await statusWith(notes, access_token)).toBe(400);
  expect(await statusWith(weather, access_token)).toBe(401);
});

test("an app that asks for no scope gets the base permission", async () => {
  expect((await signIn(providers.urls.auth, weather)).scope).toBe("forecast");
});

test("denying sends the person back with access_denied, state and issuer", async () => {
  const app = await registerApp(providers.urls.auth, notes);
  const browser = createBrowser();
  const { url } = await browser.answer((await browser.visit(app.authorizationUrl("notes"))).url, "deny");
  const query = Object.fromEntries(new URL(url).searchParams);
  expect(query).toMatchObject({ error: "access_denied", state: "the-state", iss: providers.urls.auth });
});

test("a second sign-in in the same browser asks again", async () => {
  const browser = createBrowser();
  const app = await registerApp(providers.urls.auth, notes);
  await browser.answer((await browser.visit(app.authorizationUrl("notes"))).url, "approve");
  expect((await browser.visit(app.authorizationUrl("notes"))).url).toContain("/interaction/");
});

test("an answer from another site, another browser or twice is refused", async () => {
  const app = await registerApp(providers.urls.auth, notes);
  const browser = createBrowser();
  const { url } = await browser.visit(app.authorizationUrl("notes"));
  expect((await browser.answer(url, "approve", { "sec-fetch-site": "cross-site" })).response.status).toBe(403);
  expect((await createBrowser().answer(url, "approve")).response.status).toBe(400);
  await browser.answer(url, "approve");
  expect((await browser.answer(url, "approve")).response.status).toBe(400);
});

test("the opener policy is sent only when switched on", async () => {
  const app = await registerApp(providers.urls.auth, notes);
  const header = async () =>
    (await createBrowser().visit(app.authorizationUrl("notes"))).response.headers.get("cross-origin-opener-policy");
  expect(await header()).toBeNull();
  providers.control.setCoop(true);
  expect(await header()).toBe("same-origin");
});

test("an access token ends when its time is up, and the refresh token brings a new one", async () => {
  const app = await registerApp(providers.urls.auth, notes);
  const browser = createBrowser();
  const { url } = await browser.answer((await browser.visit(app.authorizationUrl("notes"))).url, "approve");
  const first = await app.redeem(url);
  expect(first.expires_in).toBe(60);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 61_000 });
  expect(await statusWith(notes, first.access_token)).toBe(401);
  const second = await app.parseTokens(await app.refresh(first.refresh_token));
  expect(await statusWith(notes, second.access_token)).toBe(400);
});

test("a rotated refresh token that is used again takes its successor with it", async () => {
  const app = await registerApp(providers.urls.auth, notes);
  const browser = createBrowser();
  const { url } = await browser.answer((await browser.visit(app.authorizationUrl("notes"))).url, "approve");
  const first = await app.redeem(url);
  const second = await app.parseTokens(await app.refresh(first.refresh_token));
  expect((await app.refresh(first.refresh_token)).status).toBe(400);
  expect((await app.refresh(second.refresh_token)).status).toBe(400);
  expect(await statusWith(notes, second.access_token)).toBe(401);
});

test("an app that revokes its refresh token loses its access, another app's stays", async () => {
  const app = await registerApp(providers.urls.auth, notes);
  const browser = createBrowser();
  const { url } = await browser.answer((await browser.visit(app.authorizationUrl("notes"))).url, "approve");
  const own = await app.redeem(url);
  const other = await signIn(providers.urls.auth, notes);
  expect((await app.revoke(own.refresh_token)).status).toBe(200);
  expect(await statusWith(notes, own.access_token)).toBe(401);
  expect(await statusWith(notes, other.access_token)).toBe(400);
});

test("revoking all tokens ends every access", async () => {
  const { access_token } = await signIn(providers.urls.auth, notes);
  expect(providers.control.revokeTokens()).toBeGreaterThanOrEqual(2);
  expect(await statusWith(notes, access_token)).toBe(401);
});
