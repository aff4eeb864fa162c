import { expect, test } from "vitest";
import { createFakePorts } from "../../../test/node/fake-ports.ts";
import { createMcpTables } from "../schema.ts";
import { createCallsTable } from "../storage/calls-table.ts";
import { createVault } from "../storage/sqlite-vault.ts";
import { type AskedCalls, createAskedCalls } from "./asked-calls.ts";
import { createCallStore } from "./call-store.ts";
import type { CallDriver, TaskContinuation } from "./lasting-call.ts";
import { createLastingCalls, type LastingCalls } from "./lasting-calls.ts";
import { createSentCalls } from "./sent-calls.ts";

/** One stored call that was answered with a question, and what its server is sent. */
async function createScene() {
  const ports = createFakePorts();
  createMcpTables(ports.sql);
  const vault = createVault({ ...ports, keys: `k1:${Buffer.alloc(32, 7).toString("base64")}`, required: true });
  const store = createCallStore(createCallsTable(ports.sql), vault);
  const sent = createSentCalls(ports.clock);
  /** How the call stood when a request left for it. */
  const requests: string[] = [];
  const asked: AskedCalls = createAskedCalls({
    ...ports,
    store,
    calls: () => calls,
    questions: () => ({ areOpen: () => false, withdrawCall: () => undefined }),
    sent,
    over: async () => {
      requests.push(asked.canGoOn(id) ? "under way" : "over");
      throw new Error("nobody is there");
    },
    toolOf: () => null,
    checkTool: () => undefined,
    toStep: () => ({ kind: "waiting", dueAt: null }),
    answerWithin: () => 60_000,
  });
  const task: CallDriver<TaskContinuation> = {
    step: async () => ({ kind: "waiting", dueAt: null }),
    pace: () => 0,
    cancel: () => Promise.resolve(),
    release: () => undefined,
  };
  const calls: LastingCalls = createLastingCalls({
    ports,
    store,
    drivers: { sent, asked, task },
    settled: () => undefined,
    isKnown: () => true,
    inUse: () => true,
    random: () => 0,
  });
  const round = { method: "tools/call", params: { name: "book" }, inputRequests: {}, requestState: null };
  const id = await calls.begin({
    serverId: "mock",
    name: "book",
    deadline: ports.clock.now() + 600_000,
    detached: true,
    continuation: { kind: "asked", round, answers: {} },
    dueAt: null,
    asks: true,
  });
  return { ports, calls, asked, requests, id };
}

test("a call whose answers are there is sent", async () => {
  const { ports, calls, requests, id } = await createScene();
  calls.nudge(id);
  await ports.settled();
  expect(requests).toEqual(["under way"]);
});

test("a call that is cancelled at whatever moment is not sent after that", async () => {
  for (let moment = 0; moment < 20; moment += 1) {
    const { ports, calls, requests, id } = await createScene();
    calls.nudge(id);
    for (let passed = 0; passed < moment; passed += 1) await Promise.resolve();
    await calls.cancel(id);
    await ports.settled();
    expect(requests, `after ${moment} microtasks`).not.toContain("over");
  }
});
