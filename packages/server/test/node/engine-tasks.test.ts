// Calls that a server of 2026-07-28 answers with a task: polled, answered, cancelled, gone on with after a wake.
import type { CallToolResult, ElicitResult, JsonObject } from "@agents-internal/protocol";
import type { MockTask, MockTaskOptions } from "@agents-internal/testing";
import { expect, test } from "vitest";
import type { MCPCall } from "../../src/mcp/lasting/lasting-call.ts";
import type { Progress } from "../../src/mcp/session/session.ts";
import { failure, MCP_URL, openServer } from "./mcp-scenes.ts";

const text = (said: string): CallToolResult => ({ content: [{ type: "text", text: said }] });
const QUESTION: JsonObject = {
  method: "elicitation/create",
  params: {
    mode: "form",
    message: "Who?",
    requestedSchema: {
      type: "object",
      properties: { name: { type: "string" }, times: { type: "integer", default: 2 } },
    },
  },
};

/** A server whose tool `work` is a task under the test's control. */
async function workshop(asTask: MockTaskOptions = {}, outputSchema?: JsonObject) {
  let begin = (_work: { task: MockTask; end: (result: CallToolResult) => void; fail: () => void }): void => undefined;
  const scene = openServer({
    era: "modern",
    tools: [
      {
        name: "work",
        inputSchema: { type: "object" },
        ...(outputSchema && { outputSchema }),
        asTask,
        handle: (_args, { task }) =>
          new Promise((resolve, reject) => {
            if (task) begin({ task, end: resolve, fail: () => reject(new Error("broken")) });
          }),
      },
    ],
  });
  const { host, server } = scene;
  const { id: serverId } = await host.add("mock", MCP_URL);
  const settled: MCPCall[] = [];
  const listen = () => host.mcp.onCallSettled((call) => settled.push(call));
  listen();
  const asked = (method: string) => server.received.filter((message) => message.method === method);
  return {
    ...scene,
    serverId,
    settled,
    asked,
    /** Resolves when the tool begins to work. */
    begun: () => new Promise<Parameters<typeof begin>[0]>((resolve) => (begin = resolve)),
    /** Resolves once the call of the last tool has been stored. */
    async stored() {
      await expect.poll(() => host.mcp.listCalls().length).toBe(1);
      const [call] = host.mcp.listCalls();
      if (!call) throw new Error("no call");
      return call;
    },
    /** That many ms pass, and what is due happens. */
    async pass(ms: number) {
      host.ports.advance(ms);
      await host.ring();
      await host.ports.settled();
    },
    evict() {
      host.evict();
      listen();
    },
  };
}

test("callTool waits for the task, as seldom as the server wishes, and says what it hears", async () => {
  const { host, serverId, settled, asked, begun, stored, pass } = await workshop({ pollIntervalMs: 4000 });
  const steps: Progress[] = [];
  const work = begun();
  const call = host.mcp.callTool({ serverId, name: "work" }, { onProgress: (step) => steps.push(step) });
  const { task, end } = await work;
  await stored();
  await pass(3999);
  expect(asked("tasks/get")).toHaveLength(0);
  task.say("half-way");
  await pass(1);
  expect(asked("tasks/get")).toHaveLength(1);
  expect(host.mcp.listCalls()).toMatchObject([{ serverId, name: "work", status: "working", message: "half-way" }]);
  await pass(4000);
  end(text("done"));
  await pass(4000);
  expect(await call).toMatchObject(text("done"));
  expect(steps).toEqual([{ progress: 1, message: "half-way" }]);
  expect(asked("tasks/get")).toHaveLength(3);
  // Somebody had waited: nothing is left, and nobody else is told.
  expect(host.mcp.listCalls()).toEqual([]);
  expect(settled).toEqual([]);
  expect(host.ports.due.size).toBe(0);
});

test("the id of a task is stored sealed", async () => {
  const { host, serverId, asked, begun, stored, pass } = await workshop();
  const work = begun();
  void host.mcp.callTool({ serverId, name: "work", arguments: { word: "sesame" } }).catch(() => undefined);
  await work;
  await stored();
  await pass(1000);
  const { taskId } = asked("tasks/get")[0]?.params ?? {};
  expect(taskId).toEqual(expect.any(String));
  expect(host.ports.sql.dump()).not.toContain(taskId);
  expect(host.ports.sql.dump()).not.toContain("sesame");
});

