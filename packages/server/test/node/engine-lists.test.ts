// What is said of lists that are not whole, and when lists are read again.
import { createMockMcpServer, ECHO_TOOL, type MockMcpServer } from "@agents-internal/testing";
import { afterEach, expect, test, vi } from "vitest";
import { asks, failure, MCP, MCP_URL, openServer } from "./mcp-scenes.ts";
import { createMcpHost, type McpHost } from "./mcp-host.ts";

afterEach(() => void vi.useRealTimers());

const MINUTE = 60_000;
const prompts = [{ name: "greet" }];
const resources = [{ uri: "file:///a", name: "a" }];
const listed = (server: MockMcpServer, method = "tools/list") =>
  server.received.filter((message) => message.method === method).length;
const calling = async (host: McpHost, serverId: string) => {
  await host.mcp.callTool({ serverId, name: "echo" });
  await host.ports.settled();
};

test("a list that cannot be read is named with its reason, the others are there, and all of it survives a wake", async () => {
  const { host } = openServer({ prompts, resources, faults: ["broken-prompts"] });
  expect(await host.add("mock", MCP_URL)).toMatchObject({ state: "ready" });
  const problem = {
    error_code: "protocol-error",
    error: "The server refused the request. The list is broken.",
    left_out: null,
  };
  expect(host.server().list_problems).toEqual({ prompts: [problem] });
  expect(host.state()).toMatchObject({ tools: [{ name: "echo" }], resources: [{ name: "a" }], prompts: [] });
  host.evict();
  host.network.forget();
  expect(host.server().list_problems).toEqual({ prompts: [problem] });
  expect(host.network.requests).toEqual([]);
});

test("broken tools take neither prompts nor resources away", async () => {
  const { host } = openServer({ prompts, resources, faults: ["broken-tools"] });
  expect(await host.add("mock", MCP_URL)).toMatchObject({ state: "ready" });
  expect(host.server().list_problems).toMatchObject({ tools: [{ error_code: "protocol-error" }] });
  expect(host.state()).toMatchObject({ tools: [], prompts: [{ name: "greet" }], resources: [{ name: "a" }] });
});

test("a server of which nothing can be listed is not called ready", async () => {
  const { host } = openServer({ faults: ["broken-tools"] });
  expect(await failure(host.add("mock", MCP_URL))).toMatchObject({ code: "discovery-failed" });
});

test("a list that breaks later keeps what was known, says so, and is whole again when it can be read", async () => {
  const { server, host } = openServer({ prompts });
  const { id } = await host.add("mock", MCP_URL);
  server.faults.add("broken-prompts");
  server.change({ prompts: [{ name: "other" }] });
  await vi.waitFor(() => expect(host.server().list_problems).toBeDefined());
  expect(host.state().prompts).toMatchObject([{ name: "greet" }]);
  expect(host.server()).toMatchObject({ state: "ready", list_problems: { prompts: [{}] } });
  server.faults.delete("broken-prompts");
  host.ports.advance(MINUTE);
  await calling(host, id);
  expect(host.state().prompts).toMatchObject([{ name: "other" }]);
  expect(host.server()).not.toHaveProperty("list_problems");
});

test("a list whose pages never end is cut with a code, and the server works", async () => {
  const { host } = openServer({ faults: ["endless-pages"] });
  const { id } = await host.add("mock", MCP_URL, { client: { listMaxPages: 3 } });
  expect(host.server()).toMatchObject({ state: "ready", list_problems: { tools: [{ error_code: "list-endless" }] } });
  await expect(host.mcp.callTool({ serverId: id, name: "echo" })).resolves.toBeDefined();
});

test("items that are none are left out one by one, and counted", async () => {
  const tools = [ECHO_TOOL, { name: "", inputSchema: {} }, { ...ECHO_TOOL, name: "odd", inputSchema: null as never }];
  const { host } = openServer({ tools });
  await host.add("mock", MCP_URL);
  expect(host.state().tools).toMatchObject([{ name: "echo" }]);
  expect(host.server().list_problems).toMatchObject({ tools: [{ error_code: "items-unusable", left_out: 2 }] });
});

test("20 servers of 8 million characters each are kept within one bound, and the one that did not fit says so", async () => {
  const tool = (index: number) => ({ ...ECHO_TOOL, name: `tool-${index}`, description: "x".repeat(1_000_000) });
  const tools = Array.from({ length: 8 }, (_, index) => tool(index));
  const hosts = Array.from({ length: 20 }, (_, index) => `https://mcp${index}.example`);
  const servers = hosts.map((origin) => createMockMcpServer({ url: `${origin}/mcp`, tools, pageSize: 1 }));
  const host = createMcpHost(Object.fromEntries(servers.map(({ handler }, index) => [hosts[index], handler])));
  const added = await Promise.all(hosts.map((origin, index) => host.add(`server ${index}`, `${origin}/mcp`)));
  expect(added.every(({ state }) => state === "ready")).toBe(true);
  expect(JSON.stringify(host.state()).length).toBeLessThan(11 * 1024 * 1024);
  const codes = added.map(({ id }) => host.state().servers[id]?.list_problems?.tools?.[0]?.error_code);
  expect(codes.filter((code) => code === "catalogue-full").length).toBeGreaterThan(15);
  await expect(host.mcp.callTool({ serverId: added[19]?.id ?? "", name: "tool-7" })).resolves.toBeDefined();

  // What a server that goes leaves is there for the others.
  const isCut = (id: string) => host.state().servers[id]?.list_problems !== undefined;
  const some = host.state().tools.map(({ serverId }) => serverId);
  for (const id of new Set(some)) await host.mcp.removeServer(id);
  const next = added.find(({ id }) => host.state().servers[id] !== undefined && isCut(id));
  if (next === undefined) throw new Error("nothing was cut");
  expect(await host.mcp.discoverIfConnected(next.id)).toMatchObject({ success: true });
  expect(isCut(next.id)).toBe(false);
}, 30_000);

