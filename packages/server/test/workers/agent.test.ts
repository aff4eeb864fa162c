import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { getAgentByName } from "../../src/index.ts";
import { openSocket } from "./open-socket.ts";

const MCP = {
  type: "cf_agent_mcp_servers",
  mcp: { servers: {}, tools: [], prompts: [], resources: [], resourceTemplates: [] },
};
const open = (path: string, headers?: Record<string, string>) => openSocket(exports.default, path, headers);
const get = (path: string, init?: RequestInit) =>
  exports.default.fetch(new Request(`https://app.example${path}`, init));

test("a client hears identity, state and MCP servers, and only then the author's own words", async () => {
  const { take } = await open("/agents/test-agent/order");
  expect(await take(4)).toEqual([
    { type: "cf_agent_identity", name: "order", agent: "test-agent", stateFollows: true },
    { type: "cf_agent_state", state: { count: 0 } },
    MCP,
    "hello",
  ]);
});

test("without state and identity the MCP servers come first", async () => {
  const { next } = await open("/agents/quiet-agent/order");
  expect(await next()).toEqual(MCP);
});

test("a state set by one client reaches the other and not itself, and survives an eviction", async () => {
  const one = await open("/agents/test-agent/sync");
  const two = await open("/agents/test-agent/sync");
  await one.take(4);
  await two.take(4);
  one.send({ type: "cf_agent_state", state: { count: 5 } });
  expect(await two.next()).toEqual({ type: "cf_agent_state", state: { count: 5 } });
  one.send("something else");
  expect(await one.next()).toBe("heard 1");

  const stub = env.TestAgent.getByName("sync");
  expect((await stub.counted()).changes).toEqual(["5 by client"]);
  await evictDurableObject(stub);
  expect(await two.call("increment", 2)).toMatchObject({ success: true, result: 7, done: true });
  expect(await one.next()).toEqual({ type: "cf_agent_state", state: { count: 7 } });
});

test("a state the author refuses changes nothing and tells only the sender", async () => {
  const one = await open("/agents/test-agent/refused");
  await one.take(4);
  one.send({ type: "cf_agent_state", state: { count: "many" } });
  expect(await one.next()).toEqual({ type: "cf_agent_state_error", error: "State update rejected" });
  expect((await env.TestAgent.getByName("refused").counted()).state).toEqual({ count: 0 });
});

test("a read-only client can watch and call, and change the state neither directly nor through a method", async () => {
  const reader = await open("/agents/test-agent/readonly?readonly");
  await reader.take(4);
  reader.send({ type: "cf_agent_state", state: { count: 9 } });
  expect(await reader.next()).toEqual({ type: "cf_agent_state_error", error: "Connection is readonly" });
  expect(await reader.call("increment")).toMatchObject({
    success: false,
    error: "Connection is readonly",
    code: "readonly",
  });
  expect(await reader.call("whereAmI")).toMatchObject({ success: true });
  await evictDurableObject(env.TestAgent.getByName("readonly"));
  expect(await reader.call("increment")).toMatchObject({ success: false, code: "readonly" });
});

test("a connection can be made read-only later, without touching its own state", async () => {
  const { call, take } = await open("/agents/test-agent/late-readonly?_pk=me");
  await take(4);
  expect(await call("increment")).toMatchObject({ result: 1 });
  await call("makeReadonly");
  expect(await call("increment")).toMatchObject({ code: "readonly" });
  const kept = await runInDurableObject(
    env.TestAgent.getByName("late-readonly"),
    (agent) => agent.getConnection("me")?.state,
  );
  expect(kept).toEqual({ joined: true });
});

test("a client that opted out gets no protocol frames, and may still call", async () => {
  const quiet = await open("/agents/test-agent/silent?silent");
  expect(await quiet.next()).toBe("hello");
  expect(await quiet.call("increment")).toMatchObject({ result: 1 });
  quiet.send("any word");
  expect(await quiet.next()).toBe("heard 1");
});

test("a method's result, chunks and end arrive with the call's id", async () => {
  const client = await open("/agents/test-agent/stream?silent");
  await client.next();
  client.send({ type: "rpc", id: "s", method: "countTo", args: [2] });
  expect(await client.take(3)).toEqual([
    { type: "rpc", id: "s", success: true, result: 1, done: false },
    { type: "rpc", id: "s", success: true, result: 2, done: false },
    { type: "rpc", id: "s", success: true, result: "done", done: true },
  ]);
  client.send({ type: "rpc", id: "b", method: "breakOff", args: [] });
  expect(await client.take(2)).toEqual([
    { type: "rpc", id: "b", success: true, result: 1, done: false },
    { type: "rpc", id: "b", success: false, error: "broke off", code: "call-failed" },
  ]);
});

test("a failed call says what and why, and never where", async () => {
  const { call, take } = await open("/agents/test-agent/fail");
  await take(4);
  const answers = [await call("fail", "coded"), await call("fail", "plain"), await call("fail", "object")];
  expect(answers).toEqual([
    { type: "rpc", id: "call-1", success: false, error: "not today", code: "shop-closed" },
    { type: "rpc", id: "call-2", success: false, error: "plain trouble", code: "call-failed" },
    { type: "rpc", id: "call-3", success: false, error: "The method failed.", code: "call-failed" },
  ]);
  const { errors } = await env.TestAgent.getByName("fail").counted();
  expect(errors).toEqual(["Error: plain trouble", "[object Object]"]);
});

