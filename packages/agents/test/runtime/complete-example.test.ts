// The documentation's complete example, typed in as written, from the built package in real workerd.
import {
  approve,
  createMockAuthorizationServer,
  createMockMcpServer,
  createMockNetwork,
  createTestBrowser,
  deny,
} from "@agents-internal/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Runtime, startRuntime } from "./runtime.ts";

const SERVER = "https://observability.mcp.cloudflare.com";
const ISSUER = "https://as.example";
const AGENT = "/agents/observability-agent/default";
const KEYS = `k1:${Buffer.alloc(32, 9).toString("base64")}`;

interface Status {
  readonly serverId: string;
  readonly state: string;
  readonly isReady: boolean;
  readonly needsAuth: boolean;
  readonly authUrl: string | null;
}

let runtime: Runtime;
let as: ReturnType<typeof createMockAuthorizationServer>;
let mcp: ReturnType<typeof createMockMcpServer>;
let network: ReturnType<typeof createMockNetwork>;
/** One agent instance a test. */
let agent: string;
let instance = 0;

/** The browser sees the made-up internet and the real Worker. */
const surf = (request: Request): Promise<Response> =>
  new URL(request.url).origin === runtime.origin ? fetch(request) : network.fetch(request);
const newBrowser = () => createTestBrowser(surf);

const post = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
  runtime.fetch(`${agent}/${path}`, {
    method: "POST",
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const connect = async () =>
  (await (await post("connect-observability")).json()) as { serverId: string; authUrl?: string };
const status = async () => (await (await runtime.fetch(`${agent}/status`)).json()) as Status[];

/** Ends when the only server is in one of these states. */
async function until(...states: string[]): Promise<Status> {
  for (let tries = 0; tries < 200; tries += 1) {
    const [server] = await status();
    if (server && states.includes(server.state)) return server;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(`never ${states.join(" or ")}: ${JSON.stringify(await status())}`);
}

beforeAll(async () => {
  as = createMockAuthorizationServer({ issuer: ISSUER });
  mcp = createMockMcpServer({ url: `${SERVER}/mcp`, authorization: { issuers: [ISSUER], check: as.check } });
  network = createMockNetwork({ [SERVER]: mcp.handler, [ISSUER]: as.handler });
  runtime = await startRuntime({
    entry: new URL("../spec-samples/worker/complete-example.js", import.meta.url).pathname,
    classes: ["ObservabilityAgent"],
    internet: (request) => network.fetch(request),
    bindings: { AGENTS_VAULT_KEYS: KEYS },
  });
});
afterAll(() => runtime.dispose());
beforeEach(() => {
  instance += 1;
  agent = AGENT.replace("default", `user-${instance}`);
  as.consent = "ask";
});
afterEach(() => mcp.faults.clear());

describe("the complete example", () => {
  test("connects, signs in, lists, and disconnects", async () => {
    const { serverId, authUrl } = await connect();
    expect(await status()).toMatchObject([{ serverId, state: "authenticating", needsAuth: true, authUrl }]);
    const end = await approve(authUrl ?? "", { fetch: surf, browser: newBrowser() });
    expect(end.html).toBe("<script>window.close();</script>");
    expect(await until("ready")).toMatchObject({ serverId, isReady: true, needsAuth: false, authUrl: null });
    expect(await (await post("disconnect", { serverId })).json()).toEqual({
      message: "Disconnected from Cloudflare Observability",
    });
    expect(await status()).toEqual([]);
  });

  test("answers other origins as `cors: true` promises", async () => {
    const origin = "https://elsewhere.example";
    const preflight = await runtime.fetch(`${agent}/connect-observability`, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST" },
    });
    expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
    const response = await post("connect-observability", undefined, { origin, "sec-fetch-site": "cross-site" });
    expect(response.status).toBe(200);
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect(response.headers.get("access-control-allow-credentials")).toBeNull();
    expect(await response.json()).toMatchObject({ authUrl: expect.stringContaining("/callback?flow=") });
  });

  test("tells the popup why it failed, without letting the provider speak in its script", async () => {
    const { authUrl } = await connect();
    const end = await deny(authUrl ?? "", { fetch: surf, browser: newBrowser() });
    expect(end.html).toMatch(/^<script>alert\('Authorization failed: [^'<>&]*'\); window\.close\(\);<\/script>$/);
    expect(await until("failed")).toMatchObject({ needsAuth: false });
  });

  test("retries a failed server by disconnect and connect", async () => {
    const first = await connect();
    await deny(first.authUrl ?? "", { fetch: surf, browser: newBrowser() });
    await until("failed");
    await post("disconnect", { serverId: first.serverId });
    const second = await connect();
    await approve(second.authUrl ?? "", { fetch: surf, browser: newBrowser() });
    expect(await until("ready")).toMatchObject({ isReady: true });
  });
});

describe("a sign-in outlives", () => {
  const name = () => agent.split("/").at(-1) ?? "";

  test("an eviction before the window is opened, and another before it comes back", async () => {
    const { authUrl } = await connect();
    const browser = newBrowser();
    await runtime.evict("ObservabilityAgent", name());
    const consent = await browser.open(authUrl ?? "");
    await runtime.evict("ObservabilityAgent", name());
    const end = await browser.submit(consent.url, { decision: "approve" });
    expect(end.html).toBe("<script>window.close();</script>");
    expect(await until("ready")).toMatchObject({ isReady: true });
  });

  test("workerd being killed while the person is at the provider; its callback works once", async () => {
    const { authUrl } = await connect();
    const browser = newBrowser();
    const consent = await browser.open(authUrl ?? "");
    await runtime.crash();
    const end = await browser.submit(consent.url, { decision: "approve" });
    expect(end.html).toBe("<script>window.close();</script>");
    expect(await until("ready")).toMatchObject({ isReady: true });
    const again = await browser.open(end.url);
    expect(again.html).toContain("Authorization failed");
    expect(await status()).toMatchObject([{ state: "ready" }]);
  });
});

test.each([
  ["a foreign state", "?code=x&state=nobody-knows"],
  ["no state", "?code=x"],
  ["nothing but an error", "?error=access_denied&error_description=%3Cscript%3Ealert(1)%3C%2Fscript%3E"],
  ["two states", "?code=x&state=a&state=b"],
])("a callback with %s is answered plainly and changes nothing", async (_what, query) => {
  await connect();
  const before = await status();
  const response = await runtime.fetch(`${agent}/callback${query}`);
  const text = await response.text();
  expect(response.status).toBeLessThan(500);
  expect(text).toMatch(/^<script>alert\('Authorization failed: [^'<>&]*'\); window\.close\(\);<\/script>$/);
  expect(await status()).toEqual(before);
});

test("neither storage, nor output, nor any answer to the browser holds a secret", async () => {
  const { authUrl } = await connect();
  await approve(authUrl ?? "", { fetch: surf, browser: newBrowser() });
  await until("ready");
  const sent = network.requests.flatMap(({ headers }) => (headers["authorization"] ?? "").split(" ").slice(1));
  const posted = as.tokenRequests.flatMap(({ code, code_verifier }) => [code, code_verifier]);
  const secrets = new Set([...sent, ...posted].filter((value): value is string => Boolean(value)));
  expect(secrets.size).toBeGreaterThan(4);
  const visible = [runtime.dump(), runtime.output.join(""), JSON.stringify(await status())].join("\n");
  for (const secret of secrets) {
    for (const form of [secret, Buffer.from(secret).toString("base64"), Buffer.from(secret).toString("hex")]) {
      expect(visible).not.toContain(form);
    }
  }
});
