// What opening a session comes to when the other side is not a well-behaved MCP server.
import { afterEach, expect, test } from "vitest";
import { type NodeHandler, serve, type TestServer, type WebHandler } from "../../../test/node/http-server.ts";
import { open, rejection } from "../../../test/node/open-for-test.ts";
import { McpError } from "../errors.ts";

const servers: TestServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});
async function fault(handler: WebHandler, raw?: NodeHandler): Promise<TestServer> {
  const server = await serve(handler, raw);
  servers.push(server);
  return server;
}
const text = (body: string | ReadableStream, status = 200, type = "text/plain"): Response =>
  new Response(body, { status, headers: { "content-type": type } });

/** 100 MB of one byte, in pieces, and how much of it was taken. */
function flood(type: string): { readonly handler: WebHandler; readonly taken: () => number } {
  let taken = 0;
  const handler: WebHandler = () =>
    text(
      new ReadableStream({
        pull(controller) {
          taken += 1 << 18;
          if (taken > 100_000_000) controller.close();
          else controller.enqueue(new Uint8Array(1 << 18).fill(97));
        },
      }),
      200,
      type,
    );
  return { handler, taken: () => taken };
}

test.each<[string, WebHandler, object]>([
  ["a web page", () => text("<html>", 200, "text/html"), { code: "not-an-mcp-server", status: 200 }],
  ["a 500", () => text("no", 500), { code: "http-error", status: 500, retryable: true }],
  ["a 503", () => text("no", 503), { code: "http-error", status: 503 }],
  ["a 429", () => text("no", 429), { code: "http-error", status: 429 }],
  ["an unreachable origin behind the edge", () => text("no", 522), { code: "host-unreachable", status: 522 }],
  ["a 404 on everything", () => text("no", 404), { code: "not-an-mcp-server", status: 404 }],
  ["a 401", () => text("no", 401), { code: "authorization-required", challenge: { status: 401, header: null } }],
  ["a 403", () => text("no", 403), { code: "forbidden", challenge: { status: 403, header: null } }],
  ["broken JSON", () => text('{"jsonrpc":', 200, "application/json"), { code: "invalid-response" }],
  ["JSON that is not JSON-RPC", () => text("[1,null,{}]", 200, "application/json"), { code: "invalid-response" }],
  ["an empty 200", () => text("", 200, "application/json"), { code: "invalid-response" }],
  ["a 202 to everything", () => new Response(null, { status: 202 }), { code: "not-an-mcp-server" }],
  [
    "a redirect to another origin",
    () => new Response(null, { status: 307, headers: { location: "http://127.0.0.1:1/" } }),
    { code: "redirect-refused" },
  ],
  [
    "a redirect in a circle",
    () => new Response(null, { status: 307, headers: { location: "/mcp" } }),
    { code: "redirect-refused" },
  ],
])("%s", async (_name, handler, expected) => {
  const server = await fault(handler);
  const error = await rejection(open(server.url));
  expect(error).toBeInstanceOf(McpError);
  expect(error).toMatchObject(expected);
});

test("a body cut in the middle", async () => {
  const server = await fault(
    () => null,
    (_request, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
      response.write('{"jsonrpc"', () => response.destroy());
    },
  );
  expect((await rejection(open(server.url))).code).toBe("invalid-response");
});

test("a connection that is dropped, and one that is refused", async () => {
  const server = await fault(() => null);
  expect(await rejection(open(server.url))).toMatchObject({
    code: "host-unreachable",
    detail: `(${new URL(server.url).host})`,
  });
  await server.close();
  expect((await rejection(open(server.url))).code).toBe("host-unreachable");
});

test.each(["application/json", "text/event-stream"])("100 MB of %s are cut while they arrive", async (type) => {
  const { handler, taken } = flood(type);
  const server = await fault(handler);
  expect((await rejection(open(server.url))).code).toBe("response-too-large");
  expect(taken()).toBeLessThan(20_000_000);
});

test("an answer that never comes ends when the caller gives up", async () => {
  const server = await fault(
    (request) => new Promise((resolve) => request.signal.addEventListener("abort", () => resolve(text("")))),
  );
  const caller = new AbortController();
  const opening = rejection(open(server.url, { signal: caller.signal }));
  await server.saw(() => true);
  caller.abort();
  expect((await opening).code).toBe("aborted");
});

test("an address that is not allowed is blocked before anything is sent", async () => {
  expect((await rejection(open("http://localhost:1/mcp"))).code).toBe("url-blocked");
});

test("a header the transport owns is an invalid option", async () => {
  const server = await fault(() => text(""));
  expect((await rejection(open(server.url, { headers: [["Cookie", "a=b"]] }))).code).toBe("option-invalid");
  expect(server.seen).toEqual([]);
});

