// Calls that outlive whoever made them: begun and left, cancelled, lost with their isolate, ended with their server.
import type { CallToolResult } from "@agents-internal/protocol";
import type { MockTool } from "@agents-internal/testing";
import { expect, test } from "vitest";
import type { MCPCall } from "../../src/mcp/lasting/lasting-call.ts";
import { failure, MCP_URL, openServer } from "./mcp-scenes.ts";

const text = (said: string): CallToolResult => ({ content: [{ type: "text", text: said }] });

/** A server whose one tool works until it is told to answer. */
async function workshop() {
  const begun: ((result: CallToolResult) => void)[] = [];
  let arrived = (): void => undefined;
  const next = () => new Promise<void>((resolve) => (arrived = resolve));
  const signals: AbortSignal[] = [];
  const work: MockTool = {
    name: "work",
    inputSchema: { type: "object" },
    handle: (_args, { signal }) =>
      new Promise((resolve) => {
        signals.push(signal);
        begun.push(resolve);
        arrived();
      }),
  };
  const scene = openServer({ era: "modern", tools: [work] });
  const { id } = await scene.host.add("mock", MCP_URL);
  const settled: MCPCall[] = [];
  const listen = () => scene.host.mcp.onCallSettled((call) => settled.push(call));
  listen();
  return {
    ...scene,
    serverId: id,
    settled,
    signals,
    next,
    answer: (result: CallToolResult) => begun.shift()?.(result),
    evict() {
      scene.host.evict();
      listen();
    },
  };
}

test("a call that is begun and left is stored at once, and its result is kept and told", async () => {
  const { host, serverId, settled, next, answer } = await workshop();
  const begun = next();
  const call = await host.mcp.startCall({ serverId, name: "work", arguments: { secret: "sesame" } });
  expect(call).toMatchObject({ serverId, name: "work", status: "working", message: null });
  expect(host.mcp.listCalls()).toEqual([call]);
  await begun;
  answer(text("the treasure"));
  await host.ports.settled();
  const ended = { ...call, status: "completed", settledAt: expect.any(Number) };
  expect(settled).toMatchObject([{ id: call.id, status: "completed" }]);
  expect(host.mcp.listCalls()).toMatchObject([{ id: call.id, status: "completed" }]);
  expect(await host.mcp.getCall(call.id)).toMatchObject({ id: ended.id, result: text("the treasure") });
  const dump = host.ports.sql.dump();
  expect(dump).not.toContain("sesame");
  expect(dump).not.toContain("the treasure");
});

test("a call whose isolate dies before the answer ends as interrupted, and is not made again", async () => {
  const { host, server, serverId, settled, next, evict } = await workshop();
  const begun = next();
  const { id } = await host.mcp.startCall({ serverId, name: "work" });
  await begun;
  evict();
  expect(host.mcp.listCalls()).toMatchObject([{ id, status: "working" }]);
  host.ports.advance(60_000);
  await host.ring();
  expect(settled).toMatchObject([{ id, status: "failed", error: { code: "call-interrupted" } }]);
  expect(await host.mcp.getCall(id)).toMatchObject({ status: "failed", error: { code: "call-interrupted" } });
  expect(server.received.filter(({ method }) => method === "tools/call")).toHaveLength(1);
});

test("a call that is looked after while its request is on its way goes on", async () => {
  const { host, serverId, settled, next, answer } = await workshop();
  const begun = next();
  await host.mcp.startCall({ serverId, name: "work" });
  await begun;
  host.ports.advance(60_000);
  await host.ring();
  expect(settled).toEqual([]);
  answer(text("done"));
  await host.ports.settled();
  expect(settled).toMatchObject([{ status: "completed" }]);
});

test("a cancelled call ends with a code, here and at the server", async () => {
  const { host, serverId, settled, signals, next } = await workshop();
  const begun = next();
  const { id } = await host.mcp.startCall({ serverId, name: "work" });
  await begun;
  await host.mcp.cancelCall(id);
  await host.mcp.cancelCall(id);
  await host.mcp.cancelCall("nobody");
  expect(settled).toMatchObject([{ id, status: "failed", error: { code: "aborted" } }]);
  expect(signals[0]?.aborted).toBe(true);
});

