// Tasks of a real server of 2025-11-25, where the client decides what becomes one.
import type { CallToolResult } from "@agents-internal/protocol";
import { afterEach, expect, test } from "vitest";
import type { MCPCall } from "../../src/mcp/lasting/lasting-call.ts";
import { createMcpHost, type McpHost } from "./mcp-host.ts";
import { failure } from "./mcp-scenes.ts";
import { serveTasks } from "./task-server.ts";

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const text = (said: string) => ({ content: [{ type: "text" as const, text: said }] }) satisfies CallToolResult;

async function hosting(onStart: (host: McpHost) => void = () => undefined) {
  const server = await serveTasks();
  cleanups.push(server.close);
  const hosts = { [server.origin]: (request: Request) => fetch(request) };
  const host = createMcpHost(hosts, { allowOrigins: ["http://127.0.0.1:*"] });
  cleanups.push(() => host.mcp.dispose());
  const settled: MCPCall[] = [];
  const start = () => {
    host.mcp.onCallSettled((call) => settled.push(call));
    onStart(host);
  };
  start();
  const { id: serverId } = await host.add("real", server.url);
  return {
    server,
    host,
    serverId,
    settled,
    asked: (rpc: string) => server.seen.filter((request) => request.rpc === rpc),
    stored: async () => {
      await expect.poll(() => host.mcp.listCalls().length).toBe(1);
    },
    async pass(ms: number) {
      host.ports.advance(ms);
      await host.ring();
    },
    evict() {
      host.evict();
      start();
    },
  };
}

test("a tool that has to be a task is called as one, and its result is what tasks/result says", async () => {
  const { server, host, serverId, asked, stored, pass } = await hosting();
  const begun = server.begun();
  const call = host.mcp.callTool({ serverId, name: "must" });
  const { end } = await begun;
  await stored();
  await pass(1000);
  expect(asked("tasks/get")).toHaveLength(1);
  await end({ ...text("sorry"), isError: true });
  await pass(1000);
  expect(await call).toMatchObject({ ...text("sorry"), isError: true });
  expect(JSON.parse(asked("tools/call")[0]?.body ?? "").params.task).toEqual({ ttl: 600_000 });
});

test("a server that says its task is done is asked at once", async () => {
  const { server, host, serverId, settled, stored, pass } = await hosting();
  await server.saw(({ method }) => method === "GET");
  const begun = server.begun();
  await host.mcp.startCall({ serverId, name: "must" });
  const { end } = await begun;
  await stored();
  await host.ports.settled();
  host.ports.advance(600);
  await end(text("done"));
  await expect.poll(() => settled).toMatchObject([{ status: "completed" }]);
  // And the alarm that would have asked is about the kept result by now.
  await pass(1000);
  expect(settled).toHaveLength(1);
});

test("a tool that may be a task is one where the call is left, and none where it is waited for", async () => {
  const { server, host, serverId, asked, settled, pass } = await hosting();
  const left = server.begun();
  const { id } = await host.mcp.startCall({ serverId, name: "may" }, { deadline: 5000 });
  const { end } = await left;
  await host.ports.settled();
  await end(text("done"));
  await pass(1000);
  await expect.poll(() => settled).toMatchObject([{ id, status: "completed" }]);
  expect(await host.mcp.getCall(id)).toMatchObject({ result: text("done") });
  expect(JSON.parse(asked("tools/call")[0]?.body ?? "").params.task).toEqual({ ttl: 5000 });

  const waited = server.begun();
  const call = host.mcp.callTool({ serverId, name: "may" });
  await (await waited).end(text("here"));
  expect(await call).toMatchObject(text("here"));
  expect(JSON.parse(asked("tools/call")[1]?.body ?? "").params).not.toHaveProperty("task");
});

test("a call goes on after a wake, over the session of before", async () => {
  const { server, host, serverId, settled, asked, pass, evict } = await hosting();
  const begun = server.begun();
  const { id } = await host.mcp.startCall({ serverId, name: "must" });
  const { end } = await begun;
  await host.ports.settled();
  evict();
  await end(text("done"));
  await pass(1000);
  expect(settled).toMatchObject([{ id, status: "completed" }]);
  expect(asked("initialize")).toHaveLength(1);
});

test("tasks of a session that the server forgot are gone with it, and the call says so", async () => {
  const { server, host, serverId, settled, asked, pass } = await hosting();
  const begun = server.begun();
  const { id } = await host.mcp.startCall({ serverId, name: "must" });
  await begun;
  await host.ports.settled();
  server.forget();
  await pass(1000);
  expect(settled).toMatchObject([{ id, status: "failed", error: { code: "call-forgotten" } }]);
  expect(asked("initialize").length).toBeGreaterThan(1);
});

test("a question in the middle of a task reaches the handler, and the task goes on", async () => {
  const { server, host, serverId, stored, pass } = await hosting(({ mcp }) =>
    mcp.configureElicitationHandlers({ form: () => ({ action: "accept", content: { name: "Ada" } }) }),
  );
  const begun = server.begun();
  const call = host.mcp.callTool({ serverId, name: "must" });
  const { ask, end } = await begun;
  await stored();
  const answer = ask("Who?");
  await server.saw(({ rpc }) => rpc === "tools/call");
  await pass(1000);
  expect(await answer).toMatchObject({ action: "accept", content: { name: "Ada" } });
  await end(text("hello Ada"));
  expect(await call).toMatchObject(text("hello Ada"));
});

test("the caller's signal cancels the task at the server", async () => {
  const { server, host, serverId, stored } = await hosting();
  const caller = new AbortController();
  const begun = server.begun();
  const call = failure(host.mcp.callTool({ serverId, name: "must" }, { signal: caller.signal }));
  const { taskId } = await begun;
  await stored();
  caller.abort();
  expect((await call).code).toBe("aborted");
  const { body } = await server.saw(({ rpc }) => rpc === "tasks/cancel");
  expect(JSON.parse(body).params).toMatchObject({ taskId });
});
