// Each smaller sample of the documentation, as written, from the built package in real workerd: what it says is what happens.
import { createMockMcpServer, createMockSseServer, type MockMcpServer } from "@agents-internal/testing";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { ISSUER, type Scene, startScene } from "./scene.ts";
import { allAre } from "./watch.ts";

const CLASSES = [
  "AiSdk",
  "AddServer",
  "CallbackRedirects",
  "Capabilities",
  "ConnectionStatus",
  "CustomCallback",
  "CustomHeaders",
  "Errors",
  "MyAgent",
  "OauthFlow",
  "ObservabilityAgent",
  "Overview",
  "PopupCallback",
  "RemoveServer",
  "StateChanges",
  "TransportType",
] as const;
type Sample = (typeof CLASSES)[number];

const OPEN = "https://mcp.notion.so";
const SIGN_IN = "https://mcp.github.com";
const INTERNAL = "https://internal-mcp.example.com";
const EXAMPLE = "https://mcp.example.com";
const OBSERVABILITY = "https://observability.mcp.cloudflare.com";

let scene: Scene;
let open: MockMcpServer;

beforeAll(async () => {
  scene = await startScene({
    worker: "fixtures/samples.js",
    classes: CLASSES,
    alias: { "@ai-sdk/openai": new URL("fixtures/openai.js", import.meta.url).pathname },
    hosts: (authorization) => {
      const capable = {
        tools: [
          { name: "echo", description: "Says it again.", inputSchema: { type: "object", properties: { text: {} } } },
        ],
        prompts: [{ name: "greet" }],
        resources: [{ name: "readme", uri: "file:///readme", text: "read me" }],
      } as const;
      open = createMockMcpServer({ url: `${OPEN}/mcp`, ...capable });
      const internal = {
        url: `${INTERNAL}/mcp`,
        requireHeader: { name: "authorization", value: "Bearer my-token" },
      };
      return {
        [OPEN]: open.handler,
        [SIGN_IN]: createMockMcpServer({ url: `${SIGN_IN}/mcp`, authorization, ...capable }).handler,
        [OBSERVABILITY]: createMockMcpServer({ url: `${OBSERVABILITY}/mcp`, authorization }).handler,
        [INTERNAL]: createMockMcpServer(internal).handler,
      };
    },
  });
});
afterAll(() => scene.dispose());
afterEach(() => scene.network.route(EXAMPLE, null));

const path = (sample: Sample, rest = "") =>
  `/agents/${sample.replace(/(?<!^)([A-Z])/g, "-$1").toLowerCase()}/default${rest}`;
const location = (response: Response) => response.headers.get("location") ?? "";

/** Calls a method of a sample over a stub, as the application's own Worker does. */
async function stub(binding: Sample, method: string, ...args: readonly unknown[]): Promise<unknown> {
  const body = JSON.stringify({ binding, name: "default", method, args });
  const answer = (await (await scene.ask("/stub", { method: "POST", body })).json()) as Record<string, unknown>;
  if ("error" in answer) throw new Error(String(answer["error"]));
  return answer["result"];
}
const servers = async (sample: Sample) => {
  const state = (await stub(sample, "getMcpServers")) as { servers: Record<string, { name: string; state: string }> };
  return Object.values(state.servers);
};
const addTo = (sample: Sample, url: string) =>
  stub(sample, "addMcpServer", "server", url, { callbackHost: scene.runtime.origin }) as Promise<{
    id: string;
    authUrl: string;
  }>;

test.each([
  ["Overview", "connected"],
  ["OauthFlow", '"status":"connected"'],
] as const)("%s sends the person to the provider, and is connected afterwards", async (sample, words) => {
  const redirect = await scene.ask(path(sample));
  expect(redirect.status).toBe(302);
  const page = await scene.newBrowser().open(location(redirect));
  expect(page.url).toMatch(new RegExp(`^${ISSUER}/authorize\\?`));
  expect((await scene.approve(location(redirect))).status).toBe(200);
  const again = await scene.ask(path(sample));
  expect([again.status, await again.text()]).toEqual([200, expect.stringContaining(words)]);
});

test("overview: says how many tools there are", () => {
  expect(scene.runtime.output.join("\n")).toContain("Connected! 1 tools available");
});

