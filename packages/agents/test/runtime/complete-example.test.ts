// The documentation's complete example, typed in as written, from the built package in real workerd.
import { createMockMcpServer, type MockMcpServer } from "@agents-internal/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Scene, startScene } from "./scene.ts";

const SERVER = "https://observability.mcp.cloudflare.com";

interface Status {
  readonly serverId: string;
  readonly state: string;
  readonly isReady: boolean;
  readonly needsAuth: boolean;
  readonly authUrl: string | null;
}

let scene: Scene;
let mcp: MockMcpServer;
/** One agent instance a test. */
let agent: string;
let instance = 0;

const post = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
  scene.ask(`${agent}/${path}`, {
    method: "POST",
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const connect = async () =>
  (await (await post("connect-observability")).json()) as { serverId: string; authUrl?: string };
const status = async () => (await (await scene.ask(`${agent}/status`)).json()) as Status[];

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
  scene = await startScene({
    worker: "../spec-samples/worker/complete-example.js",
    classes: ["ObservabilityAgent"],
    hosts: (authorization) => {
      mcp = createMockMcpServer({ url: `${SERVER}/mcp`, authorization });
      return { [SERVER]: mcp.handler };
    },
  });
});
afterAll(() => scene.dispose());
beforeEach(() => {
  instance += 1;
  agent = `/agents/observability-agent/user-${instance}`;
});
afterEach(() => mcp.faults.clear());

describe("the complete example", () => {
  test("connects, signs in, lists, and disconnects", async () => {
    const { serverId, authUrl } = await connect();
    expect(await status()).toMatchObject([{ serverId, state: "authenticating", needsAuth: true, authUrl }]);
    const end = await scene.approve(authUrl ?? "");
    expect(end.html).toBe("<script>window.close();</script>");
    expect(await until("ready")).toMatchObject({ serverId, isReady: true, needsAuth: false, authUrl: null });
    expect(await (await post("disconnect", { serverId })).json()).toEqual({
      message: "Disconnected from Cloudflare Observability",
    });
    expect(await status()).toEqual([]);
  });

  test("answers other origins as `cors: true` promises", async () => {
    const origin = "https://elsewhere.example";
    const preflight = await scene.ask(`${agent}/connect-observability`, {
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
    const end = await scene.deny(authUrl ?? "");
    expect(end.html).toMatch(/^<script>alert\('Authorization failed: [^'<>&]*'\); window\.close\(\);<\/script>$/);
    expect(await until("failed")).toMatchObject({ needsAuth: false });
  });

  test("retries a failed server by disconnect and connect", async () => {
    const first = await connect();
    await scene.deny(first.authUrl ?? "");
    await until("failed");
    await post("disconnect", { serverId: first.serverId });
    const second = await connect();
    await scene.approve(second.authUrl ?? "");
    expect(await until("ready")).toMatchObject({ isReady: true });
  });
});

describe("a sign-in outlives", () => {
  const name = () => agent.split("/").at(-1) ?? "";

  test("an eviction before the window is opened, and another before it comes back", async () => {
    const { authUrl } = await connect();
    const browser = scene.newBrowser();
    await scene.runtime.evict("ObservabilityAgent", name());
    const consent = await browser.open(authUrl ?? "");
    await scene.runtime.evict("ObservabilityAgent", name());
    const end = await browser.submit(consent.url, { decision: "approve" });
    expect(end.html).toBe("<script>window.close();</script>");
    expect(await until("ready")).toMatchObject({ isReady: true });
  });

  test("workerd being killed while the person is at the provider; its callback works once", async () => {
    const { authUrl } = await connect();
    const browser = scene.newBrowser();
    const consent = await browser.open(authUrl ?? "");
    await scene.runtime.crash();
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
  const response = await scene.ask(`${agent}/callback${query}`);
  const text = await response.text();
  expect(response.status).toBeLessThan(500);
  expect(text).toMatch(/^<script>alert\('Authorization failed: [^'<>&]*'\); window\.close\(\);<\/script>$/);
  expect(await status()).toEqual(before);
});
