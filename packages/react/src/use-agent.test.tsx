import { startWsAgent, type WsAgent } from "@agents-internal/client/test-server";
import { cleanup, fireEvent, render, renderHook, waitFor } from "@testing-library/react";
import { StrictMode } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { useAgent, type UseAgentOptions, useMcpServer, useMcpServers, useMcpTools } from "./index.ts";

let server: WsAgent;

beforeEach(async () => {
  server = await startWsAgent();
});

afterEach(async () => {
  cleanup();
  await server.stop();
});

function options(more: Partial<UseAgentOptions> = {}): UseAgentOptions {
  return { agent: "MyAgent", host: server.host, minReconnectionDelay: 1, ...more };
}

const tool = (serverId: string, name: string) => ({ serverId, name, inputSchema: { type: "object" } });
const mcpServer = (name: string, state: string) => ({ name, server_url: `https://${name}.example/mcp`, state });

test("the returned socket carries state, identity and MCP servers as they change", async () => {
  const { result } = renderHook(() => useAgent<{ count: number }>(options()));
  const agent = result.current;
  const connection = await server.connection();
  connection.identify("default", "my-agent", { stateFollows: true });
  connection.sendState({ count: 1 });
  connection.sendMcp({ tools: [tool("s1", "search")] });
  await waitFor(() => expect(result.current.mcp.tools).toHaveLength(1));
  expect(result.current).toBe(agent);
  expect(agent).toMatchObject({
    state: { count: 1 },
    identified: true,
    identity: { name: "default", agent: "my-agent" },
  });
  expect(agent.mcp.resourceTemplates).toEqual([]);
  await agent.ready;
});

test("a component renders the state the agent sends and the state it sets", async () => {
  function Counter() {
    const agent = useAgent<number>(options());
    return <button onClick={() => agent.setState(2)}>{agent.state ?? "none"}</button>;
  }
  const { container, getByRole } = render(<Counter />);
  expect(container.textContent).toBe("none");
  const connection = await server.connection();
  connection.sendState(1);
  await waitFor(() => expect(container.textContent).toBe("1"));
  fireEvent.click(getByRole("button"));
  expect(container.textContent).toBe("2");
  expect(await connection.frame()).toEqual({ type: "cf_agent_state", state: 2 });
  connection.send({ type: "cf_agent_state_error", error: "State update rejected" });
  await waitFor(() => expect(container.textContent).toBe("1"));
});

test("every MCP frame reaches onMcpUpdate of the latest render, without a new connection", async () => {
  const [first, second] = [vi.fn(), vi.fn()];
  const { rerender } = renderHook(({ onMcpUpdate }) => useAgent(options({ onMcpUpdate })), {
    initialProps: { onMcpUpdate: first },
  });
  const connection = await server.connection();
  connection.sendMcp();
  await waitFor(() => expect(first).toHaveBeenCalledTimes(1));
  rerender({ onMcpUpdate: second });
  connection.sendMcp({ servers: { s1: mcpServer("one", "ready") } });
  connection.sendMcp({ servers: { s1: mcpServer("one", "ready") } });
  await waitFor(() => expect(second).toHaveBeenCalledTimes(2));
  expect(second.mock.lastCall?.[0]).toMatchObject({ servers: { s1: { name: "one" } }, resourceTemplates: [] });
  expect(first).toHaveBeenCalledTimes(1);
  expect(server.connections).toHaveLength(1);
});

test("unmounting leaves no socket and rejects what waits", async () => {
  const { result, unmount } = renderHook(() => useAgent(options()));
  const connection = await server.connection();
  const call = result.current.call("slow");
  await connection.frame();
  unmount();
  await expect(call).rejects.toMatchObject({ code: "connection-closed" });
  await connection.closed;
  expect(server.open).toBe(0);
});

test("unmounting while the query is being asked makes no connection", async () => {
  const query = Promise.withResolvers<{ token: string }>();
  const { result, unmount } = renderHook(() => useAgent(options({ query: () => query.promise })));
  const agent = result.current;
  unmount();
  await waitFor(() => expect(agent.shouldReconnect).toBe(false));
  query.resolve({ token: "late" });
  renderHook(() => useAgent(options({ name: "other" })));
  expect((await server.connection()).url.pathname).toBe("/agents/my-agent/other");
  expect(server.connections).toHaveLength(1);
});

test("StrictMode mounts twice and connects once, and a call made while mounting survives", async () => {
  const { result, unmount } = renderHook(() => useAgent(options()), { wrapper: StrictMode });
  const call = result.current.call("early");
  const connection = await server.connection();
  const { id } = await connection.frame();
  connection.send({ type: "rpc", id, success: true, result: "kept" });
  expect(await call).toBe("kept");
  expect(server.connections).toHaveLength(1);
  unmount();
  await connection.closed;
  expect(server.open).toBe(0);
});