/** A server of the 2025 era that answers every other method with `other`. */
const initializer =
  (other: (id: unknown) => Response, init: object = {}): WebHandler =>
  async (request) => {
    if (request.method !== "POST") return text("", 405);
    const { id, method } = (await request.json()) as { id?: unknown; method: string };
    if (id === undefined) return new Response(null, { status: 202 });
    if (method !== "initialize") return other(id);
    const result = {
      protocolVersion: "2025-03-26",
      capabilities: { tools: {} },
      serverInfo: { name: "old", version: "1" },
      ...init,
    };
    return Response.json({ jsonrpc: "2.0", id, result });
  };

test.each<[string, (id: unknown) => Response]>([
  ["an empty result", (id) => Response.json({ jsonrpc: "2.0", id, result: {} })],
  ["an error", (id) => Response.json({ jsonrpc: "2.0", id, error: { code: -32_601, message: "?" } })],
  ["a 400", () => text("no", 400)],
  ["a 404", () => text("no", 404)],
  ["a 500", () => text("no", 500)],
  ["a web page", () => text("<html>", 200, "text/html")],
])("a server that answers the modern probe with %s is asked the old way", async (_name, other) => {
  const server = await fault(initializer(other));
  const { session } = await open(server.url);
  expect(session.facts).toMatchObject({ era: "legacy", protocolVersion: "2025-03-26", transport: "streamable-http" });
  await session.close();
});

test("a protocol version nobody knows is a protocol error", async () => {
  const server = await fault(initializer(() => text("no", 404), { protocolVersion: "1999-01-01" }));
  expect((await rejection(open(server.url))).code).toBe("protocol-error");
});

test("streamable HTTP alone says that the transport is not offered, and never tries SSE", async () => {
  const server = await fault(() => text("no", 404));
  expect(await rejection(open(server.url, { transport: "streamable-http" }))).toMatchObject({
    code: "transport-not-implemented",
    status: 404,
  });
  expect(server.log()).not.toContain("GET");
});

test.each([401, 403, 429, 500, 503])("auto does not fall back to SSE after %i", async (status) => {
  const server = await fault(() => text("no", status));
  await rejection(open(server.url));
  expect(server.log()).not.toContain("GET");
});

test("an SSE endpoint on another origin is refused and nothing is posted there", async () => {
  const other = await fault(() => text(""));
  const server = await fault((request) =>
    request.method === "GET"
      ? text(`event: endpoint\ndata: ${other.origin}/x\n\n`, 200, "text/event-stream")
      : text("", 404),
  );
  expect((await rejection(open(server.url))).code).toBe("url-blocked");
  expect(other.seen).toEqual([]);
});

test("lists come exactly as served, one page at a time, without what is not an item", async () => {
  const odd = {
    name: "odd",
    inputSchema: { type: "object", $defs: { x: true } },
    outputSchema: { type: "array" },
    _meta: { a: 1 },
    unknown: [1],
  };
  const pages: Record<string, object> = {
    first: { tools: [odd, null, { name: 3 }, { name: "no-schema" }], nextCursor: "p2" },
    p2: { tools: [] },
  };
  const server = await fault(async (request, seen) => {
    const message =
      request.method === "POST"
        ? (JSON.parse(seen.body) as { id: unknown; method: string; params?: { cursor?: string } })
        : null;
    if (message?.method === "tools/list")
      return Response.json({ jsonrpc: "2.0", id: message.id, result: pages[message.params?.cursor ?? "first"] });
    return initializer((id) => Response.json({ jsonrpc: "2.0", id, result: {} }))(request, seen);
  });
  const { session, lines } = await open(server.url);
  expect(await session.listTools(null)).toMatchObject({ items: [odd], nextCursor: "p2", dropped: 3 });
  expect(await session.listTools("p2")).toMatchObject({ items: [], nextCursor: null, dropped: 0 });
  expect(lines).toEqual(["mcp-items-unusable"]);
  await session.close();
});

test("a list that was announced and is not there is empty", async () => {
  const server = await fault(
    initializer((id) => Response.json({ jsonrpc: "2.0", id, error: { code: -32_601, message: "?" } }), {
      capabilities: { resources: {} },
    }),
  );
  const { session } = await open(server.url);
  expect(await session.listResourceTemplates(null)).toMatchObject({ items: [], nextCursor: null, dropped: 0 });
  await session.close();
});

test("a modern server may ask for another revision first", async () => {
  let probes = 0;
  const server = await fault(async (_request, seen) => {
    const { id, method } = JSON.parse(seen.body) as { id: unknown; method: string };
    probes += 1;
    if (probes === 1) {
      const error = { code: -32_022, message: "no", data: { supported: ["2026-07-28"], requested: "2026-07-28" } };
      return Response.json({ jsonrpc: "2.0", id: null, error }, { status: 400 });
    }
    return Response.json({
      jsonrpc: "2.0",
      id,
      result: method === "server/discover" ? { supportedVersions: ["2026-07-28"], capabilities: {} } : {},
    });
  });
  const { session } = await open(server.url);
  expect(session.facts).toMatchObject({ era: "modern", protocolVersion: "2026-07-28", serverInfo: null });
  await session.close();
});
