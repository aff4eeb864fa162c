// The mock MCP server in both eras, whole and broken.
import { expect, test } from "vitest";
import type { McpServerFault } from "./mcp/faults.ts";
import { ECHO_TOOL } from "./mcp/offer.ts";
import { createMockMcpServer, type MockMcpServerOptions } from "./mock-mcp-server.ts";
import { createMockNetwork } from "./mock-network.ts";
import { createMockSseServer } from "./mock-sse-server.ts";

const URL_OF_SERVER = "https://mcp.example/mcp";
const META = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientCapabilities": {},
};

function setUp(options: Partial<MockMcpServerOptions> = {}) {
  const server = createMockMcpServer({ url: URL_OF_SERVER, ...options });
  const network = createMockNetwork({ "https://mcp.example": server.handler });
  const post = (method: string, params: object = {}, headers: Record<string, string> = {}) =>
    network.fetch(URL_OF_SERVER, {
      method: "POST",
      headers,
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    });
  const modern = (method: string, params: Record<string, unknown> = {}) =>
    post(
      method,
      { _meta: META, ...params },
      {
        "mcp-protocol-version": "2026-07-28",
        "mcp-method": method,
        ...(typeof params.name === "string" ? { "mcp-name": params.name } : {}),
        ...(typeof params.taskId === "string" ? { "mcp-name": params.taskId } : {}),
      },
    );
  const handshake = async () => {
    const response = await post("initialize", { protocolVersion: "2025-11-25" });
    return { "mcp-session-id": response.headers.get("mcp-session-id") ?? "" };
  };
  return { server, network, post, modern, handshake };
}

/** Reads a stream until it has said something, then lets it go. */
async function firstEvent(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  const chunk = await reader?.read();
  await reader?.cancel();
  return new TextDecoder().decode(chunk?.value);
}

test("a session begins with the handshake and is asked for from then on", async () => {
  const { server, post, handshake } = setUp();
  expect((await post("tools/list")).status).toBe(400);
  const session = await handshake();
  expect(await (await post("tools/list", {}, session)).json()).toMatchObject({ result: { tools: [{ name: "echo" }] } });
  server.dropSessions();
  expect((await post("tools/list", {}, session)).status).toBe(404);
});

test("lists come in pages, and what only the mock knows is not sent", async () => {
  const tools = ["a", "b", "c"].map((name) => ({ ...ECHO_TOOL, name, requiredScopes: [] }));
  const { post, handshake } = setUp({ tools, pageSize: 2 });
  const session = await handshake();
  const first = (await (await post("tools/list", {}, session)).json()) as {
    result: { tools: object[]; nextCursor: string };
  };
  expect(first.result.tools).toHaveLength(2);
  expect(first.result.tools[0]).not.toHaveProperty("requiredScopes");
  expect(await (await post("tools/list", { cursor: first.result.nextCursor }, session)).json()).toMatchObject({
    result: { tools: [{ name: "c" }] },
  });
});

test("a change is announced on the GET stream of the session", async () => {
  const { server, network, handshake } = setUp();
  const stream = await network.fetch(URL_OF_SERVER, { headers: await handshake() });
  expect(server.streamCount).toBe(1);
  server.change({ tools: [] });
  expect(await firstEvent(stream)).toContain("notifications/tools/list_changed");
  expect(server.streamCount).toBe(0);
});

test("the modern era needs no handshake and marks its results", async () => {
  const { modern } = setUp({ era: "modern", ttlMs: 500 });
  expect(await (await modern("server/discover")).json()).toMatchObject({
    result: { supportedVersions: ["2026-07-28"], resultType: "complete" },
  });
  expect(await (await modern("tools/list")).json()).toMatchObject({
    result: { resultType: "complete", ttlMs: 500, tools: [{ name: "echo" }] },
  });
  expect(await (await modern("tools/call", { name: "echo", arguments: { a: 1 } })).json()).toMatchObject({
    result: { content: [{ text: '{"a":1}' }] },
  });
});

