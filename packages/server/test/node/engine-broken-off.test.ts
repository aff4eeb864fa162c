// Requests that break off on their way: made once more where that does no harm, and told where it might.
import { createMockMcpServer } from "@agents-internal/testing";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import { expect, test } from "vitest";
import { createGuardedFetch } from "../../src/mcp/transport/guarded-fetch.ts";
import { open } from "./open-for-test.ts";
import { createMcpHost } from "./mcp-host.ts";
import { asks, failure, MCP, MCP_URL } from "./mcp-scenes.ts";

const URI = "file:///a";

function signal(): { readonly given: Promise<void>; readonly give: () => void } {
  let give: () => void = () => undefined;
  const given = new Promise<void>((resolve) => (give = resolve));
  return { given, give };
}

/** A server whose answers to one method break off, this many times. */
async function breakingOff(method: string, times: number) {
  const server = createMockMcpServer({ url: MCP_URL, resources: [{ uri: URI, name: "a", text: "whole" }] });
  const isAsked = asks(method);
  let left = times;
  let asked = 0;
  const host = createMcpHost({
    [MCP]: async (request) => {
      if (!(await isAsked(request.clone()))) return server.handler(request);
      asked += 1;
      if (left <= 0) return server.handler(request);
      left -= 1;
      await server.handler(request);
      return new Response('data: {"jsonrpc":"2.0', { headers: { "content-type": "text/event-stream" } });
    },
  });
  const { id } = await host.add("mock", MCP_URL);
  return { host, id, asked: () => asked };
}

test("a resource is read once more when its answer broke off", async () => {
  const { host, id, asked } = await breakingOff("resources/read", 1);
  const { contents } = await host.mcp.readResource({ serverId: id, uri: URI });
  expect(contents).toMatchObject([{ text: "whole" }]);
  expect(asked()).toBe(2);
});

test("and not a third time", async () => {
  const { host, id, asked } = await breakingOff("resources/read", 9);
  expect(await failure(host.mcp.readResource({ serverId: id, uri: URI }))).toMatchObject({
    code: "invalid-response",
    serverId: id,
  });
  expect(asked()).toBe(2);
});

test("a tool that may have run is not called again", async () => {
  const { host, id, asked } = await breakingOff("tools/call", 1);
  expect(await failure(host.mcp.callTool({ serverId: id, name: "echo" }))).toMatchObject({ code: "invalid-response" });
  expect(asked()).toBe(1);
});

test("an old server that has forgotten one message of a stream has not forgotten the calls that run on it", async () => {
  const ran: string[] = [];
  const streams: ReadableStreamDefaultController<Uint8Array>[] = [];
  let isForgetful = false;
  const encoder = new TextEncoder();
  const say = (stream: number, event: string, data: string): void =>
    streams[stream]?.enqueue(encoder.encode(`event: ${event}\ndata: ${data}\n\n`));
  const began = signal();
  const host = createMcpHost({
    "https://sse.example": async (request: Request) => {
      const { pathname, searchParams } = new URL(request.url);
      if (request.method === "GET") {
        const body = new ReadableStream<Uint8Array>({
          start: (controller) => void streams.push(controller),
        });
        say(streams.length - 1, "endpoint", `/messages?stream=${streams.length - 1}`);
        return new Response(body, { headers: { "content-type": "text/event-stream" } });
      }
      if (pathname !== "/messages") return new Response(null, { status: 405 });
      const { id, method, params } = (await request.json()) as {
        id?: number;
        method: string;
        params?: { name: string };
      };
      const answer = (result: object): void =>
        say(Number(searchParams.get("stream")), "message", JSON.stringify({ jsonrpc: "2.0", id, result }));
      if (method === "initialize") {
        answer({ protocolVersion: "2024-11-05", capabilities: { tools: {} }, serverInfo: { name: "x", version: "1" } });
      }
      if (method === "tools/list") {
        answer({ tools: ["pay", "look"].map((name) => ({ name, inputSchema: { type: "object" } })) });
      }
      if (method === "tools/call" && params !== undefined) {
        if (isForgetful && params.name === "look") {
          isForgetful = false;
          return new Response(null, { status: 404 });
        }
        ran.push(params.name);
        if (params.name === "pay") began.give();
        else answer({ content: [] });
      }
      return new Response(null, { status: 202 });
    },
  });
  const { id: serverId } = await host.add("Old", "https://sse.example/sse", { transport: { type: "sse" } });
  const payment = failure(host.mcp.callTool({ serverId, name: "pay", arguments: {} }));
  await began.given;
  isForgetful = true;
  await host.mcp.callTool({ serverId, name: "look", arguments: {} });
  expect(await payment).toMatchObject({ code: "session-lost" });
  expect(ran).toEqual(["pay", "look"]);
});

test("a call that a server still works on from an earlier life is not answered to a call of this one", async () => {
  const server = new McpServer({ name: "slow", version: "1" });
  const paid = signal();
  const asked = { pay: signal(), read: signal() };
  const done = signal();
  server.registerTool("pay", {}, async () => {
    asked.pay.give();
    await paid.given;
    queueMicrotask(done.give);
    return { content: [{ type: "text", text: "paid" }] };
  });
  server.registerTool("read", {}, async () => {
    asked.read.give();
    await done.given;
    return { content: [{ type: "text", text: "read" }] };
  });
  const transport = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: () => "session" });
  await server.connect(transport);
  const fetch = createGuardedFetch({ fetch: (request) => transport.handleRequest(request), allowOrigins: [] });
  const url = "https://slow.example/mcp";
  const first = await open(url, { fetch, listens: false });
  const resume = { facts: first.session.facts, sessionId: first.session.sessionId };
  const earlier = await open(url, { fetch, resume, listens: false });
  const payment = earlier.session.callTool({ name: "pay", arguments: {}, tool: null });
  await asked.pay.given;
  const later = await open(url, { fetch, resume, listens: false });
  const reading = later.session.callTool({ name: "read", arguments: {}, tool: null });
  await asked.read.given;
  paid.give();
  expect(JSON.stringify(await reading)).toContain(`"read"`);
  expect(JSON.stringify(await payment)).toContain(`"paid"`);
  await Promise.all([first, earlier, later].map(({ session }) => session.close({ endSession: false })));
});