test("redirect-to-authorize: POST leads to the provider, then says connected; anything else is not found", async () => {
  const post = () => scene.ask(path("ObservabilityAgent", "/connect-observability"), { method: "POST" });
  const redirect = await post();
  expect(redirect.status).toBe(302);
  const end = await scene.approve(location(redirect));
  expect(end.trail[1]).toMatch(new RegExp(`^${ISSUER}/authorize\\?.*resource=${encodeURIComponent(OBSERVABILITY)}`));
  expect(await (await post()).json()).toMatchObject({ status: "connected" });
  expect((await scene.ask(path("ObservabilityAgent", "/else"))).status).toBe(404);
});

test("callback-redirects: to /dashboard, or to /auth-error with a sentence", async () => {
  const denied = await scene.deny((await addTo("CallbackRedirects", `${SIGN_IN}/mcp`)).authUrl);
  expect(denied.url).toMatch(`${scene.runtime.origin}/auth-error?error=`);
  expect(new URL(denied.url).searchParams.get("error")).toBe("Access was declined.");
  const approved = await scene.approve((await addTo("CallbackRedirects", `${SIGN_IN}/mcp`)).authUrl);
  expect(approved.url).toBe(`${scene.runtime.origin}/dashboard`);
});

test.each([
  ["PopupCallback", 200, /^<script>alert\('Authorization failed: [^'<>&]+'\); window\.close\(\);<\/script>$/],
  ["CustomCallback", 400, /^Auth failed$/],
] as const)("%s: its handler answers, before any redirect", async (sample, status, words) => {
  const denied = await scene.deny((await addTo(sample, `${SIGN_IN}/mcp`)).authUrl);
  expect(denied.status).toBe(status);
  expect(denied.html).toMatch(words);
  const approved = await scene.approve((await addTo(sample, `${SIGN_IN}/mcp`)).authUrl);
  expect(approved.html).toBe("<script>window.close();</script>");
});

test("connection-status: follows a sign-in by polling", async () => {
  const status = async () =>
    (await (await scene.ask(path("ConnectionStatus", "/connection-status"))).json()) as unknown;
  const { id, authUrl } = await addTo("ConnectionStatus", `${SIGN_IN}/mcp`);
  const common = { serverId: id, name: "server" };
  expect(await status()).toEqual([{ ...common, state: "authenticating", isReady: false, needsAuth: true, authUrl }]);
  await scene.approve(authUrl);
  await addTo("ConnectionStatus", `${SIGN_IN}/mcp`);
  expect(await status()).toEqual([{ ...common, state: "ready", isReady: true, needsAuth: false, authUrl: null }]);
  expect((await scene.ask(path("ConnectionStatus", "/other"))).status).toBe(404);
});

test("add-server: connects, and takes the callback host it is given", async () => {
  await stub("AddServer", "sample");
  expect(await servers("AddServer")).toMatchObject([
    { name: "notion", state: "ready" },
    {
      name: "github",
      state: "authenticating",
      auth_url: expect.stringMatching(
        /^https:\/\/my-worker\.workers\.dev\/agents\/add-server\/default\/callback\?flow=/,
      ),
    },
  ]);
});

test("transport-type: streamable HTTP and nothing else", async () => {
  scene.network.route(EXAMPLE, createMockSseServer({ url: `${EXAMPLE}/mcp` }).handler);
  await expect(stub("TransportType", "sample")).rejects.toThrow("does not offer this transport");
  scene.network.route(EXAMPLE, createMockMcpServer({ url: `${EXAMPLE}/mcp` }).handler);
  await stub("TransportType", "sample");
  expect(await servers("TransportType")).toMatchObject([{ name: "server", state: "ready" }]);
});

test("custom-headers: reach the server, and no other origin", async () => {
  scene.network.forget();
  await stub("CustomHeaders", "sample");
  expect(await servers("CustomHeaders")).toMatchObject([{ name: "internal", state: "ready" }]);
  const mine = scene.network.requests.filter(({ url }) => new URL(url).origin === INTERNAL);
  expect(mine.length).toBeGreaterThan(1);
  for (const { headers } of mine) {
    expect(headers).toMatchObject({
      authorization: "Bearer my-token",
      "cf-access-client-id": "...",
      "cf-access-client-secret": "...",
    });
  }
});

test("errors: 401 for a server that wants to be told who asks, 400 for one without the transport", async () => {
  const locked = { url: `${EXAMPLE}/mcp`, requireHeader: { name: "authorization", value: "Bearer right" } };
  scene.network.route(EXAMPLE, createMockMcpServer(locked).handler);
  const unauthorized = await scene.ask(path("Errors"));
  expect([unauthorized.status, await unauthorized.text()]).toEqual([401, "Authentication required"]);
  scene.network.route(EXAMPLE, () => new Response(null, { status: 405 }));
  const missing = await scene.ask(path("Errors"));
  expect([missing.status, await missing.text()]).toEqual([400, "Transport not supported"]);
});

test("errors: anything else is thrown on, and nobody outside reads why", async () => {
  const other = await scene.ask(path("Errors"));
  expect([other.status, await other.text()]).toEqual([500, "Internal Server Error"]);
});

test("fine-grained: registers, connects and discovers", async () => {
  scene.network.route(EXAMPLE, createMockMcpServer({ url: `${EXAMPLE}/mcp` }).handler);
  await stub("MyAgent", "sample", "mine");
  expect(await servers("MyAgent")).toMatchObject([{ name: "My Server", state: "ready" }]);
  await stub("MyAgent", "removeMcpServer", "mine");
});

test("fine-grained: says why a connection failed", async () => {
  scene.network.route(EXAMPLE, () => new Response("<html>", { headers: { "content-type": "text/html" } }));
  await stub("MyAgent", "sample", "mine");
  expect(scene.runtime.output.join("\n")).toContain("Connection failed:");
  expect(await servers("MyAgent")).toMatchObject([{ state: "failed" }]);
  await stub("MyAgent", "removeMcpServer", "mine");
});

test("fine-grained: the sign-in comes back over the callback URL that was registered", async () => {
  const authorization = { issuers: [ISSUER], check: scene.as.check };
  scene.network.route(EXAMPLE, createMockMcpServer({ url: `${EXAMPLE}/mcp`, authorization }).handler);
  scene.aliases.add("https://my-worker.workers.dev");
  await stub("MyAgent", "sample", "mine");
  const [server] = (await servers("MyAgent")) as unknown as [{ state: string; auth_url: string }];
  expect(server).toMatchObject({ state: "authenticating" });
  const watcher = scene.watch("MyAgent", "default");
  const end = await scene.approve(server.auth_url);
  expect(end.url).toMatch(/^https:\/\/my-worker\.workers\.dev\/agents\/my-agent\/default\/callback\?/);
  await watcher.until(allAre("ready"));
});

test("remove-server: the server and everything stored for it is gone", async () => {
  const { id } = await addTo("RemoveServer", `${OPEN}/mcp`);
  await stub("RemoveServer", "sample", id);
  expect(await stub("RemoveServer", "getMcpServers")).toMatchObject({
    servers: {},
    tools: [],
    prompts: [],
    resources: [],
  });
});

test("capabilities: lists what the servers offer, also after a restart", async () => {
  const { id } = await addTo("Capabilities", `${OPEN}/mcp`);
  await scene.runtime.crash();
  await stub("Capabilities", "sample");
  const said = scene.runtime.output.join("\n");
  for (const line of [
    "Tool: echo",
    `  From server: ${id}`,
    "  Description: Says it again.",
    "Resource: readme (file:///readme)",
    "Prompt: greet",
    "server: ready",
    `${id}: server (${OPEN}/mcp)`,
  ]) {
    expect(said).toContain(line);
  }
});

test("state-changes: the listener hears, and every client is told; telling is no change", async () => {
  await stub("StateChanges", "sample");
  const watcher = scene.watch("StateChanges", "default");
  await addTo("StateChanges", `${OPEN}/mcp`);
  await watcher.until(allAre("ready"));
  expect(scene.runtime.output.join("\n")).toContain("MCP server state changed");
  expect(watcher.snapshots.length).toBeLessThan(20);
});

test("ai-sdk: the model calls a real tool", async () => {
  await addTo("AiSdk", `${OPEN}/mcp`);
  const response = await scene.ask(path("AiSdk"));
  expect([response.status, await response.text()]).toEqual([200, "1 tools"]);
  expect(open.received.filter(({ method }) => method === "tools/call")).toMatchObject([
    { params: { name: "echo", arguments: { text: "San Francisco" } } },
  ]);
});