test("the modern era insists on headers that agree, and refuses older clients by name", async () => {
  const { post } = setUp({ era: "modern" });
  const wrong = await post(
    "tools/list",
    { _meta: META },
    { "mcp-protocol-version": "2026-07-28", "mcp-method": "tools/call" },
  );
  expect([wrong.status, await wrong.json()]).toMatchObject([400, { error: { code: -32020 } }]);
  expect(await (await post("initialize", { protocolVersion: "2025-11-25" })).json()).toMatchObject({
    error: { code: -32022, data: { supported: ["2026-07-28"] } },
  });
});

test("a subscription is acknowledged and hears what it asked for", async () => {
  const { server, modern } = setUp({ era: "modern" });
  const reader = (
    await modern("subscriptions/listen", { notifications: { toolsListChanged: true } })
  ).body?.getReader();
  const read = async () => new TextDecoder().decode((await reader?.read())?.value);
  expect(await read()).toContain("notifications/subscriptions/acknowledged");
  server.change({ prompts: [] });
  server.change({ tools: [] });
  expect(await read()).toContain("notifications/tools/list_changed");
  await reader?.cancel();
});

test("a streamed answer carries progress before the result", async () => {
  const tool = {
    ...ECHO_TOOL,
    name: "slow",
    handle: (_args: object, call: { progress(step: number): void }) => (call.progress(1), { content: [] }),
  };
  const { modern } = setUp({ era: "modern", answers: "sse", tools: [tool] });
  const progressToken = { ...META, progressToken: 7 };
  const response = await modern("tools/call", { name: "slow" });
  expect(await response.text()).not.toContain("notifications/progress");
  const { post } = setUp({ answers: "sse", sessions: false, tools: [tool] });
  const text = await (await post("tools/call", { name: "slow", _meta: progressToken })).text();
  expect(text.indexOf("notifications/progress")).toBeLessThan(text.indexOf('"result"'));
  expect(text).toContain('"progressToken":7');
});

test("a server that asks for a token says where to get one, and a tool may ask for more", async () => {
  const check = (token: string) => (token === "good" ? { scopes: ["notes"] } : undefined);
  const authorization = { issuers: ["https://auth.example"], check, scopes: ["notes"] };
  const { network, post } = setUp({
    sessions: false,
    authorization,
    tools: [{ ...ECHO_TOOL, requiredScopes: ["notes:delete"] }],
  });
  const refused = await post("tools/list");
  expect(refused.headers.get("www-authenticate")).toBe(
    'Bearer resource_metadata="https://mcp.example/.well-known/oauth-protected-resource/mcp", scope="notes"',
  );
  expect(
    await (await network.fetch("https://mcp.example/.well-known/oauth-protected-resource/mcp")).json(),
  ).toMatchObject({ resource: URL_OF_SERVER });
  expect((await post("tools/list", {}, { authorization: "Bearer bad" })).headers.get("www-authenticate")).toContain(
    "invalid_token",
  );
  const more = await post("tools/call", { name: "echo" }, { authorization: "Bearer good" });
  expect([more.status, more.headers.get("www-authenticate")]).toEqual([
    403,
    expect.stringContaining('scope="notes notes:delete"'),
  ]);
});

test("a server that asks for a header refuses without it", async () => {
  const { post } = setUp({ sessions: false, requireHeader: { name: "authorization", value: "Bearer demo" } });
  expect((await post("ping")).status).toBe(401);
  expect((await post("ping", {}, { authorization: "Bearer demo" })).status).toBe(200);
});

test.each<[McpServerFault, number, string]>([
  ["html", 200, "text/html"],
  ["http-500", 500, "text/plain"],
  ["http-404", 404, "text/plain"],
  ["http-405", 405, "text/plain"],
])("the fault %s answers with %i and %s", async (fault, status, type) => {
  const { post } = setUp({ sessions: false, faults: [fault] });
  const response = await post("tools/list");
  expect([response.status, response.headers.get("content-type")]).toEqual([status, expect.stringContaining(type)]);
});

