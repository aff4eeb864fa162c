import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { startWsAgent, type WsAgent } from "../test/ws-agent.ts";
import { AgentClient, AgentConnectionError, AgentError, type AgentClientOptions } from "./index.ts";

let server: WsAgent;
const clients: AgentClient[] = [];

beforeEach(async () => {
  server = await startWsAgent();
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await server.stop();
});

function connect(options: Partial<AgentClientOptions> = {}): AgentClient {
  const client = new AgentClient({ agent: "MyAgent", host: server.host, minReconnectionDelay: 1, ...options });
  clients.push(client);
  return client;
}

/** A promise for the first call of a handler, and the handler. */
function calledOnce<A extends unknown[]>(): { handler: (...args: A) => void; called: Promise<A> } {
  const { promise, resolve } = Promise.withResolvers<A>();
  return { handler: (...args) => resolve(args), called: promise };
}

describe("the address", () => {
  test("is the kebab-case class and the instance below the prefix, with path and query", async () => {
    connect({ name: "a b", path: "/settings/live", query: { token: "t", none: null } });
    const { url } = await server.connection();
    expect(url.pathname).toBe("/agents/my-agent/a%20b/settings/live");
    expect(url.searchParams.get("token")).toBe("t");
    expect(url.searchParams.has("none")).toBe(false);
    expect(url.searchParams.get("_pk")).toMatch(/^[\w-]{20,}$/);
  });

  test("is the base path when one is given", async () => {
    connect({ basePath: "/own/route" });
    expect((await server.connection()).url.pathname).toBe("/own/route");
  });

  test("takes the instance name `default` and the given prefix", async () => {
    connect({ prefix: "/api/v1/" });
    expect((await server.connection()).url.pathname).toBe("/api/v1/my-agent/default");
  });

  test("is available as an HTTP address without the query", () => {
    expect(connect({ path: "x", query: { token: "secret" } }).getHttpUrl()).toBe(
      `http://${server.host}/agents/my-agent/default/x`,
    );
  });

  test("needs a host outside a browser", () => {
    expect(() => new AgentClient({ agent: "MyAgent" })).toThrowError(
      expect.objectContaining({ code: "option-invalid" }),
    );
  });

  test("asks an async query afresh at each connect", async () => {
    let asked = 0;
    connect({ query: async () => ({ token: `t${(asked += 1)}` }) });
    const first = await server.connection();
    expect(first.url.searchParams.get("token")).toBe("t1");
    first.drop();
    expect((await server.connection()).url.searchParams.get("token")).toBe("t2");
  });
});

describe("identity and readiness", () => {
  test("are there after the first frame", async () => {
    const onIdentity = vi.fn();
    const client = connect({ onIdentity });
    expect(client.identity).toBeNull();
    (await server.connection()).identify("given", "my-agent");
    await client.ready;
    expect(client).toMatchObject({ identified: true, name: "given", agent: "my-agent" });
    expect(client.identity).toEqual({ name: "given", agent: "my-agent" });
    expect(onIdentity).toHaveBeenCalledExactlyOnceWith("given", "my-agent");
  });

  test("wait for the state when it is announced", async () => {
    const client = connect();
    const connection = await server.connection();
    const ready = vi.fn();
    void client.ready.then(ready);
    connection.identify("default", "my-agent", { stateFollows: true });
    await vi.waitFor(() => expect(client.identified).toBe(true));
    expect(ready).not.toHaveBeenCalled();
    connection.sendState({ count: 1 });
    await client.ready;
    expect(client.state).toEqual({ count: 1 });
  });

  test("begin anew when the connection drops, and a change of identity is told", async () => {
    const change = calledOnce<[string, string, string, string]>();
    const client = connect({ onIdentityChange: change.handler });
    const first = await server.connection();
    first.identify("one");
    const before = client.ready;
    await before;
    first.drop();
    const second = await server.connection();
    expect(client.identified).toBe(false);
    expect(client.ready).not.toBe(before);
    second.identify("two");
    expect(await change.called).toEqual(["one", "two", "my-agent", "my-agent"]);
    await client.ready;
  });
});

