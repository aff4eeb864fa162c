// Sessions against real servers of both eras.
import { afterEach, expect, test } from "vitest";
import {
  type McpTestServer,
  serveLegacy,
  serveModern,
  serveSse,
  serveStateless,
} from "../../../test/node/mcp-servers.ts";
import { open, type Opened, rejection } from "../../../test/node/open-for-test.ts";
import type { Progress } from "./session.ts";

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function running(start: Promise<McpTestServer>): Promise<McpTestServer> {
  const server = await start;
  cleanups.push(server.close);
  return server;
}
async function opened(...args: Parameters<typeof open>): Promise<Opened> {
  const result = await open(...args);
  cleanups.push(() => result.session.close());
  return result;
}

const KINDS = { legacy: serveLegacy, stateless: serveStateless, sse: serveSse, modern: serveModern } as const;
const ALL = Object.entries(KINDS);
const json = (options: Parameters<typeof serveLegacy>[0] = {}) => serveLegacy({ ...options, json: true });

test.each([...ALL, ["json", json] as const])("connects to a %s server, lists and calls a tool", async (kind, start) => {
  const server = await running(start());
  const { session } = await opened(server.url);
  expect(session.facts).toMatchObject({
    era: kind === "modern" ? "modern" : "legacy",
    transport: kind === "sse" ? "sse" : "streamable-http",
    serverInfo: { name: kind === "modern" ? "modern" : "legacy" },
    instructions: kind === "modern" ? "Be modern." : "Be kind.",
    capabilities: { tools: { listChanged: true } },
  });
  expect(session.sessionId === null).toBe(kind !== "legacy" && kind !== "json");
  const page = await session.listTools(null);
  const tool = page.items.find(({ name }) => name === "add") ?? null;
  expect(tool?.inputSchema).toMatchObject({ $schema: expect.any(String), properties: { a: { type: "number" } } });
  const result = await session.callTool({ name: "add", arguments: { a: 2, b: 3 }, tool });
  expect(result).toMatchObject({ kind: "result", result: { structuredContent: { sum: 5 } } });
});

test("the facts survive being stored", async () => {
  const server = await running(serveModern());
  const { session } = await opened(server.url);
  expect(JSON.parse(JSON.stringify(session.facts))).toEqual(session.facts);
  expect(session.facts.discover).not.toBeNull();
});

test.each(ALL)("prompts and resources of a %s server", async (kind, start) => {
  const server = await running(start());
  const { session } = await opened(server.url);
  expect((await session.listPrompts(null)).items.map(({ name }) => name)).toEqual(["greet"]);
  const prompt = await session.getPrompt({ name: "greet", arguments: { name: "Ada" } });
  expect(prompt.messages[0]?.content).toMatchObject({ type: "text", text: "Hello Ada" });
  if (kind === "modern") return;
  expect((await session.listResources(null)).items.map(({ uri }) => uri)).toEqual(["file:///readme"]);
  expect((await session.readResource("file:///readme")).contents[0]?.text).toBe("read me");
});

test("a list the server does not announce is empty, without asking", async () => {
  const server = await running(serveModern({ resources: false }));
  const { session } = await opened(server.url);
  const before = server.log().length;
  expect(await session.listResources(null)).toMatchObject({ items: [], nextCursor: null, dropped: 0 });
  expect(await session.listResourceTemplates(null)).toMatchObject({ items: [], nextCursor: null, dropped: 0 });
  expect(
    server
      .log()
      .slice(before)
      .filter((entry) => entry.includes("resources")),
  ).toEqual([]);
});

test.each(ALL.filter(([kind]) => kind !== "modern"))(
  "progress of a %s server arrives in order",
  async (_kind, start) => {
    const server = await running(start());
    const { session } = await opened(server.url);
    const progress: Progress[] = [];
    await session.callTool(
      { name: "count", arguments: { to: 3 }, tool: null },
      { onProgress: (step) => progress.push(step) },
    );
    expect(progress).toEqual([1, 2, 3].map((step) => ({ progress: step, total: 3, message: `step ${step}` })));
  },
);

