// What a server speaks is found out once, believed for a day, and noticed when it is something else.
import {
  createMockMcpServer,
  createMockSseServer,
  type MockMcpServer,
  type MockMcpServerOptions,
} from "@agents-internal/testing";
import { expect, test } from "vitest";
import { createMcpHost, type McpHost } from "./mcp-host.ts";
import { MCP, MCP_URL, openServer } from "./mcp-scenes.ts";

const DAY = 24 * 60 * 60_000;
const era = (host: McpHost) =>
  (
    JSON.parse(host.ports.sql.all<{ facts: string }>("SELECT facts FROM agents_mcp_servers")[0]?.facts ?? "{}") as {
      era: string;
    }
  ).era;
const asked = (server: MockMcpServer) => server.received.map(({ method }) => method);

/** The same address, another server behind it from now on. */
function replace(host: McpHost, options: Partial<MockMcpServerOptions>) {
  const server = createMockMcpServer({ url: MCP_URL, ...options });
  host.network.route(MCP, server.handler);
  return server;
}

test("a server of sessions that forgets one is not asked for its era again on the same day, and is on the next", async () => {
  const { server, host } = openServer();
  const { id } = await host.add("mock", MCP_URL);
  const probes = () => asked(server).filter((method) => method === "server/discover").length;
  expect(probes()).toBe(1);
  server.dropSessions();
  await host.mcp.callTool({ serverId: id, name: "echo" });
  expect(probes()).toBe(1);
  host.ports.advance(DAY);
  server.dropSessions();
  await host.mcp.callTool({ serverId: id, name: "echo" });
  expect(probes()).toBe(2);
  server.dropSessions();
  await host.mcp.callTool({ serverId: id, name: "echo" });
  expect(probes()).toBe(2);
});

test("a server that was upgraded to both eras is used the new way from the next day on", async () => {
  const { host } = openServer();
  const { id } = await host.add("mock", MCP_URL);
  replace(host, { era: "both" });
  await host.mcp.callTool({ serverId: id, name: "echo" });
  expect(era(host)).toBe("legacy");
  host.ports.advance(DAY);
  replace(host, { era: "both" });
  await host.mcp.callTool({ serverId: id, name: "echo" });
  expect(era(host)).toBe("modern");
});

test("a server that was upgraded to the new era alone is noticed at once, and the call is made", async () => {
  const { host } = openServer();
  const { id } = await host.add("mock", MCP_URL);
  const tools = [{ name: "fresh", inputSchema: { type: "object" } }] as const;
  const upgraded = replace(host, { era: "modern", tools });
  await expect(host.mcp.callTool({ serverId: id, name: "fresh" })).resolves.toMatchObject({ content: [{}] });
  expect(era(host)).toBe("modern");
  expect(asked(upgraded).slice(0, 3)).toEqual(["tools/call", "initialize", "server/discover"]);
  expect(asked(upgraded).filter((method) => method === "tools/call")).toHaveLength(2);
  await host.ports.settled();
  expect(host.state().tools).toMatchObject([{ name: "fresh" }]);
});

test("a server that was put back to the old era is noticed at once, and the call is made", async () => {
  const { host } = openServer({ era: "modern" });
  const { id } = await host.add("mock", MCP_URL);
  host.evict();
  replace(host, {});
  await expect(host.mcp.callTool({ serverId: id, name: "echo" })).resolves.toMatchObject({ content: [{}] });
  expect(era(host)).toBe("legacy");
});

test("what a modern server says of itself is asked again after a day, with one request", async () => {
  const { host } = openServer({ era: "modern" });
  const { id } = await host.add("mock", MCP_URL);
  const later = replace(host, { era: "modern", instructions: "Be kind.", prompts: [{ name: "greet" }] });
  host.evict();
  await host.mcp.callTool({ serverId: id, name: "echo" });
  expect(asked(later)).not.toContain("server/discover");
  host.evict();
  host.ports.advance(DAY);
  await host.mcp.callTool({ serverId: id, name: "echo" });
  await host.ports.settled();
  expect(asked(later).filter((method) => method === "server/discover")).toHaveLength(1);
  expect(host.server().instructions).toBe("Be kind.");
  expect(host.state().prompts).toMatchObject([{ name: "greet" }]);
});

