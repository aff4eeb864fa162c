// Servers that offer very much, or claim to: what is large is kept whole, what has no end is cut, and nobody else suffers.
import { createMockMcpServer, ECHO_TOOL, type MockTool } from "@agents-internal/testing";
import { expect, test } from "vitest";
import { failure, MCP_URL, openServer } from "./mcp-scenes.ts";
import type { McpHost } from "./mcp-host.ts";
import { withoutLive } from "./without-live.ts";

const OTHER = "https://other.example";
const TOOLS = 1000;
const PAGES = 40;
/** Characters of one schema, so that all of them make 5 MB. */
const SCHEMA = 5_000_000 / TOOLS;

const largeTools = Array.from({ length: TOOLS }, (_, index): MockTool => {
  const inputSchema = { type: "object" as const, properties: { text: { type: "string", description: "" } } };
  inputSchema.properties.text.description = `${index} é 𝕏 `.padEnd(SCHEMA - JSON.stringify(inputSchema).length, "ü");
  return { name: `tool-${index}`, description: `The ${index}th.`, inputSchema };
});

/** Another server beside the one that misbehaves, and a proof that it and the manager work. */
async function addOther(host: McpHost) {
  const other = createMockMcpServer({ url: `${OTHER}/mcp` });
  host.network.route(OTHER, other.handler);
  const { id } = await host.add("other", `${OTHER}/mcp`);
  return async () => {
    await expect(host.mcp.callTool({ serverId: id, name: "echo" })).resolves.toMatchObject({
      content: [{ type: "text" }],
    });
    expect(host.mcp.listTools({ serverId: id }).map(({ name }) => name)).toEqual(["echo"]);
    expect(host.state().servers[id]?.state).toBe("ready");
  };
}

test("1 000 tools on 40 pages with 5 MB of schemas are listed whole, and after a wake are the same without a request", async () => {
  const { server, host } = openServer({ tools: largeTools, pageSize: TOOLS / PAGES });
  const { id, state } = await host.add("mock", MCP_URL);
  expect(state).toBe("ready");
  expect(server.received.filter(({ method }) => method === "tools/list")).toHaveLength(PAGES);
  const expected = largeTools.map((tool) => ({ ...tool, serverId: id }));
  expect(host.mcp.listTools()).toEqual(expected);
  expect(JSON.stringify(host.mcp.listTools()).length).toBeGreaterThan(5_000_000);

  const before = JSON.stringify(withoutLive(host.state()));
  host.network.forget();
  host.evict();
  expect(JSON.stringify(withoutLive(host.state()))).toBe(before);
  expect(host.mcp.listTools()).toEqual(expected);
  expect(Object.keys(host.mcp.getAITools())).toHaveLength(TOOLS);
  await host.ports.settled();
  expect(host.network.requests).toEqual([]);

  await expect(host.mcp.callTool({ serverId: id, name: "tool-999" })).resolves.toBeDefined();
  await host.mcp.removeServer(id);
  expect(host.ports.sql.all("SELECT part FROM agents_mcp_catalogue")).toEqual([]);
}, 30_000);

test("no row of a large catalogue is larger than the database takes", async () => {
  const { host } = openServer({ tools: largeTools, pageSize: TOOLS / PAGES });
  await host.add("mock", MCP_URL);
  const rows = host.ports.sql.all<{ bytes: number }>(
    "SELECT length(CAST(items AS BLOB)) AS bytes FROM agents_mcp_catalogue",
  );
  expect(rows.length).toBeGreaterThan(5);
  for (const { bytes } of rows) expect(bytes).toBeLessThan(2_000_000);
});

test("a list whose cursors never end is cut after its bound of pages, and the server is used with what was read", async () => {
  const tools = Array.from({ length: 10 }, (_, index) => ({ ...ECHO_TOOL, name: `tool-${index}` }));
  const { server, host } = openServer({ tools, pageSize: 1, faults: ["endless-pages"] });
  const proveOther = await addOther(host);
  const { id, state } = await host.add("mock", MCP_URL);
  expect(state).toBe("ready");
  expect(server.received.filter(({ method }) => method === "tools/list")).toHaveLength(64);
  expect(host.mcp.listTools({ serverId: id })).toHaveLength(10);
  expect(host.server("mock").list_problems).toMatchObject({ tools: [{ error_code: "list-endless" }] });
  await expect(host.mcp.callTool({ serverId: id, name: "tool-3" })).resolves.toBeDefined();
  await proveOther();
});

test("an answer of 100 MB to the handshake is refused with a code before it is read to its end", async () => {
  const { host, sent } = hugeServer("initialize");
  const proveOther = await addOther(host);
  expect(await failure(host.add("mock", MCP_URL))).toMatchObject({ code: "response-too-large" });
  expect(host.server("mock")).toMatchObject({ state: "failed", error_code: "response-too-large" });
  expect(sent()).toBeLessThan(20_000_000);
  await proveOther();
});

test("an answer of 100 MB to a call is refused with a code, and the server stays usable", async () => {
  const { host, sent } = hugeServer("tools/call");
  const proveOther = await addOther(host);
  const { id } = await host.add("mock", MCP_URL);
  expect(await failure(host.mcp.callTool({ serverId: id, name: "echo" }))).toMatchObject({
    code: "response-too-large",
    serverId: id,
  });
  expect(sent()).toBeLessThan(20_000_000);
  expect(host.server("mock").state).toBe("ready");
  expect(host.mcp.listTools({ serverId: id })).toHaveLength(1);
  expect(await host.mcp.discoverIfConnected(id)).toMatchObject({ success: true });
  await proveOther();
});

test("a list of 100 MB is refused with a code, and later, when it is small again, the server works", async () => {
  const { host, sent, recover } = hugeServer("tools/list");
  const proveOther = await addOther(host);
  const error = await failure(host.add("mock", MCP_URL));
  expect(error).toMatchObject({ code: "discovery-failed" });
  expect(error.detail).toContain("larger than allowed");
  expect(sent()).toBeLessThan(20_000_000);
  await proveOther();
  recover();
  await expect(host.add("mock", MCP_URL)).resolves.toMatchObject({ state: "ready" });
  expect(host.mcp.listTools()).toHaveLength(2);
});

/** A server that answers one method with a stream of 100 MB, made as it is read. */
function hugeServer(method: string) {
  const { server, host } = openServer();
  let sent = 0;
  let huge = true;
  const chunk = new TextEncoder().encode(" ".repeat(1_000_000));
  host.network.route(new URL(MCP_URL).origin, async (request) => {
    const isAsked = (await request.clone().text()).includes(`"${method}"`);
    if (!isAsked || !huge) return server.handler(request);
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent >= 100_000_000) return controller.close();
        sent += chunk.length;
        controller.enqueue(chunk);
      },
    });
    return new Response(body, { headers: { "content-type": "application/json" } });
  });
  return { host, sent: () => sent, recover: () => void (huge = false) };
}