test.each(ALL)("a call to a %s server can be cancelled, and the server hears of it", async (kind, start) => {
  const server = await running(start());
  const { session } = await opened(server.url);
  const caller = new AbortController();
  const call = rejection(session.callTool({ name: "hang", arguments: {}, tool: null }, { signal: caller.signal }));
  await server.saw(({ rpc }) => rpc === "tools/call");
  caller.abort();
  expect((await call).code).toBe("aborted");
  if (kind !== "modern") await server.saw(({ rpc }) => rpc === "notifications/cancelled");
  expect((await session.listTools(null)).items).not.toEqual([]);
});

test.each(ALL)("a call to a %s server that takes too long times out", async (_kind, start) => {
  const server = await running(start());
  const { session } = await opened(server.url);
  expect((await rejection(session.callTool({ name: "hang", arguments: {}, tool: null }, { timeout: 20 }))).code).toBe(
    "timeout",
  );
});

test("a modern server's refusal keeps its JSON-RPC code", async () => {
  const server = await running(serveModern());
  const { session } = await opened(server.url);
  expect(await rejection(session.callTool({ name: "nope", arguments: {}, tool: null }))).toMatchObject({
    code: "protocol-error",
    rpcCode: -32_602,
  });
});

test("structured output is held against the stored definition", async () => {
  const server = await running(serveLegacy());
  const { session } = await opened(server.url);
  const call = (outputSchema: object) =>
    session.callTool({
      name: "add",
      arguments: { a: 1, b: 2 },
      tool: { name: "add", inputSchema: {}, outputSchema: { ...outputSchema } },
    });
  expect((await rejection(call({ type: "object", required: ["total"] }))).code).toBe("result-invalid");
  const three = { result: { structuredContent: { sum: 3 } } };
  expect(await call({ type: "object", required: ["sum"] })).toMatchObject(three);
  expect(await call({ $schema: "https://unheard.of/schema" })).toMatchObject(three);
});

test("arguments are mirrored into headers where the stored definition says so", async () => {
  const server = await running(serveModern());
  const first = await opened(server.url);
  const tool = (await first.session.listTools(null)).items.find(({ name }) => name === "region") ?? null;
  const { session } = await opened(server.url, { resume: { facts: first.session.facts, sessionId: null } });
  const result = await session.callTool({ name: "region", arguments: { region: "Zürich" }, tool });
  expect(result).toMatchObject({ result: { content: [{ text: "Zürich" }] } });
  const { headers } = await server.saw(({ rpc }) => rpc === "tools/call");
  expect(headers.get("mcp-param-region")).toBe(`=?base64?${btoa("ZÃ¼rich")}?=`);
  expect(headers.get("mcp-name")).toBe("region");
  expect(headers.get("mcp-method")).toBe("tools/call");
});

test("a definition that is out of date is looked up again and the call repeated", async () => {
  const server = await running(serveModern());
  const { session, changes } = await opened(server.url);
  const stale = { name: "region", inputSchema: { type: "object" } };
  const result = await session.callTool({ name: "region", arguments: { region: "eu" }, tool: stale });
  expect(result).toMatchObject({ result: { content: [{ text: "eu" }] } });
  expect(changes).toEqual(["tools"]);
});

test.each(["legacy", "sse", "modern"] as const)(
  "a %s server that says its tools changed is heard at once",
  async (kind) => {
    const server = await running(KINDS[kind]());
    const { nextChange } = await opened(server.url);
    if (kind === "legacy") await server.saw(({ method }) => method === "GET");
    if (kind === "modern") await server.saw(({ rpc }) => rpc === "subscriptions/listen");
    const heard = nextChange();
    const again = setInterval(server.toolsChanged, 20);
    expect(await heard).toBe("tools");
    clearInterval(again);
  },
);

test("a modern session is resumed without a handshake", async () => {
  const server = await running(serveModern());
  const first = await open(server.url);
  await first.session.close({ endSession: false });
  const before = server.seen.length;
  const { session } = await opened(server.url, { resume: { facts: first.session.facts, sessionId: null } });
  expect(session.facts).toEqual(first.session.facts);
  expect((await session.listTools(null)).items).toHaveLength(4);
  expect(new Set(server.log().slice(before))).toEqual(new Set(["POST subscriptions/listen", "POST tools/list"]));
});