test.each(["json", "sse"] as const)("a cut %s answer ends in the middle", async (answers) => {
  const { post } = setUp({ sessions: false, answers, faults: ["cut-body"] });
  const text = (await (await post("tools/list")).text()).replace(/^event: message\ndata: /, "");
  expect(text.length).toBeGreaterThan(10);
  expect(() => JSON.parse(text)).toThrow(SyntaxError);
});

test.each<[McpServerFault, number]>([
  ["session-lost", 404],
  ["session-lost-400", 400],
])("with the fault %s a session is over after its handshake (%i)", async (fault, status) => {
  const { post, handshake } = setUp({ faults: [fault] });
  const session = await handshake();
  expect((await post("tools/list", {}, session)).status).toBe(status);
});

test("one broken list leaves the others alone", async () => {
  const { post } = setUp({ sessions: false, faults: ["broken-prompts"] });
  expect(await (await post("prompts/list")).json()).toMatchObject({ error: { code: -32603 } });
  expect(await (await post("tools/list")).json()).toMatchObject({ result: { tools: [{}] } });
});

test("a huge answer has the size that was asked for", async () => {
  const { post } = setUp({ sessions: false, faults: ["huge"], hugeBytes: 100_000 });
  expect((await (await post("tools/list")).text()).length).toBeGreaterThan(100_000);
});

test("a hanging server lets go when the client gives up", async () => {
  const { network } = setUp({ faults: ["hang"] });
  const controller = new AbortController();
  const pending = network.fetch(URL_OF_SERVER, { method: "POST", body: "{}", signal: controller.signal });
  controller.abort(new Error("enough"));
  await expect(pending).rejects.toThrow("enough");
});

test("the oldest transport answers on its stream", async () => {
  const server = createMockSseServer({ url: "https://old.example/sse" });
  const network = createMockNetwork({ "https://old.example": server.handler });
  expect((await network.fetch(server.url, { method: "POST" })).status).toBe(405);
  const reader = (await network.fetch(server.url)).body?.getReader();
  const read = async () => new TextDecoder().decode((await reader?.read())?.value);
  const endpoint = /data: (\S+)/.exec(await read())?.[1] ?? "";
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" });
  expect((await network.fetch(new URL(endpoint, server.url), { method: "POST", body })).status).toBe(202);
  expect(await read()).toContain('"echo"');
  await reader?.cancel();
  expect(server.streamCount).toBe(0);
});

test.each<[McpServerFault, object]>([
  ["not-json-rpc", { hello: "world" }],
  ["wrong-version", { result: { protocolVersion: "1999-12-31" } }],
])("the fault %s spoils the handshake", async (fault, expected) => {
  const { post } = setUp({ faults: [fault] });
  expect(await (await post("initialize", { protocolVersion: "2025-11-25" })).json()).toMatchObject(expected);
});

test("a server may redirect, offer no stream, name pages without end, or forget the result's type", async () => {
  const { server, network, post } = setUp({ sessions: false, faults: ["endless-pages", "no-stream"] });
  expect(await (await post("tools/list", { cursor: "9" })).json()).toMatchObject({
    result: { nextCursor: expect.any(String) },
  });
  expect((await network.fetch(URL_OF_SERVER)).status).toBe(405);
  server.faults.add("redirect");
  expect((await network.fetch(URL_OF_SERVER, { method: "POST", body: "{}", redirect: "manual" })).status).toBe(307);
  const { modern } = setUp({ era: "modern", faults: ["no-result-type"] });
  expect(((await (await modern("tools/list")).json()) as { result: object }).result).not.toHaveProperty("resultType");
});

