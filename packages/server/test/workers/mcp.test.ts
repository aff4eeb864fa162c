import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { expect, test } from "vitest";
import { getAgentByName } from "../../src/index.ts";
import { openSocket, type TestSocket } from "./open-socket.ts";

interface McpFrame {
  readonly type: "cf_agent_mcp_servers";
  readonly mcp: {
    readonly servers: Readonly<
      Record<string, { readonly name: string; readonly state: string; readonly error_code: string | null }>
    >;
  };
}

const open = (path: string) => openSocket(exports.default, path);

/** Reads frames until one shows the servers in these states. */
async function until(client: TestSocket, states: readonly string[]): Promise<McpFrame> {
  for (;;) {
    const frame = await client.next();
    if (!isMcpFrame(frame)) continue;
    const seen = Object.values(frame.mcp.servers).map(({ state }) => state);
    if (JSON.stringify(seen) === JSON.stringify(states)) return frame;
  }
}

function isMcpFrame(frame: unknown): frame is McpFrame {
  return typeof frame === "object" && frame !== null && "type" in frame && frame.type === "cf_agent_mcp_servers";
}

test("every client watches a server come and go, and a restart forgets nothing", async () => {
  const client = await open("/agents/test-agent/watched");
  const silent = await open("/agents/test-agent/watched?silent");
  expect(await silent.next()).toBe("hello");
  await client.take(4);
  expect(await client.call("addDeadServer")).toMatchObject({ result: { code: "host-unreachable" } });
  const failed = await until(client, ["failed"]);
  expect(Object.values(failed.mcp.servers)[0]).toMatchObject({ name: "dead", error_code: "host-unreachable" });

  silent.send("any word");
  expect(await silent.next()).toBe("heard 1");

  await abortAllDurableObjects();
  const again = await open("/agents/test-agent/watched");
  const [, , first] = await again.take(3);
  expect(first).toEqual(failed);
  const [id = ""] = Object.keys(failed.mcp.servers);
  await env.TestAgent.getByName("watched").removeMcpServer(id);
  await until(again, []);
});

test("who asks for patches is told nothing but what changed, and is told when the author wants everybody told", async () => {
  const stub = env.TestAgent.getByName("kinds");
  const ours = await open("/agents/test-agent/kinds?_agents_mcp=patches");
  const theirs = await open("/agents/test-agent/kinds");
  const [, , first] = await ours.take(4);
  expect(first).toEqual({ type: "cf_agent_mcp_patch", to: expect.any(String), ids: [] });
  await theirs.take(4);
  await runInDurableObject(stub, (agent) => agent.broadcastMcpServers());
  const { to } = first as { readonly to: string };
  expect(await ours.next()).toEqual({ type: "cf_agent_mcp_patch", from: to, to });
  expect(await theirs.next()).toMatchObject({ type: "cf_agent_mcp_servers", mcp: { servers: {} } });

  await ours.call("addDeadServer");
  const patches = [await ours.next(), await ours.next()] as { readonly from: string; readonly to: string }[];
  expect(patches[0]).toMatchObject({ from: to, ids: [expect.any(String)] });
  expect(patches[1]).toMatchObject({ from: patches[0]?.to });
  expect(patches[1]).not.toHaveProperty("ids");
  await until(theirs, ["failed"]);
});

test("the callback address comes from the request, from the socket, or from the caller", async () => {
  const answer = await exports.default.fetch("https://one.example/agents/test-agent/from%20request/add-server?token=t");
  expect(await answer.json()).toMatchObject({
    callback: "https://one.example/agents/test-agent/from%20request/callback",
  });

  const client = await open("/agents/test-agent/from-socket?token=t");
  expect(await client.call("addDeadServer")).toMatchObject({
    result: { callback: "https://app.example/agents/test-agent/from-socket/callback" },
  });
  expect(await client.call("addDeadServer", "https://two.example/")).toMatchObject({
    result: { callback: "https://two.example/agents/test-agent/from-socket/callback" },
  });
  expect(await client.call("addDeadServer", "two.example")).toMatchObject({ result: { code: "option-invalid" } });
});

test("the positional form means the same", async () => {
  const stub = env.TestAgent.getByName("positional");
  const listed = await runInDurableObject(stub, async (agent) => {
    await agent.addMcpServer("dead", "http://127.0.0.1:9/mcp", "https://app.example/", "api/v1").catch(() => undefined);
    return agent.mcp.listServers();
  });
  expect(listed).toMatchObject([
    { name: "dead", callback_url: "https://app.example/api/v1/test-agent/positional/callback" },
  ]);
});

test("an address that is not allowed is refused with a code", async () => {
  const code = await runInDurableObject(env.TestAgent.getByName("blocked"), (agent) =>
    agent.addMcpServer("inside", "http://127.0.0.1:10/mcp").then(
      () => "none",
      (error: { code: string }) => error.code,
    ),
  );
  expect(code).toBe("url-blocked");
});

test("an object that is only called stores nothing; with its first alarm it stores its name, which older runtimes leave out", async () => {
  const stub = env.TestAgent.getByName("thrifty");
  await (await getAgentByName(env.TestAgent, "thrifty")).greet();
  const stored = () => runInDurableObject(stub, (_agent, ctx) => [...ctx.storage.kv.list()]);
  expect(await stored()).toEqual([]);
  await runInDurableObject(stub, (agent) =>
    agent.addMcpServer("dead", "http://127.0.0.1:9/mcp").catch(() => undefined),
  );
  expect(await stored()).toEqual([["__ps_name", "thrifty"]]);
});

test("the engine's timers ride on the object's alarm, over a restart", async () => {
  const stub = env.TestAgent.getByName("alarm");
  await runInDurableObject(stub, (agent) =>
    agent.addMcpServer("dead", "http://127.0.0.1:9/mcp").catch(() => undefined),
  );
  const alarms = () =>
    runInDurableObject(env.TestAgent.getByName("alarm"), async (_agent, ctx) => ({
      rows: ctx.storage.sql.exec<{ key: string; due_at: number }>("SELECT key, due_at FROM agents_alarms").toArray(),
      set: await ctx.storage.getAlarm(),
    }));
  await runInDurableObject(stub, (_agent, ctx) => {
    const soon = Date.now() + 3_600_000;
    ctx.storage.sql.exec("DELETE FROM agents_alarms");
    ctx.storage.sql.exec(
      "INSERT INTO agents_alarms (key, due_at) VALUES ('mcp:unknown:x', 1), ('mcp:later:x', ?)",
      soon,
    );
    void ctx.storage.setAlarm(soon);
  });
  await abortAllDurableObjects();
  expect(await runDurableObjectAlarm(env.TestAgent.getByName("alarm"))).toBe(true);
  const { rows, set } = await alarms();
  expect(rows.map(({ key }) => key)).toEqual(["mcp:later:x"]);
  expect(set).toBe(rows[0]?.due_at);
});