describe("MCP servers", () => {
  const EVERYTHING = { type: "cf_agent_mcp_patch", to: "v1", ids: ["s1"] };
  const one = { name: "One", server_url: "https://one.example/mcp", state: "ready" };

  test("are asked for as patches, beside the parameters of the app", async () => {
    connect({ query: { token: "t" } });
    connect({ query: async () => ({ token: "u" }) });
    connect();
    const asked = [await server.connection(), await server.connection(), await server.connection()];
    expect(asked.map(({ url }) => url.searchParams.get("_agents_mcp"))).toEqual(["patches", "patches", "patches"]);
    expect(asked.map(({ url }) => url.searchParams.get("token")).sort()).toEqual([null, "t", "u"]);
  });

  test("are told as a whole, whatever the frame carried", async () => {
    const seen: string[] = [];
    const client = connect({
      onMcpUpdate: ({ servers, tools }) => seen.push(`${Object.keys(servers)} ${tools.map(({ name }) => name)}`),
    });
    const connection = await server.connection();
    connection.send({ ...EVERYTHING, servers: { s1: one } });
    connection.send({ type: "cf_agent_mcp_patch", from: "v1", to: "v2", tools: { s1: [{ name: "search" }] } });
    await vi.waitFor(() => expect(seen).toEqual(["s1 ", "s1 search"]));
    expect(client.mcp.tools).toEqual([{ name: "search", serverId: "s1" }]);
  });

  test("are asked for anew when something was missed: once until they come, and again when that happens again", async () => {
    const client = connect();
    const connection = await server.connection();
    const missed = { type: "cf_agent_mcp_patch", from: "v7", to: "v8", ids: [] };
    connection.send({ ...EVERYTHING, servers: { s1: one } });
    connection.send(missed);
    connection.send(missed);
    expect(await connection.frame()).toEqual({ type: "cf_agent_mcp_patch" });
    expect(Object.keys(client.mcp.servers)).toEqual(["s1"]);
    connection.send({ ...EVERYTHING, to: "v9", ids: [] });
    await vi.waitFor(() => expect(client.mcp.servers).toEqual({}));
    expect(connection.unread).toBe(0);
    connection.send(missed);
    expect(await connection.frame()).toEqual({ type: "cf_agent_mcp_patch" });
    expect(connection.unread).toBe(0);
  });

  test("of an agent that sends full frames only are taken as they come, and nothing is asked of it", async () => {
    const client = connect();
    const connection = await server.connection();
    connection.sendMcp({ servers: { s1: one } });
    connection.sendMcp({ servers: {} });
    connection.sendMcp({ servers: { s2: one } });
    await vi.waitFor(() => expect(Object.keys(client.mcp.servers)).toEqual(["s2"]));
    expect(connection.unread).toBe(0);
  });
});

describe("state", () => {
  test("arrives from the agent", async () => {
    const update = calledOnce<[unknown, string]>();
    const client = connect({ onStateUpdate: update.handler });
    (await server.connection()).sendState({ count: 1 });
    expect(await update.called).toEqual([{ count: 1 }, "server"]);
    expect(client.state).toEqual({ count: 1 });
  });

  test("is shown at once when set here, and sent", async () => {
    const onStateUpdate = vi.fn();
    const client = connect({ onStateUpdate });
    const connection = await server.connection();
    client.setState({ count: 2 });
    expect(client.state).toEqual({ count: 2 });
    expect(onStateUpdate).toHaveBeenCalledExactlyOnceWith({ count: 2 }, "client");
    expect(await connection.frame()).toEqual({ type: "cf_agent_state", state: { count: 2 } });
  });

  test("is rolled back when the agent refuses", async () => {
    const refusal = calledOnce<[string]>();
    const onStateUpdate = vi.fn();
    const client = connect({ onStateUpdateError: refusal.handler, onStateUpdate });
    const connection = await server.connection();
    connection.identify();
    connection.sendState("agreed");
    connection.sendMcp();
    await vi.waitFor(() => expect(client.state).toBe("agreed"));
    client.setState("refused");
    await connection.frame();
    connection.send({ type: "cf_agent_state_error", error: "Connection is readonly" });
    expect(await refusal.called).toEqual(["Connection is readonly"]);
    expect(client.state).toBe("agreed");
    expect(onStateUpdate.mock.calls).toEqual([
      ["agreed", "server"],
      ["refused", "client"],
      ["agreed", "server"],
    ]);
  });

  test("set before the connection is not overwritten by what the agent tells on connect", async () => {
    const mcp = calledOnce();
    const client = connect({ onMcpUpdate: mcp.handler });
    client.setState("mine");
    const connection = await server.connection();
    connection.identify("default", "my-agent", { stateFollows: true });
    connection.sendState("older");
    connection.sendMcp();
    await mcp.called;
    expect(client.state).toBe("mine");
    expect(await connection.frame()).toEqual({ type: "cf_agent_state", state: "mine" });
    connection.sendState("somebody else's");
    await vi.waitFor(() => expect(client.state).toBe("somebody else's"));
  });
});

describe("MCP servers", () => {
  test("reach the handler whole, with what other agents leave out", async () => {
    const update = calledOnce<[unknown]>();
    const client = connect({ onMcpUpdate: update.handler });
    (await server.connection()).sendMcp({
      servers: { s1: { name: "One", server_url: "https://one.example/mcp", state: "ready" } },
    });
    const [mcp] = await update.called;
    expect(mcp).toMatchObject({
      servers: { s1: { state: "ready", connectionState: "ready", error: null, auth_url: null } },
      resourceTemplates: [],
    });
    expect(client.mcp).toBe(mcp);
  });
});