test("a server that connects and never lists is tried as often as it should be, and then fails", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const server = createMockMcpServer({ url: MCP_URL });
  const isListing = asks("tools/list");
  let asked = 0;
  const host = createMcpHost({
    [MCP]: async (request) => {
      if (!(await isListing(request.clone()))) return server.handler(request);
      asked += 1;
      return new Promise<Response>(() => undefined);
    },
  });
  const adding = failure(host.add("mock", MCP_URL, { retry: { maxAttempts: 2 } }));
  await vi.waitFor(() => expect(asked).toBe(1));
  await vi.advanceTimersByTimeAsync(16_000);
  await vi.waitFor(() => expect(host.ports.due.size).toBe(1));
  host.ports.advance(MINUTE);
  const ringing = host.ring();
  await vi.waitFor(() => expect(asked).toBe(2));
  await vi.advanceTimersByTimeAsync(16_000);
  await ringing;
  expect(await adding).toMatchObject({ code: "timeout" });
  expect(host.server()).toMatchObject({ state: "failed", error_code: "timeout" });
  expect(host.ports.due.size).toBe(0);
});

test("a list is not read again while the server says that it may be kept, also after a wake, and is once that is over", async () => {
  const { server, host } = openServer({ era: "modern", ttlMs: 10 * MINUTE });
  const { id } = await host.add("mock", MCP_URL);
  expect(listed(server)).toBe(1);
  host.evict();
  host.ports.advance(9 * MINUTE);
  await calling(host, id);
  expect(listed(server)).toBe(1);
  host.ports.advance(2 * MINUTE);
  await calling(host, id);
  expect(listed(server)).toBe(2);
  await calling(host, id);
  expect(listed(server)).toBe(2);
});

test("a list that may not be kept at all is read at most once a minute, by all calls together", async () => {
  const { server, host } = openServer({ era: "modern", ttlMs: 0 });
  const { id } = await host.add("mock", MCP_URL);
  await calling(host, id);
  expect(listed(server)).toBe(1);
  host.ports.advance(2 * MINUTE);
  await Promise.all([calling(host, id), calling(host, id), calling(host, id)]);
  expect(listed(server)).toBe(2);
});

test("a change that is announced is read at once, however long the list may be kept, and only that list", async () => {
  const { server, host } = openServer({ era: "modern", ttlMs: 10 * MINUTE, prompts });
  await host.add("mock", MCP_URL);
  await vi.waitFor(() => expect(server.streamCount).toBe(1));
  server.change({ tools: [ECHO_TOOL, { ...ECHO_TOOL, name: "new" }] });
  await vi.waitFor(() => expect(host.state().tools).toHaveLength(2));
  expect(listed(server, "prompts/list")).toBe(1);
});

test("resources and templates that change with one message are read once each", async () => {
  const { server, host } = openServer({ resources });
  await host.add("mock", MCP_URL);
  await vi.waitFor(() => expect(server.streamCount).toBe(1));
  server.change({ resources: [...resources, { uri: "file:///b", name: "b" }] });
  await vi.waitFor(() => expect(host.state().resources).toHaveLength(2));
  await host.ports.settled();
  expect([listed(server, "resources/list"), listed(server, "resources/templates/list")]).toEqual([2, 2]);
  expect(listed(server)).toBe(1);
});

test("lists of at most six servers are read again at the same time", async () => {
  const hosts = Array.from({ length: 9 }, (_, index) => `https://mcp${index}.example`);
  const servers = hosts.map((origin) => createMockMcpServer({ url: `${origin}/mcp` }));
  let waiting = 0;
  let closed = false;
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const isListing = asks("tools/list");
  const slow = (server: MockMcpServer) => async (request: Request) => {
    if (closed && (await isListing(request.clone()))) {
      waiting += 1;
      await opened;
    }
    return server.handler(request);
  };
  const host = createMcpHost(Object.fromEntries(servers.map((server, index) => [hosts[index], slow(server)])));
  const added = await Promise.all(hosts.map((origin, index) => host.add(`server ${index}`, `${origin}/mcp`)));
  closed = true;
  host.evict();
  await Promise.all(added.map(({ id }) => host.mcp.callTool({ serverId: id, name: "echo" })));
  await vi.waitFor(() => expect(waiting).toBe(6));
  open();
  await host.ports.settled();
  expect(waiting).toBe(9);
});