test.each([
  ["nothing", "method-not-found", "Method nothing does not exist"],
  ["__proto__", "method-not-found", "Method __proto__ does not exist"],
  ["hidden", "method-not-callable", "Method hidden is not callable"],
  ["constructor", "method-not-callable", "Method constructor is not callable"],
  ["setState", "method-not-callable", "Method setState is not callable"],
  ["onMessage", "method-not-callable", "Method onMessage is not callable"],
  ["toString", "method-not-callable", "Method toString is not callable"],
])("a client cannot call %s", async (method, code, error) => {
  const { call, take } = await open("/agents/test-agent/forbidden");
  await take(4);
  expect(await call(method)).toMatchObject({ success: false, code, error });
});

test("methods can be offered without decorators", async () => {
  const { call, next } = await open("/agents/quiet-agent/echo");
  await next();
  expect(await call("echo", { deep: [1] })).toMatchObject({ result: { deep: [1] } });
  expect(await call("notListed")).toMatchObject({ code: "method-not-callable" });
});

test("the callable methods are listed with what was said about them", async () => {
  const listed = await runInDurableObject(env.TestAgent.getByName("list"), (agent) => [...agent.getCallableMethods()]);
  expect(Object.fromEntries(listed)).toEqual({
    increment: { description: "Adds to the count" },
    fail: {},
    countTo: { streaming: true },
    breakOff: { streaming: true },
    whereAmI: {},
    makeReadonly: {},
    addDeadServer: {},
  });
});

test("what is not our protocol reaches the author, also when it merely looks like ours", async () => {
  const client = await open("/agents/test-agent/foreign?silent");
  await client.next();
  const foreign = [
    "plain",
    "{bad json",
    '{"type":"rpc","id":1}',
    '{"type":"cf_agent_state"}',
    '{"type":"newer"}',
    "[]",
    "null",
  ];
  for (const message of foreign) client.send(message);
  await client.take(foreign.length);
  client.socket.send(new Uint8Array([1, 2, 3]));
  await client.next();
  expect((await env.TestAgent.getByName("foreign").counted()).heard).toEqual([...foreign, "binary 3"]);
});

test("a frame that is too large ends the connection", async () => {
  const client = await open("/agents/test-agent/large");
  client.send("x".repeat(1024 * 1024 + 1));
  expect(await client.closed).toMatchObject({ code: 1009 });
});

test("an error in a hook goes to onError and leaves the connection open", async () => {
  const client = await open("/agents/test-agent/hook-error?silent");
  await client.next();
  client.send("throw");
  client.send("fine");
  expect(await client.next()).toBe("heard 1");
  expect((await env.TestAgent.getByName("hook-error").counted()).errors).toEqual(["Error: secret detail"]);
});

test("an error while connecting closes with 1011, and nothing of it is sent", async () => {
  const client = await open("/agents/test-agent/refuse?refuse");
  expect(await client.closed).toEqual({ code: 1011, reason: "Internal error" });
  expect(JSON.stringify(await client.take(3))).not.toMatch(/secret|worker\.ts/);
});

test.each(["tag=", `tag=${"x".repeat(300)}`, [...Array(12).keys()].map((tag) => `tag=${tag}`).join("&")])(
  "tags the platform would refuse close with 1011 and without a word: %.20s",
  async (query) => {
    const client = await open(`/agents/test-agent/tags?${query}`);
    expect(await client.closed).toEqual({ code: 1011, reason: "Internal error" });
  },
);

test("an id or a path that is too long does no harm", async () => {
  const client = await open(`/agents/test-agent/long/${"p".repeat(5000)}?_pk=${"i".repeat(400)}`);
  expect(await client.take(4)).toHaveLength(4);
});

test("an error in onRequest is a bare 500", async () => {
  const answer = await get("/agents/test-agent/http/boom");
  expect(answer.status).toBe(500);
  expect(await answer.text()).toBe("Internal Server Error");
});

test("no query survives in what is stored of a connection", async () => {
  const client = await open("/agents/test-agent/attachment?token=canary-4711&_pk=one");
  await client.take(4);
  expect(await client.call("whereAmI")).toMatchObject({
    result: { agent: true, connection: "one", request: true, uri: "https://app.example/agents/test-agent/attachment" },
  });
  const stored = await runInDurableObject(env.TestAgent.getByName("attachment"), (_agent, ctx) =>
    ctx.getWebSockets().map((socket) => JSON.stringify(WebSocket.prototype.deserializeAttachment.call(socket))),
  );
  expect(stored).toHaveLength(1);
  expect(stored[0]).not.toContain("canary-4711");
});

