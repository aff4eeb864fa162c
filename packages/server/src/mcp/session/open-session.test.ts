// Sessions against real servers of both eras.
import { afterEach, expect, test } from "vitest";
import { type McpTestServer, serveLegacy, serveModern, serveSse, serveStateless } from "../../../test/node/mcp-servers.ts";
import { open, type Opened } from "../../../test/node/open-for-test.ts";

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

const kinds = { legacy: serveLegacy, stateless: serveStateless, sse: serveSse, modern: serveModern } as const;

test.each(Object.entries(kinds))("connects to a %s server, lists and calls a tool", async (kind, start) => {
  const server = await running(start());
  const { session } = await opened(server.url);
  expect(session.facts.era).toBe(kind === "modern" ? "modern" : "legacy");
  expect(session.facts.transport).toBe(kind === "sse" ? "sse" : "streamable-http");
  expect(session.facts.serverInfo?.name).toBe(kind === "modern" ? "modern" : "legacy");
  const page = await session.listTools(null);
  expect(page.items.map((tool) => tool.name)).toContain("add");
  const tool = page.items.find(({ name }) => name === "add") ?? null;
  const result = await session.callTool({ name: "add", arguments: { a: 2, b: 3 }, tool });
  expect(result.structuredContent).toEqual({ sum: 5 });
});