test("a server of the oldest transport that got the newer one is used over that", async () => {
  const old = createMockSseServer({ url: MCP_URL });
  const host = createMcpHost({ [MCP]: old.handler });
  const { id } = await host.add("mock", MCP_URL);
  const requests = () => host.network.requests.map(({ method }) => method);
  expect(requests()).toContain("GET");
  host.evict();
  replace(host, { faults: ["no-stream"] });
  host.network.forget();
  await expect(host.mcp.callTool({ serverId: id, name: "echo" })).resolves.toMatchObject({ content: [{}] });
  expect(requests().slice(0, 2)).toEqual(["GET", "POST"]);
});

test("a server in trouble is not taken for another one", async () => {
  const { server, host } = openServer();
  const { id } = await host.add("mock", MCP_URL);
  server.dropSessions();
  server.faults.add("http-500");
  host.network.forget();
  await expect(host.mcp.callTool({ serverId: id, name: "echo" })).rejects.toMatchObject({ code: "http-error" });
  expect(host.network.requests.every(({ body }) => !body.includes("server/discover"))).toBe(true);
});

/** Two servers behind one host, by path. */
function neighbours(first: Partial<MockMcpServerOptions>, second: Partial<MockMcpServerOptions>) {
  const servers = [first, second].map((options, index) =>
    createMockMcpServer({ url: `${MCP}/${index}/mcp`, ...options }),
  ) as [MockMcpServer, MockMcpServer];
  const host = createMcpHost({
    [MCP]: (request) => servers[new URL(request.url).pathname.startsWith("/1/") ? 1 : 0].handler(request),
  });
  const add = (index: 0 | 1) => host.add(`server ${index}`, `${MCP}/${index}/mcp`);
  return { host, servers, add };
}

test("a second server at a host of sessions is not asked for its era, and on another day it is", async () => {
  const { host, servers, add } = neighbours({}, {});
  await add(0);
  const { id } = await add(1);
  expect(asked(servers[1])).toEqual(["initialize", "notifications/initialized", "tools/list"]);
  await host.mcp.removeServer(id);
  host.ports.advance(DAY);
  await add(1);
  expect(asked(servers[1]).filter((method) => method === "server/discover")).toHaveLength(1);
});

test.each([
  ["modern beside legacy", {}, { era: "modern" }],
  ["legacy beside modern", { era: "modern" }, {}],
  ["modern beside modern", { era: "modern" }, { era: "modern" }],
  ["both beside legacy", {}, { era: "both" }],
] as const)("%s works all the same", async (_what, first, second) => {
  const { host, add } = neighbours(first, second);
  await add(0);
  const { id } = await add(1);
  await expect(host.mcp.callTool({ serverId: id, name: "echo" })).resolves.toBeDefined();
});

test("a server that is connected to again after a disconnect is not asked for its era", async () => {
  const { server, host } = openServer();
  const { id } = await host.add("mock", MCP_URL);
  await host.mcp.closeConnection(id);
  await host.add("mock", MCP_URL);
  expect(host.server().state).toBe("ready");
  expect(asked(server).filter((method) => method === "server/discover")).toHaveLength(1);
});

test("of a server that only speaks the older transport, its neighbour learns nothing", async () => {
  const sse = createMockSseServer({ url: `${MCP}/sse` });
  const mcp = createMockMcpServer({ url: `${MCP}/mcp` });
  const host = createMcpHost({
    [MCP]: (request) => (new URL(request.url).pathname === "/mcp" ? mcp : sse).handler(request),
  });
  await host.add("old", `${MCP}/sse`);
  await host.add("new", `${MCP}/mcp`);
  expect(host.server("new").state).toBe("ready");
  expect(asked(mcp)).toContain("server/discover");
});