test("a call goes on after a wake without anybody asking, and its result is kept and told", async () => {
  const { host, serverId, settled, begun, stored, pass, evict } = await workshop();
  const work = begun();
  void host.mcp.callTool({ serverId, name: "work" }).catch(() => undefined);
  const { end } = await work;
  const { id } = await stored();
  evict();
  await pass(1000);
  expect(host.mcp.listCalls()).toMatchObject([{ id, status: "working" }]);
  evict();
  end(text("done"));
  await pass(1000);
  expect(settled).toMatchObject([{ id, status: "completed" }]);
  expect(await host.mcp.getCall(id)).toMatchObject({ status: "completed", result: text("done") });
  expect(host.ports.sql.dump()).not.toContain("done");
});

test("a call that is begun and left becomes a task", async () => {
  const { host, serverId, settled, begun, pass } = await workshop();
  const work = begun();
  const { id } = await host.mcp.startCall({ serverId, name: "work" });
  const { end } = await work;
  await host.ports.settled();
  end(text("done"));
  await pass(1000);
  expect(settled).toMatchObject([{ id, status: "completed" }]);
  expect(await host.mcp.getCall(id)).toMatchObject({ result: text("done") });
});

test.each([
  [0, 500],
  [10_000_000, 300_000],
])("a server that wishes to be asked every %s ms is asked every %s ms", async (pollIntervalMs, actual) => {
  const { host, serverId, asked, begun, pass } = await workshop({ pollIntervalMs });
  const work = begun();
  await host.mcp.startCall({ serverId, name: "work" });
  await work;
  await host.ports.settled();
  await pass(actual - 1);
  expect(asked("tasks/get")).toHaveLength(0);
  await pass(1);
  expect(asked("tasks/get")).toHaveLength(1);
});

test("trouble makes the polls rarer, never more frequent than the server wishes, and it passes", async () => {
  const { host, server, serverId, settled, asked, begun, pass } = await workshop({ pollIntervalMs: 5000 });
  const work = begun();
  await host.mcp.startCall({ serverId, name: "work" });
  const { end } = await work;
  await host.ports.settled();
  server.faults.add("http-500");
  const waits: number[] = [];
  for (let step = 0; step < 6; step += 1) {
    const [due = 0] = [...host.ports.due].filter(([key]) => key.startsWith("mcp:call:")).map(([, at]) => at);
    waits.push(due - host.ports.clock.now());
    await pass(waits.at(-1) ?? 0);
  }
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(5000);
  expect(waits.at(-1)).toBeGreaterThan(10_000);
  expect(settled).toEqual([]);
  server.faults.delete("http-500");
  end(text("late"));
  await pass(300_000);
  expect(settled).toMatchObject([{ status: "completed" }]);
  expect(asked("tasks/get").length).toBeLessThan(9);
});

test("a caller who waits is told after that much silence, and the others are not bothered", async () => {
  const { host, server, serverId, begun, stored, pass } = await workshop();
  const work = begun();
  const call = failure(host.mcp.callTool({ serverId, name: "work" }, { timeout: 5000 }));
  await work;
  await stored();
  server.faults.add("http-500");
  let over = false;
  void call.finally(() => (over = true));
  // Heard when it promised to be asked again after a second.
  for (let step = 0; step < 5; step += 1) await pass(1000);
  expect(over).toBe(false);
  await pass(1000);
  expect(await call).toMatchObject({ code: "http-error", serverId });
  expect(host.mcp.listCalls()).toEqual([]);
});

test("polls count as progress, but not for ever: ten times the timeout ends the call, here and at the server", async () => {
  const { host, serverId, asked, begun, stored, pass } = await workshop();
  const work = begun();
  const call = failure(host.mcp.callTool({ serverId, name: "work" }, { timeout: 2000 }));
  const { task } = await work;
  await stored();
  for (let step = 0; step < 19; step += 1) await pass(1000);
  expect(asked("tasks/cancel")).toHaveLength(0);
  await pass(1000);
  expect((await call).code).toBe("timeout");
  expect(task.signal.aborted).toBe(true);
});

