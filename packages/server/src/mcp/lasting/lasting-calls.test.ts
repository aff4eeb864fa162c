import { expect, test } from "vitest";
import { createFakePorts } from "../../../test/node/fake-ports.ts";
import type { McpError } from "../errors.ts";
import { createMcpTables } from "../schema.ts";
import { createCallsTable } from "../storage/calls-table.ts";
import { createVault } from "../storage/sqlite-vault.ts";
import { createCallStore } from "./call-store.ts";
import type { AskedContinuation, CallDriver, MCPCall, Step, TaskContinuation } from "./lasting-call.ts";
import { createLastingCalls } from "./lasting-calls.ts";
import { createSentCalls } from "./sent-calls.ts";

const HOUR = 3_600_000;
const WAITING: Step = { kind: "waiting", dueAt: null };
const TASK: TaskContinuation = { kind: "task", taskId: "t", expiresAt: null, pollInterval: null, answered: [] };

/** Calls whose tasks do what the test says. */
function createScene({
  step = async () => WAITING,
  took = () => undefined,
}: {
  readonly step?: () => Promise<Step>;
  readonly took?: () => void;
} = {}) {
  const ports = createFakePorts();
  createMcpTables(ports.sql);
  const vault = createVault({ ...ports, keys: `k1:${Buffer.alloc(32, 7).toString("base64")}`, required: true });
  const servers = new Set(["mock"]);
  const driver = {
    step,
    took,
    pace: () => 0,
    cancel: () => Promise.resolve(),
    release: () => undefined,
  };
  const settled: MCPCall[] = [];
  const calls = createLastingCalls({
    ports,
    store: createCallStore(createCallsTable(ports.sql), vault),
    drivers: {
      sent: createSentCalls(ports.clock),
      asked: driver satisfies CallDriver<AskedContinuation>,
      task: driver satisfies CallDriver<TaskContinuation>,
    },
    settled: (call) => void settled.push(call),
    isKnown: (serverId) => servers.has(serverId),
    inUse: () => true,
    random: () => 0,
  });
  const call = {
    serverId: "mock",
    name: "work",
    deadline: ports.clock.now() + HOUR,
    detached: false,
    continuation: TASK,
    dueAt: null,
  };
  return { ports, calls, servers, settled, call };
}

function createSignal() {
  let give = (): void => undefined;
  const given = new Promise<void>((resolve) => (give = resolve));
  return { given, give: () => give() };
}

async function ticks(count: number): Promise<void> {
  for (let tick = 0; tick < count; tick += 1) await Promise.resolve();
}

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "resolved",
    (error: McpError) => error.code,
  );

test("a step that is asked for at whatever moment is made after that", async () => {
  // One microtask after the other: the one in which a step ends is among them.
  for (let moment = 0; moment < 20; moment += 1) {
    let begun = 0;
    const first = createSignal();
    const firstEnds = createSignal();
    const { ports, calls, call } = createScene({
      async step() {
        begun += 1;
        first.give();
        await firstEnds.given;
        return WAITING;
      },
    });
    const id = await calls.begin(call);
    calls.nudge(id);
    await first.given;
    firstEnds.give();
    await ticks(moment);
    calls.nudge(id);
    await ports.settled();
    expect(begun, `after ${moment} microtasks`).toBe(2);
  }
});

test("a server that is removed while its call is sealed keeps no row, no secret and no alarm", async () => {
  const { ports, calls, servers, call } = createScene();
  const begun = calls.begin(call);
  servers.delete("mock");
  expect(await codeOf(begun)).toBe("removed");
  expect(ports.sql.all("SELECT * FROM agents_mcp_calls")).toEqual([]);
  expect(ports.sql.all("SELECT * FROM agents_mcp_vault_secrets")).toEqual([]);
  expect(ports.due.size).toBe(0);
});

test("whoever waits for a call hears how it ended from the moment at which it is stored", async () => {
  for (let moment = 0; moment < 30; moment += 1) {
    const { ports, calls, settled, call } = createScene({
      took: () => void ticks(moment).then(() => calls.endServer("mock", "not-connected")),
    });
    expect(await codeOf(calls.carryOut(call, {})), `after ${moment} microtasks`).toBe("not-connected");
    await ports.settled();
    expect(settled).toEqual([]);
    expect(calls.list()).toEqual([]);
  }
});

test("a call whose task cannot be kept ends at once with the reason, not as one that was lost", async () => {
  const { ports, calls, settled, call } = createScene();
  const id = await calls.begin({ ...call, detached: true, continuation: { kind: "sent" } });
  ports.sql.run("CREATE TRIGGER full BEFORE INSERT ON agents_mcp_vault_secrets BEGIN SELECT RAISE(ABORT, 'full'); END");
  calls.follow(id, Promise.resolve({ ...WAITING, continuation: TASK }));
  await ports.settled();
  expect(settled).toMatchObject([{ id, status: "failed", error: { code: "internal-error" } }]);
});