test("MCP servers are kept also when nobody handles their changes", async () => {
  const client = connect();
  (await server.connection()).sendMcp({ tools: [{ serverId: "s1", name: "search" }] });
  await vi.waitFor(() => expect(client.mcp.tools).toHaveLength(1));
});

describe("frames", () => {
  test("of the protocol do not reach onMessage, everything reaches a listener", async () => {
    const seen: string[] = [];
    const heard: string[] = [];
    const last = Promise.withResolvers<void>();
    const client = connect({ onMessage: (event) => seen.push(String(event.data)) });
    client.addEventListener("message", (event) => {
      heard.push(String(event.data));
      if (event.data === "last") last.resolve();
    });
    const connection = await server.connection();
    connection.identify();
    connection.sendState(1);
    connection.sendMcp();
    connection.send({ type: "cf_agent_state_error", error: "x" });
    connection.send({ type: "rpc", id: "unknown", success: true, result: 1 });
    connection.send({ type: "rpc", id: 7 });
    connection.send({ type: "own", value: 1 });
    connection.send("plain");
    connection.send("last");
    await last.promise;
    expect(seen).toEqual(['{"type":"rpc","id":7}', '{"type":"own","value":1}', "plain", "last"]);
    expect(heard).toHaveLength(9);
  });
});

describe("the end of a connection", () => {
  test("after a terminal code is final, named, and told once", async () => {
    const onConnectionError = vi.fn();
    const closed = calledOnce<[{ code: number }]>();
    const client = connect({ onConnectionError, onClose: closed.handler });
    const waiting = client.ready;
    (await server.connection()).close(4403, "origin refused");
    expect((await closed.called)[0].code).toBe(4403);
    expect(client.connectionError).toBeInstanceOf(AgentConnectionError);
    expect(client.connectionError).toMatchObject({ code: 4403, reason: "origin refused" });
    expect(client.shouldReconnect).toBe(false);
    expect(onConnectionError).toHaveBeenCalledExactlyOnceWith(client.connectionError);
    await expect(waiting).rejects.toBe(client.connectionError);
    await expect(client.call("late")).rejects.toMatchObject({ code: "connection-closed" });
    expect(server.connections).toHaveLength(1);
  });

  test("can be left behind by reconnecting", async () => {
    const error = calledOnce();
    const client = connect({ onConnectionError: error.handler });
    (await server.connection()).close(1008);
    await error.called;
    client.reconnect();
    expect(client.connectionError).toBeNull();
    (await server.connection()).identify();
    await client.ready;
  });

  test("is decided by the owner's callback when there is one", async () => {
    const error = calledOnce<[AgentConnectionError]>();
    connect({ shouldReconnectOnClose: ({ code }) => code !== 1001, onConnectionError: error.handler });
    (await server.connection()).close(4000);
    (await server.connection()).close(1001);
    expect((await error.called)[0].code).toBe(1001);
  });

  test("on purpose is not put to the callback", async () => {
    const shouldReconnectOnClose = vi.fn(() => false);
    const client = connect({ shouldReconnectOnClose });
    (await server.connection()).identify();
    await client.ready;
    client.reconnect();
    await server.connection();
    expect(shouldReconnectOnClose).not.toHaveBeenCalled();
    expect(client.connectionError).toBeNull();
  });

  test("is an error when the retries are spent", async () => {
    const error = calledOnce<[AgentConnectionError]>();
    connect({ maxRetries: 1, onConnectionError: error.handler });
    (await server.connection()).close(1011);
    (await server.connection()).close(1011);
    await error.called;
    expect(server.connections).toHaveLength(2);
  });

  test("is no error when asked for here", async () => {
    const client = connect();
    const connection = await server.connection();
    await vi.waitFor(() => expect(client.readyState).toBe(client.OPEN));
    client.close();
    await connection.closed;
    expect(client.connectionError).toBeNull();
  });
});

test("a client held twice in the same turn keeps one connection and its calls, and closes when nobody holds it", async () => {
  const client = connect({ startClosed: true });
  const first = client.hold();
  const call = client.call("early");
  first();
  first();
  const release = client.hold();
  const connection = await server.connection();
  const { id } = await connection.frame();
  connection.send({ type: "rpc", id, success: true, result: "kept" });
  expect(await call).toBe("kept");
  expect(server.connections).toHaveLength(1);
  release();
  await connection.closed;
  expect(client.readyState).toBe(client.CLOSED);
});

test("AgentClient.fetch points to agentFetch", async () => {
  await expect(AgentClient.fetch()).rejects.toBeInstanceOf(AgentError);
});
