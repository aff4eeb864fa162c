import { EMPTY_MCP_STATE, type McpPatchMessage, type MCPServer } from "@agents-internal/protocol";
import { expect, test, vi } from "vitest";
import { McpStore } from "./mcp-store.ts";

const server = (name: string, extra: Partial<MCPServer> = {}): MCPServer =>
  ({ name, server_url: `https://${name}.example/mcp`, state: "ready", ...extra }) as MCPServer;
const tool = (name: string, description = "") => ({ name, description, inputSchema: { type: "object" } as const });

function patch(to: string, change: Omit<McpPatchMessage, "type" | "to">): McpPatchMessage {
  return { type: "cf_agent_mcp_patch", to, ...change };
}

/** Two servers with tools, at version `1`. */
function filled(): McpStore {
  const store = new McpStore();
  store.patch(
    patch("1", {
      ids: ["b", "a"],
      servers: { b: server("B"), a: server("A") },
      tools: { b: [tool("one"), tool("two")], a: [tool("three")] },
      vault: "keyed",
    }),
  );
  return store;
}

const toolsOf = (store: McpStore): string[] => store.getSnapshot().tools.map((each) => `${each.serverId}.${each.name}`);

test("everything at once is the state, with each item's server in it", () => {
  const state = filled().getSnapshot();
  expect(Object.keys(state.servers)).toEqual(["b", "a"]);
  expect(state.servers.a).toMatchObject({ name: "A", connectionState: "ready", error: null });
  expect(state.tools).toEqual([
    { ...tool("one"), serverId: "b" },
    { ...tool("two"), serverId: "b" },
    { ...tool("three"), serverId: "a" },
  ]);
  expect(state).toMatchObject({ prompts: [], resources: [], resourceTemplates: [], vault: "keyed" });
});

test("a list that changed leaves everything else, and each tool that stayed, the very same", () => {
  const store = filled();
  const before = store.getSnapshot();
  const listener = vi.fn();
  store.subscribe(listener);
  expect(store.patch(patch("2", { from: "1", tools: { b: [tool("new"), tool("one"), tool("two", "better")] } }))).toBe(
    true,
  );
  const after = store.getSnapshot();
  expect(toolsOf(store)).toEqual(["b.new", "b.one", "b.two", "a.three"]);
  expect(after.tools[1]).toBe(before.tools[0]);
  expect(after.tools[3]).toBe(before.tools[2]);
  expect(after.tools[2]).toMatchObject({ description: "better" });
  expect(after.servers).toBe(before.servers);
  expect(after.prompts).toBe(before.prompts);
  expect(listener).toHaveBeenCalledTimes(1);
});

test("a server that changed leaves the others and all lists the very same", () => {
  const store = filled();
  const before = store.getSnapshot();
  store.patch(patch("2", { from: "1", servers: { a: server("A", { live: false }) } }));
  const after = store.getSnapshot();
  expect(after.servers.a).toMatchObject({ live: false });
  expect(after.servers.b).toBe(before.servers.b);
  expect(after.tools).toBe(before.tools);
});

test("servers come, go and change places with their lists", () => {
  const store = filled();
  store.patch(
    patch("2", { from: "1", ids: ["a", "10", "b"], servers: { "10": server("C") }, tools: { "10": [tool("four")] } }),
  );
  expect(toolsOf(store)).toEqual(["a.three", "10.four", "b.one", "b.two"]);
  store.patch(patch("3", { from: "2", tools: { "10": [] } }));
  expect(toolsOf(store)).toEqual(["a.three", "b.one", "b.two"]);
  store.patch(patch("4", { from: "3", ids: ["b"] }));
  expect(toolsOf(store)).toEqual(["b.one", "b.two"]);
  expect(Object.keys(store.getSnapshot().servers)).toEqual(["b"]);
  store.patch(patch("5", { from: "4", ids: [] }));
  expect(store.getSnapshot()).toEqual(EMPTY_MCP_STATE);
});

test("what is not about this version changes nothing", () => {
  const store = filled();
  const before = store.getSnapshot();
  expect(store.patch(patch("3", { from: "2", ids: [] }))).toBe(false);
  expect(new McpStore().patch(patch("2", { from: "1", ids: [] }))).toBe(false);
  expect(store.getSnapshot()).toBe(before);
  expect(store.patch(patch("2", { from: "1", vault: "unkeyed" }))).toBe(true);
});

test("after a full snapshot, which has no version, no patch fits", () => {
  const store = filled();
  store.replace(store.getSnapshot());
  expect(store.patch(patch("2", { from: "1", ids: [] }))).toBe(false);
});

test("everything anew that is the same as before tells nobody", () => {
  const store = filled();
  const before = store.getSnapshot();
  const listener = vi.fn();
  store.subscribe(listener);
  store.patch(
    patch("1", {
      ids: ["b", "a"],
      servers: { b: server("B"), a: server("A") },
      tools: { b: [tool("one"), tool("two")], a: [tool("three")] },
      vault: "keyed",
    }),
  );
  expect(store.getSnapshot()).toBe(before);
  expect(listener).not.toHaveBeenCalled();
});

test("hostile names are only names", () => {
  const store = new McpStore();
  const hostile = JSON.parse(
    '{"type":"cf_agent_mcp_patch","to":"1","ids":["__proto__","constructor","toString"],' +
      '"servers":{"__proto__":{"name":"x","state":"ready"},"constructor":{"name":"y","state":"ready"}},' +
      '"tools":{"__proto__":[{"name":"__proto__","inputSchema":{"type":"object"},"polluted":true}]}}',
  ) as McpPatchMessage;
  expect(store.patch(hostile)).toBe(true);
  const { servers, tools } = store.getSnapshot();
  expect(Object.keys(servers)).toEqual(["__proto__", "constructor"]);
  expect(tools).toMatchObject([{ name: "__proto__", serverId: "__proto__" }]);
  expect(store.patch(patch("2", { from: "1", ids: ["constructor"] }))).toBe(true);
  expect(store.getSnapshot().tools).toEqual([]);
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect({}).not.toHaveProperty("polluted");
});