test("another address gives another client; the old one closes and its calls end", async () => {
  const { result, rerender } = renderHook(({ name }) => useAgent(options({ name })), { initialProps: { name: "one" } });
  const old = result.current;
  const first = await server.connection();
  first.sendState("state of one");
  await waitFor(() => expect(result.current.state).toBe("state of one"));
  const call = old.call("slow");
  rerender({ name: "two" });
  expect(result.current).not.toBe(old);
  expect(result.current.state).toBeUndefined();
  await expect(call).rejects.toMatchObject({ code: "connection-closed" });
  await first.closed;
  expect((await server.connection()).url.pathname).toBe("/agents/my-agent/two");
});

test("an equal query object written inline does not reconnect; another value does", async () => {
  const { result, rerender } = renderHook(({ token }) => useAgent(options({ query: { token } })), {
    initialProps: { token: "a" },
  });
  const agent = result.current;
  await server.connection();
  rerender({ token: "a" });
  expect(result.current).toBe(agent);
  rerender({ token: "b" });
  expect((await server.connection()).url.searchParams.get("token")).toBe("b");
});

test("an async query of the latest render is asked at each connect", async () => {
  const { rerender } = renderHook(({ token }) => useAgent(options({ query: async () => ({ token }) })), {
    initialProps: { token: "a" },
  });
  const first = await server.connection();
  expect(first.url.searchParams.get("token")).toBe("a");
  rerender({ token: "b" });
  first.drop();
  expect((await server.connection()).url.searchParams.get("token")).toBe("b");
});

test("changed queryDeps ask the query again, over a new connection", async () => {
  const { rerender } = renderHook(
    ({ user }) => useAgent(options({ query: async () => ({ user }), queryDeps: [user] })),
    {
      initialProps: { user: "ann" },
    },
  );
  const first = await server.connection();
  rerender({ user: "bob" });
  expect((await server.connection()).url.searchParams.get("user")).toBe("bob");
  await first.closed;
});

test("a dropped connection is made again and shows the agent's state of then", async () => {
  const { result } = renderHook(() => useAgent<string>(options()));
  const first = await server.connection();
  first.identify();
  first.sendState("before");
  await waitFor(() => expect(result.current.state).toBe("before"));
  first.drop();
  await waitFor(() => expect(result.current.identified).toBe(false));
  const second = await server.connection();
  second.identify();
  second.sendState("after");
  await waitFor(() => expect(result.current.state).toBe("after"));
  expect(result.current.identified).toBe(true);
});

test("a terminal close is shown as an error and not tried again", async () => {
  const onConnectionError = vi.fn();
  const { result } = renderHook(() => useAgent(options({ onConnectionError })));
  (await server.connection()).close(4404, "no such agent");
  await waitFor(() => expect(result.current.connectionError).toMatchObject({ code: 4404, reason: "no such agent" }));
  expect(onConnectionError).toHaveBeenCalledTimes(1);
  expect(server.connections).toHaveLength(1);
});

test("`enabled` opens and closes the same client", async () => {
  const { result, rerender } = renderHook(({ enabled }) => useAgent(options({ enabled })), {
    initialProps: { enabled: false },
  });
  const agent = result.current;
  const call = agent.call("waiting");
  expect(server.connections).toHaveLength(0);
  rerender({ enabled: true });
  const connection = await server.connection();
  connection.send({ type: "rpc", id: (await connection.frame()).id, success: true, result: "done" });
  expect(await call).toBe("done");
  rerender({ enabled: false });
  await connection.closed;
  expect(result.current).toBe(agent);
});

test("two components of one address have their own sockets", async () => {
  const one = renderHook(() => useAgent(options()));
  const two = renderHook(() => useAgent(options()));
  const ids = [(await server.connection()).url, (await server.connection()).url].map((url) =>
    url.searchParams.get("_pk"),
  );
  expect(new Set(ids).size).toBe(2);
  expect(one.result.current).not.toBe(two.result.current);
});

test("selector hooks render only when their part changes", async () => {
  const renders = { servers: 0, one: 0, tools: 0 };
  const agent = renderHook(() => useAgent(options())).result.current;
  const servers = renderHook(() => (renders.servers++, useMcpServers(agent)));
  const one = renderHook(() => (renders.one++, useMcpServer(agent, "s1")));
  const tools = renderHook(() => (renders.tools++, useMcpTools(agent, "s1")));
  const connection = await server.connection();

  connection.sendMcp({ servers: { s1: mcpServer("one", "ready") }, tools: [tool("s1", "search")] });
  await waitFor(() => expect(tools.result.current).toHaveLength(1));
  expect(one.result.current).toMatchObject({ name: "one", state: "ready" });
  const before = { ...renders };

  connection.sendMcp({
    servers: { s0: mcpServer("zero", "connecting"), s1: mcpServer("one", "ready") },
    tools: [tool("s0", "other"), tool("s1", "search")],
  });
  await waitFor(() => expect(Object.keys(servers.result.current)).toEqual(["s0", "s1"]));
  expect(renders).toEqual({ ...before, servers: before.servers + 1 });
});