test("a client that comes back under its id takes its old socket's place", async () => {
  const old = await open("/agents/test-agent/again?_pk=same");
  await old.take(4);
  const fresh = await open("/agents/test-agent/again?_pk=same");
  await fresh.take(4);
  expect(await old.closed).toMatchObject({ code: 1000 });
  expect(await fresh.call("whereAmI")).toMatchObject({ result: { connection: "same" } });
});

test("a connection's own state and tags survive an eviction", async () => {
  const client = await open("/agents/test-agent/kept?tag=blue&_pk=kept");
  await client.take(4);
  const stub = env.TestAgent.getByName("kept");
  await evictDurableObject(stub);
  expect(await client.call("whereAmI")).toMatchObject({ result: { connection: "kept" } });
  const seen = await runInDurableObject(stub, (agent) =>
    [...agent.getConnections("blue")].map(({ id, state }) => ({ id, state })),
  );
  expect(seen).toEqual([{ id: "kept", state: { joined: true } }]);
});

test("a method called over a bare stub runs after onStart, also after an eviction", async () => {
  const stub = env.TestAgent.get(env.TestAgent.idFromName("bare"));
  expect(await stub.greet()).toBe("started as bare");
  await evictDurableObject(stub);
  expect(await stub.greet()).toBe("started as bare");
});

test("many first callers of every kind share one onStart", async () => {
  const stub = env.TestAgent.getByName("crowd");
  const calls = Array.from({ length: 10 }, () => [
    stub.greet(),
    get("/agents/test-agent/crowd"),
    open("/agents/test-agent/crowd"),
  ]);
  await Promise.all(calls.flat());
  expect((await stub.counted()).starts).toBe(1);
});

test("props reach onStart, and a header from outside does not", async () => {
  const stub = await getAgentByName(env.TestAgent, "props", { props: { from: "worker" } });
  expect(await (await stub.fetch("https://app.example/")).json()).toMatchObject({ startedWith: { from: "worker" } });
  const headers = { "x-partykit-props": btoa('{"from":"outside"}') };
  const spoofed = await env.TestAgent.getByName("spoofed").fetch("https://app.example/", { headers });
  expect(await spoofed.json()).toMatchObject({ startedWith: null });
});

test("an onStart that fails is tried again at the next event, and its reason is not told", async () => {
  const stub = env.StubbornAgent.getByName("stubborn");
  await runInDurableObject(stub, (_agent, ctx) => ctx.storage.put("failures", 2));
  const first = await get("/agents/stubborn-agent/stubborn");
  expect([first.status, await first.text()]).toEqual([500, "Internal Server Error"]);
  expect(await (await open("/agents/stubborn-agent/stubborn")).closed).toEqual({
    code: 1011,
    reason: "Internal error",
  });
  expect(await (await get("/agents/stubborn-agent/stubborn")).text()).toBe("at last");
});

test("getCurrentAgent knows the agent and the request", async () => {
  const answer = await get("/agents/test-agent/current/whoami?x=1");
  expect(await answer.json()).toEqual({
    same: true,
    url: "https://app.example/agents/test-agent/current/whoami?x=1",
    name: "current",
  });
});

test("a state that cannot be read falls back to the initial one", async () => {
  const stub = env.TestAgent.getByName("corrupt");
  await runInDurableObject(stub, async (agent, ctx) => {
    agent.setState({ count: 3 });
    ctx.storage.sql.exec("UPDATE agents_state SET value = '{'");
  });
  await evictDurableObject(stub);
  expect((await stub.counted()).state).toEqual({ count: 0 });
});

test("destroy deletes everything and ends the sockets for good", async () => {
  const client = await open("/agents/test-agent/gone");
  await client.take(4);
  await client.call("increment");
  await env.TestAgent.getByName("gone").destroy();
  expect(await client.closed).toMatchObject({ code: 4404 });
  await vi.waitFor(async () => {
    const { state, starts } = await env.TestAgent.getByName("gone").counted();
    expect([state, starts]).toEqual([{ count: 0 }, 1]);
  });
});

test("the template binds values, returns rows and names the statement that failed", async () => {
  await runInDurableObject(env.TestAgent.getByName("sql"), (agent) => {
    agent.sql`CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT, done INTEGER)`;
    agent.sql`INSERT INTO notes (text, done) VALUES (${"it's"}, ${true})`;
    expect(agent.sql<{ text: string; done: number }>`SELECT text, done FROM notes WHERE id = ${1}`).toEqual([
      { text: "it's", done: 1 },
    ]);
    expect(() => agent.sql`SELECT ${"secret"} FROM nowhere`).toThrow(
      expect.objectContaining({ name: "SqlError", query: "SELECT ? FROM nowhere" }),
    );
  });
});

test("an agent without MCP servers makes none of the engine's tables", async () => {
  await open("/agents/test-agent/no-mcp");
  const tables = await runInDurableObject(env.TestAgent.getByName("no-mcp"), (agent, ctx) => {
    agent.getMcpServers();
    return ctx.storage.sql.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE name LIKE '%mcp%'").toArray();
  });
  expect(tables).toEqual([]);
  expect(await runDurableObjectAlarm(env.TestAgent.getByName("no-mcp"))).toBe(false);
});