test("a legacy session is resumed without a handshake, with its capabilities and its stream", async () => {
  const server = await running(serveLegacy());
  const first = await open(server.url);
  await first.session.close({ endSession: false });
  const before = server.seen.length;
  const { session, nextChange } = await opened(server.url, {
    resume: { facts: first.session.facts, sessionId: first.session.sessionId },
  });
  expect(session.facts).toEqual(first.session.facts);
  expect(session.sessionId).toBe(first.session.sessionId);
  expect((await session.listTools(null)).items).toHaveLength(4);
  expect(new Set(server.log().slice(before))).toEqual(new Set(["GET", "POST tools/list"]));
  const heard = nextChange();
  const again = setInterval(server.toolsChanged, 20);
  expect(await heard).toBe("tools");
  clearInterval(again);
});

test("resuming a legacy server that has no sessions sends nothing", async () => {
  const server = await running(serveStateless());
  const first = await open(server.url);
  await first.session.close();
  const before = server.seen.length;
  const { session } = await opened(server.url, { resume: { facts: first.session.facts, sessionId: null } });
  expect(server.seen).toHaveLength(before);
  expect((await session.listTools(null)).items).toHaveLength(4);
});

test("a session the server forgot is lost: the call says so and the listener hears it", async () => {
  const server = await running(serveLegacy());
  const { session, lost } = await opened(server.url);
  server.forget();
  expect(await rejection(session.listTools(null))).toMatchObject({ code: "session-lost", retryable: true });
  await lost;
});

test("an SSE session is lost with its stream, and what was pending with it", async () => {
  const server = await running(serveSse());
  const { session, lost } = await opened(server.url);
  const call = rejection(session.callTool({ name: "hang", arguments: {}, tool: null }));
  await server.saw(({ rpc }) => rpc === "tools/call");
  server.forget();
  expect((await call).code).toBe("session-lost");
  await lost;
});

test("closing ends the session at the server and what is under way, and nothing works after it", async () => {
  const server = await running(serveLegacy());
  const { session } = await open(server.url);
  const call = rejection(session.callTool({ name: "hang", arguments: {}, tool: null }));
  await server.saw(({ rpc }) => rpc === "tools/call");
  await session.close();
  expect((await call).code).toBe("not-connected");
  expect(server.log()).toContain("DELETE");
  expect((await rejection(session.listTools(null))).code).toBe("not-connected");
  await session.close();
});

test("a refused token is renewed in the middle of a session without anybody noticing", async () => {
  let valid = "one";
  const server = await running(
    serveLegacy({
      gate: (request) =>
        request.headers.get("authorization") === `Bearer ${valid}`
          ? null
          : new Response("", { status: 401, headers: { "www-authenticate": "Bearer" } }),
    }),
  );
  let token = "zero";
  const { session } = await opened(server.url, {
    tokens: { current: async () => token, afterRefusal: async () => (token = valid) },
  });
  valid = "two";
  expect((await session.listTools(null)).items).toHaveLength(4);
});

test("a refusal in the middle of a session comes out with its challenge", async () => {
  let status = 200;
  const header = 'Bearer error="insufficient_scope", scope="files:write"';
  const server = await running(
    serveModern({
      gate: () => (status === 200 ? null : new Response("", { status, headers: { "www-authenticate": header } })),
    }),
  );
  const { session } = await opened(server.url);
  status = 403;
  expect(await rejection(session.listTools(null))).toMatchObject({
    code: "insufficient-scope",
    challenge: { status: 403, header },
  });
  status = 401;
  expect(await rejection(session.listTools(null))).toMatchObject({
    code: "authorization-required",
    challenge: { status: 401, header },
  });
});

test("the developer's headers go with every request", async () => {
  const server = await running(serveLegacy());
  const { session } = await opened(server.url, { headers: [["X-Tenant", "t1"]] });
  await session.listTools(null);
  await session.close();
  expect(new Set(server.seen.map(({ headers }) => headers.get("x-tenant")))).toEqual(new Set(["t1"]));
});
