import { abortAllDurableObjects, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import type { TestAgent } from "./worker.ts";

const props = { secret: "s3cret-value", level: 3 };

const inside = <T>(name: string, work: (agent: TestAgent, ctx: DurableObjectState) => T | Promise<T>) =>
  runInDurableObject(env.TestAgent.getByName(name), (agent, ctx) => work(agent, ctx));

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => "none",
    ({ code }: { code: string }) => code,
  );

async function whoami(agent: TestAgent): Promise<unknown> {
  const [{ serverId } = { serverId: "" }] = agent.mcp.listTools();
  const { content } = await agent.mcp.callTool({ serverId, name: "whoami" });
  const [block] = content;
  return block?.type === "text" ? JSON.parse(block.text) : block;
}

test("an agent of the same Worker is a server: connected, listed and called without the network", async () => {
  const seen = await inside("bound", async (agent) => {
    const result = await agent.addMcpServer("My  Peer", env.PEER, { id: "peer", props });
    const { servers, tools } = agent.getMcpServers();
    return { result, server: servers["peer"], tools: tools.map(({ name }) => name), whoami: await whoami(agent) };
  });
  expect(seen).toMatchObject({
    result: { id: "peer", state: "ready" },
    server: { name: "My  Peer", server_url: "rpc:my-peer", state: "ready", auth_url: null, error: null },
    tools: ["whoami", "hang", "fall"],
    whoami: { name: "rpc:my-peer", props },
  });
});

test("after a restart it is listed at once, and the first call starts it again with its props, which lie sealed", async () => {
  await inside("restarted", (agent) => agent.addMcpServer("again", env.PEER, { props }));
  await abortAllDurableObjects();
  const seen = await inside("restarted", async (agent, ctx) => {
    const tables = ctx.storage.sql
      .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'agents_%'")
      .toArray();
    const rows = tables.map(({ name }) => ctx.storage.sql.exec(`SELECT * FROM ${name}`).toArray());
    return { tools: agent.getMcpServers().tools.length, rows: JSON.stringify(rows), whoami: await whoami(agent) };
  });
  expect(seen).toMatchObject({ tools: 3, whoami: { name: "rpc:again", props } });
  expect(seen.rows).toContain("rpc:again");
  expect(seen.rows).toContain("PEER");
  expect(seen.rows).not.toContain(props.secret);
});

test("adding it again joins it; another name is another server", async () => {
  const seen = await inside("joined", async (agent) => {
    const first = await agent.addMcpServer("joined", env.PEER, { props });
    const second = await agent.addMcpServer("joined", env.PEER, { props });
    // The other agent still has the session of before.
    await agent.mcp.closeConnection(first.id);
    await agent.addMcpServer("joined", env.PEER, { props });
    await whoami(agent);
    const other = await agent.addMcpServer("other", env.PEER);
    return { joined: first.id === second.id, other: other.id === first.id, count: agent.mcp.listServers().length };
  });
  expect(seen).toEqual({ joined: true, other: false, count: 2 });
});

test("an aborted call is no longer waited for, and the other agent hears of it", async () => {
  const code = await inside("aborting", async (agent) => {
    const { id } = await agent.addMcpServer("aborted", env.PEER);
    const stop = new AbortController();
    const running = failure(agent.mcp.callTool({ serverId: id, name: "hang" }, { signal: stop.signal }));
    setTimeout(() => stop.abort(), 20);
    return running;
  });
  expect(code).toBe("aborted");
  await vi.waitFor(async () => {
    const heard = await runInDurableObject(env.PEER.getByName("rpc:aborted"), ({ cancelled }) => cancelled);
    expect(heard).toHaveLength(1);
  });
});

test("an agent that falls over in the middle of a call is an error with a code, and the next call finds it up again", async () => {
  const seen = await inside("fallen", async (agent) => {
    const { id } = await agent.addMcpServer("fallen", env.PEER, { props });
    const code = await failure(agent.mcp.callTool({ serverId: id, name: "fall" }));
    return { code, whoami: await whoami(agent) };
  });
  expect(seen).toEqual({ code: "session-lost", whoami: { name: "rpc:fallen", props } });
});

test("a binding that is gone after a deployment fails with a code, and alone", async () => {
  await inside("unbound", (agent) => agent.addMcpServer("lost", env.PEER));
  await inside("unbound", (_agent, ctx) => {
    ctx.storage.sql.exec("UPDATE agents_mcp_servers SET options = replace(options, '\"PEER\"', '\"GONE\"')");
  });
  await abortAllDurableObjects();
  const seen = await inside("unbound", async (agent) => {
    const [{ serverId } = { serverId: "" }] = agent.mcp.listTools();
    const code = await failure(agent.mcp.callTool({ serverId, name: "whoami" }));
    return { code, server: agent.getMcpServers().servers[serverId] };
  });
  expect(seen).toMatchObject({
    code: "binding-not-found",
    server: { state: "failed", error_code: "binding-not-found" },
  });
});

test("what is no server is refused with a code", async () => {
  const codes = await inside("refused", async (agent) => {
    const add = agent.addMcpServer.bind(agent) as (...args: unknown[]) => Promise<unknown>;
    return {
      plain: await failure(add("plain", env.PlainObject)),
      agent: await failure(add("agent", env.QUIET_AGENT)),
      foreign: await failure(add("foreign", { idFromName: () => null })),
      object: await failure(add("object", {})),
      props: await failure(add("props", env.PEER, { props: { when: new Date(0) } })),
      transport: await failure(agent.mcp.addServer("url", "rpc:peer", { callbackUrl: null })),
    };
  });
  expect(codes).toEqual({
    plain: "host-unreachable",
    agent: "not-an-mcp-server",
    foreign: "option-invalid",
    object: "option-invalid",
    props: "option-invalid",
    transport: expect.stringMatching(/^url-(invalid|blocked)$/),
  });
});

test("its types are those of an overload: props and id, and ready as the only outcome", () => {
  const compiles = async (agent: TestAgent): Promise<"ready"> => {
    const { state } = await agent.addMcpServer("peer", env.PEER, { id: "peer", props: { a: 1 } });
    // @ts-expect-error A plain object is no MCP server.
    void (() => agent.addMcpServer("plain", env.PlainObject));
    return state;
  };
  expect(compiles).toBeTypeOf("function");
});
