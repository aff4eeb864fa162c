import { evictDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { expect, test } from "vitest";
import { openSocket } from "./open-socket.ts";

const MCP = { type: "cf_agent_mcp_servers", mcp: { servers: {}, tools: [], prompts: [], resources: [], resourceTemplates: [] } };
const open = (path: string, headers?: Record<string, string>) => openSocket(exports.default, path, headers);

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