test("the challenge may be bare, its metadata missing or somebody else's", async () => {
  const authorization = { issuers: ["https://auth.example"], check: () => undefined };
  const { server, network, post } = setUp({ authorization, faults: ["bare-challenge", "foreign-resource"] });
  const metadata = () => network.fetch("https://mcp.example/.well-known/oauth-protected-resource/mcp");
  expect((await post("ping")).headers.get("www-authenticate")).toBe("Bearer");
  expect(await (await metadata()).json()).toMatchObject({ resource: "https://somebody-else.example/mcp" });
  server.faults.add("no-metadata");
  expect((await metadata()).status).toBe(404);
});

test("the metadata may be for the whole origin, and tokens then are", async () => {
  const asked: string[] = [];
  const check = (_token: string, resource: string) => void asked.push(resource);
  const { network, post } = setUp({ authorization: { issuers: [], check }, faults: ["prefix-resource"] });
  const metadata = await network.fetch("https://mcp.example/.well-known/oauth-protected-resource/mcp");
  expect(await metadata.json()).toMatchObject({ resource: "https://mcp.example" });
  await post("ping", {}, { authorization: "Bearer x" });
  expect(asked).toEqual(["https://mcp.example"]);
});

test.each([["metadata-401", 401] as const, ["metadata-403", 403] as const])(
  "with the fault %s the metadata is behind a CDN, and at the root",
  async (fault, status) => {
    const { network } = setUp({ authorization: { issuers: [], check: () => undefined }, faults: [fault] });
    const root = "https://mcp.example/.well-known/oauth-protected-resource";
    expect((await network.fetch(`${root}/mcp`)).status).toBe(status);
    expect(await (await network.fetch(root)).json()).toMatchObject({ resource: "https://mcp.example/mcp" });
  },
);

test("a tool of 2026-07-28 may answer with a task, ask in its middle, be cancelled and be forgotten", async () => {
  const { server, modern } = setUp({
    era: "modern",
    tools: [
      {
        name: "greet",
        inputSchema: {},
        asTask: { pollIntervalMs: 50, ttlMs: 1000 },
        handle: async (_args, { task }) => {
          task?.say("asking");
          const { name } = (await task?.ask("who", { method: "roots/list" })) ?? {};
          return { content: [{ type: "text", text: `Hello ${String(name)}` }] };
        },
      },
    ],
  });
  const capabilities = { extensions: { "io.modelcontextprotocol/tasks": {} } };
  const _meta = { ...META, "io.modelcontextprotocol/clientCapabilities": capabilities };
  const ask = async (method: string, params: object): Promise<Record<string, unknown>> => {
    const reply = (await (await modern(method, { _meta, ...params })).json()) as Record<string, unknown>;
    return (reply["result"] ?? reply["error"]) as Record<string, unknown>;
  };
  expect((await ask("tools/call", { name: "greet", _meta: META }))["code"]).toBe(-32021);
  const { taskId, ...created } = await ask("tools/call", { name: "greet" });
  expect(created).toMatchObject({ resultType: "task", ttlMs: 1000, pollIntervalMs: 50 });
  expect(await ask("tasks/get", { taskId })).toMatchObject({
    resultType: "complete",
    status: "input_required",
    statusMessage: "asking",
    inputRequests: { who: { method: "roots/list" } },
  });
  await ask("tasks/update", { taskId, inputResponses: { who: { name: "Ada" } } });
  expect(await ask("tasks/get", { taskId })).toMatchObject({
    status: "completed",
    result: { content: [{ text: "Hello Ada" }] },
  });
  const other = await ask("tools/call", { name: "greet" });
  await ask("tasks/cancel", { taskId: other["taskId"] });
  expect(await ask("tasks/get", { taskId: other["taskId"] })).toMatchObject({ status: "cancelled" });
  expect(server.forgetTasks()).toBe(2);
  expect((await ask("tasks/get", { taskId }))["code"]).toBe(-32602);
});