test("the caller's signal cancels the task", async () => {
  const { host, serverId, begun, stored } = await workshop();
  const caller = new AbortController();
  const work = begun();
  const call = failure(host.mcp.callTool({ serverId, name: "work" }, { signal: caller.signal }));
  const { task } = await work;
  await stored();
  caller.abort();
  expect((await call).code).toBe("aborted");
  await host.ports.settled();
  expect(task.signal.aborted).toBe(true);
  expect(host.mcp.listCalls()).toEqual([]);
});

test("a stored call is cancelled at the server also after a wake", async () => {
  const { host, serverId, settled, begun, evict } = await workshop();
  const work = begun();
  const { id } = await host.mcp.startCall({ serverId, name: "work" });
  const { task } = await work;
  await host.ports.settled();
  evict();
  await host.mcp.cancelCall(id);
  expect(task.signal.aborted).toBe(true);
  expect(settled).toMatchObject([{ id, status: "failed", error: { code: "aborted" } }]);
});

test("a task that fails at the server ends with the error it failed with", async () => {
  const first = await workshop();
  const work = first.begun();
  await first.host.mcp.startCall({ serverId: first.serverId, name: "work" });
  (await work).fail();
  await first.host.ports.settled();
  await first.pass(1000);
  const error = { code: "protocol-error", rpcCode: -32_603, detail: "Internal error" };
  expect(first.settled).toMatchObject([{ status: "failed", error }]);
});

test("a task the server does not know any more ends with call-forgotten, one that was kept for so long only with call-expired", async () => {
  const forgotten = await workshop();
  const first = forgotten.begun();
  await forgotten.host.mcp.startCall({ serverId: forgotten.serverId, name: "work" });
  await first;
  await forgotten.host.ports.settled();
  forgotten.server.forgetTasks();
  await forgotten.pass(1000);
  expect(forgotten.settled).toMatchObject([{ error: { code: "call-forgotten" } }]);

  const expired = await workshop({ ttlMs: 10_000, pollIntervalMs: 8000 });
  const second = expired.begun();
  await expired.host.mcp.startCall({ serverId: expired.serverId, name: "work" });
  await second;
  await expired.host.ports.settled();
  // The last result is fetched before it is deleted.
  await expired.pass(5000);
  expect(expired.asked("tasks/get")).toHaveLength(1);
  for (let step = 0; step < 6; step += 1) await expired.pass(1000);
  expired.server.forgetTasks();
  await expired.pass(10_000);
  expect(expired.settled).toMatchObject([{ error: { code: "call-expired" } }]);
});

test("a task that goes on past its time without being deleted is given up, and cancelled", async () => {
  const { host, serverId, settled, begun, pass } = await workshop({ ttlMs: 2000 });
  const work = begun();
  await host.mcp.startCall({ serverId, name: "work" });
  const { task } = await work;
  await host.ports.settled();
  for (let step = 0; step < 40; step += 1) await pass(1000);
  expect(settled).toMatchObject([{ error: { code: "call-expired" } }]);
  expect(task.signal.aborted).toBe(true);
});

test("a question in the middle of a task is answered once, with defaults, and the task goes on", async () => {
  const { host, serverId, asked, begun, stored, pass } = await workshop();
  let given = (_answer: ElicitResult): void => undefined;
  let times = 0;
  host.mcp.configureElicitationHandlers({
    form: () => {
      times += 1;
      return new Promise((resolve) => (given = resolve));
    },
  });
  await host.mcp.closeConnection(serverId);
  await host.mcp.establishConnection(serverId);
  const work = begun();
  const call = host.mcp.callTool({ serverId, name: "work" });
  const { task, end } = await work;
  await stored();
  const answer = task.ask("who", QUESTION);
  await pass(1000);
  await expect.poll(() => times).toBe(1);
  expect(host.mcp.listCalls()).toMatchObject([{ status: "input-required" }]);
  await pass(30_000);
  expect(times).toBe(1);
  given({ action: "accept", content: { name: "Ada" } });
  expect(await answer).toEqual({ action: "accept", content: { name: "Ada", times: 2 } });
  end(text("hello Ada"));
  await host.ports.settled();
  await pass(1000);
  await pass(1000);
  expect(await call).toMatchObject(text("hello Ada"));
  expect(asked("tasks/update")).toHaveLength(1);
});

