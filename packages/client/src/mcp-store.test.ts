import { EMPTY_MCP_STATE, type MCPServer, type MCPServersState, type Tool } from "@agents-internal/protocol";
import { expect, test, vi } from "vitest";
import { McpStore } from "./mcp-store.ts";

const tool = (serverId: string, name: string, description = "") => ({
  serverId,
  name,
  description,
  inputSchema: { type: "object" },
});

function state(servers: Record<string, string>, tools: MCPServersState["tools"] = []): MCPServersState {
  const wire: unknown = Object.fromEntries(
    Object.entries(servers).map(([id, name]) => [
      id,
      { name, server_url: `https://${id}.example/mcp`, state: "ready" },
    ]),
  );
  return { ...EMPTY_MCP_STATE, servers: wire as Record<string, MCPServer>, tools };
}

test("an equal snapshot changes nothing and tells nobody", () => {
  const store = new McpStore();
  const first = store.replace(state({ a: "A" }, [tool("a", "search")]));
  const listener = vi.fn();
  store.subscribe(listener);
  expect(store.replace(state({ a: "A" }, [tool("a", "search")]))).toBe(first);
  expect(listener).not.toHaveBeenCalled();
});

test("only what changed is new", () => {
  const store = new McpStore();
  const first = store.replace(state({ a: "A", b: "B" }, [tool("a", "one"), tool("a", "two")]));
  const second = store.replace(state({ a: "A", b: "B changed" }, [tool("a", "one"), tool("a", "two", "better")]));
  expect(second.servers.a).toBe(first.servers.a);
  expect(second.servers.b).not.toBe(first.servers.b);
  expect(second.prompts).toBe(first.prompts);
  expect(second.tools).not.toBe(first.tools);
  expect(second.tools[0]).toBe(first.tools[0]);
  expect(second.tools[1]).toMatchObject({ description: "better" });
});

test("a tool keeps its identity when others before it come and go", () => {
  const store = new McpStore();
  const first = store.replace(state({}, [tool("a", "gone"), tool("b", "stays")]));
  const second = store.replace(state({}, [tool("b", "stays"), tool("c", "new")]));
  expect(second.tools[0]).toBe(first.tools[1]);
  expect(second.tools).toHaveLength(2);
});

test("the same name on two servers is two tools", () => {
  const store = new McpStore();
  store.replace(state({}, [tool("a", "search", "of a"), tool("b", "search", "of b")]));
  const swapped = store.replace(state({}, [tool("b", "search", "of b"), tool("a", "search", "of a")]));
  expect(swapped.tools.map(({ description }) => description)).toEqual(["of b", "of a"]);
});

test("a selector that makes a new list each time gives the same one while its contents are", () => {
  const store = new McpStore();
  store.replace(state({}, [tool("a", "one"), tool("b", "two")]));
  const ofA = store.select(({ tools }) => tools.filter(({ serverId }) => serverId === "a"));
  const before = ofA.getSnapshot();
  expect(ofA.getSnapshot()).toBe(before);
  store.replace(state({}, [tool("b", "two changed"), tool("a", "one")]));
  expect(ofA.getSnapshot()).toBe(before);
  store.replace(state({}, []));
  expect(ofA.getSnapshot()).toEqual([]);
});

test("a server's own fields win over what is filled in for agents that do not send them", () => {
  const store = new McpStore();
  const { servers } = store.replace(state({ a: "A" }));
  expect(servers.a).toMatchObject({ connectionState: "ready", error: null, error_code: null, auth_url: null });
  const failed = { ...state({ a: "A" }).servers.a, error: "No." } as MCPServer;
  expect(store.replace({ ...EMPTY_MCP_STATE, servers: { a: failed } }).servers.a?.error).toBe("No.");
});

test("a hostile server id or a schema nested to hurt is only data", () => {
  const store = new McpStore();
  const deep = (): Tool["inputSchema"] =>
    JSON.parse(`${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`) as Tool["inputSchema"];
  const hostile = (): MCPServersState => ({
    ...(JSON.parse('{"servers":{"__proto__":{"name":"x","state":"ready"}}}') as MCPServersState),
    tools: [{ ...tool("__proto__", "deep"), inputSchema: deep() }],
  });
  store.replace(hostile());
  const { servers } = store.replace(hostile());
  expect(Object.keys(servers)).toEqual(["__proto__"]);
  expect(Object.getPrototypeOf({})).toBe(Object.prototype);
});

test("a listener that leaves while others are told is not told again", () => {
  const store = new McpStore();
  const stop = store.subscribe(() => stop());
  const other = vi.fn();
  store.subscribe(other);
  store.replace(state({ a: "A" }));
  store.replace(state({ a: "B" }));
  expect(other).toHaveBeenCalledTimes(2);
});