test("a call that is not done by its deadline is given up", async () => {
  const { host, serverId, settled, next } = await workshop();
  const begun = next();
  await host.mcp.startCall({ serverId, name: "work" }, { deadline: 90_000 });
  await begun;
  for (const ms of [60_000, 30_000]) {
    host.ports.advance(ms);
    await host.ring();
  }
  expect(settled).toMatchObject([{ status: "failed", error: { code: "timeout" } }]);
});

test.each([
  ["closeConnection", "not-connected"],
  ["signOutServer", "not-connected"],
  ["removeServer", "removed"],
] as const)("%s ends the calls of a server with %s", async (end, code) => {
  const { host, serverId, settled, next } = await workshop();
  const begun = next();
  const { id } = await host.mcp.startCall({ serverId, name: "work" });
  await begun;
  await host.mcp[end](serverId);
  await host.ports.settled();
  expect(settled).toMatchObject([{ id, status: "failed", error: { code } }]);
  expect(host.mcp.listCalls().map((call) => call.status)).toEqual(code === "removed" ? [] : ["failed"]);
  if (code === "removed") expect(host.ports.sql.dump()).not.toContain(serverId);
});

test("a call that fails says why, and one that cannot be begun is refused before anything is stored", async () => {
  const { host, serverId, settled } = await workshop();
  expect((await failure(host.mcp.startCall({ serverId: "nobody", name: "work" }))).code).toBe("server-not-found");
  for (const deadline of [0, -1, Number.NaN, 40 * 24 * 3_600_000]) {
    const error = await failure(host.mcp.startCall({ serverId, name: "work" }, { deadline }));
    expect(error.code).toBe("option-invalid");
  }
  expect(host.mcp.listCalls()).toEqual([]);
  await host.mcp.startCall({ serverId, name: "none such" });
  await host.ports.settled();
  expect(settled).toMatchObject([{ status: "failed", error: { code: "protocol-error", rpcCode: -32_602 } }]);
});

test("outcomes are kept for a week, and the newest hundred of them", async () => {
  const { host, serverId, settled } = await workshop();
  for (let count = 0; count < 105; count += 1) {
    host.ports.advance(1);
    await host.mcp.startCall({ serverId, name: "none such" });
    await host.ports.settled();
  }
  expect(settled).toHaveLength(105);
  expect(host.mcp.listCalls()).toHaveLength(100);
  expect(host.mcp.listCalls()[0]?.id).toBe(settled[5]?.id);
  host.ports.advance(7 * 24 * 3_600_000);
  await host.ring();
  expect(host.mcp.listCalls()).toEqual([]);
  expect(host.ports.due.size).toBe(0);
});

test("a result too large for a row is not kept, and says so", async () => {
  const { host, serverId, settled, next, answer } = await workshop();
  const begun = next();
  await host.mcp.startCall({ serverId, name: "work" });
  await begun;
  answer(text("x".repeat(1_100_000)));
  await host.ports.settled();
  expect(settled).toMatchObject([{ status: "failed", error: { code: "response-too-large" } }]);
});

test("no more than 256 calls are under way at once", async () => {
  const { host, serverId } = await workshop();
  for (let count = 0; count < 256; count += 1) await host.mcp.startCall({ serverId, name: "work" });
  expect((await failure(host.mcp.startCall({ serverId, name: "work" }))).code).toBe("too-many-calls");
});

test("a row that cannot be read keeps nobody from the other calls", async () => {
  const { host, serverId } = await workshop();
  const { id } = await host.mcp.startCall({ serverId, name: "work" });
  host.ports.sql.run("INSERT INTO agents_mcp_calls VALUES ('odd', ?, 0, NULL, '{')", serverId);
  expect(host.mcp.listCalls().map((call) => call.id)).toEqual([id]);
  expect(await host.mcp.getCall("odd")).toBeNull();
});

test("an agent without servers has no calls and makes no table for them", async () => {
  const { host } = openServer();
  expect(host.mcp.listCalls()).toEqual([]);
  expect(await host.mcp.getCall("nobody")).toBeNull();
  await host.mcp.cancelCall("nobody");
  expect(host.ports.sql.dump()).toBe("[]");
});