test("a question that the server goes on showing is not answered twice, also after a wake", async () => {
  const { host, serverId, asked, begun, pass, evict } = await workshop({ lingers: true });
  let times = 0;
  const listen = () =>
    host.mcp.configureElicitationHandlers({
      form: () => {
        times += 1;
        return { action: "accept", content: { name: "Ada" } };
      },
    });
  evict();
  listen();
  const work = begun();
  await host.mcp.startCall({ serverId, name: "work" });
  const { task } = await work;
  await host.ports.settled();
  const answer = task.ask("who", QUESTION);
  await pass(1000);
  await answer;
  await host.ports.settled();
  for (let step = 0; step < 3; step += 1) await pass(30_000);
  evict();
  listen();
  for (let step = 0; step < 3; step += 1) await pass(30_000);
  expect(asked("tasks/get").length).toBeGreaterThan(5);
  expect(asked("tasks/update")).toHaveLength(1);
  expect(times).toBe(1);
});

test("a question is put again after a wake, and withdrawn when the server does not want to know any more", async () => {
  const { host, serverId, begun, pass, evict } = await workshop();
  const signals: AbortSignal[] = [];
  const listen = () =>
    host.mcp.configureElicitationHandlers({
      form: (_question, _server, signal) => {
        signals.push(signal);
        return new Promise(() => undefined);
      },
    });
  evict();
  listen();
  const work = begun();
  await host.mcp.startCall({ serverId, name: "work" });
  const { task } = await work;
  await host.ports.settled();
  void task.ask("who", QUESTION);
  await pass(1000);
  await expect.poll(() => signals.length).toBe(1);
  evict();
  listen();
  await pass(30_000);
  await expect.poll(() => signals.length).toBe(2);
  task.withdraw("who");
  await pass(30_000);
  expect(signals[1]?.aborted).toBe(true);
  expect(host.mcp.listCalls()).toMatchObject([{ status: "working" }]);
});

test("a question that nobody answers ends the call, and the task", async () => {
  const { host, serverId, settled, begun, pass } = await workshop();
  const work = begun();
  await host.mcp.startCall({ serverId, name: "work" });
  const { task } = await work;
  await host.ports.settled();
  void task.ask("who", QUESTION);
  await pass(1000);
  await expect.poll(() => settled.length).toBe(1);
  expect(settled).toMatchObject([{ status: "failed", error: { code: "protocol-error" } }]);
  await host.ports.settled();
  expect(task.signal.aborted).toBe(true);
});

test("the output of a task is held to the tool's promise", async () => {
  const { host, serverId, begun, stored, pass } = await workshop({}, { type: "object", required: ["sum"] });
  const work = begun();
  const call = failure(host.mcp.callTool({ serverId, name: "work" }));
  (await work).end({ content: [], structuredContent: { total: 3 } });
  await stored();
  await pass(1000);
  expect((await call).code).toBe("result-invalid");
});

test("removing the server ends a call that waits", async () => {
  const { host, serverId, begun, stored } = await workshop();
  const work = begun();
  const call = failure(host.mcp.callTool({ serverId, name: "work" }));
  await work;
  await stored();
  await host.mcp.removeServer(serverId);
  expect(await call).toMatchObject({ code: "removed", serverId });
  expect([...host.ports.due.keys()]).toEqual([]);
});

test("a model's tool may be a task", async () => {
  const { host, serverId, begun, stored, pass } = await workshop();
  const [tool] = Object.values(host.mcp.getAITools({ serverId }));
  const work = begun();
  const output = tool?.execute({}, { toolCallId: "1" });
  (await work).end(text("done"));
  await stored();
  await pass(1000);
  expect(await output).toMatchObject(text("done"));
});
