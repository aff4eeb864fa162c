import { expect, test } from "vitest";
import { createFakePorts } from "../../test/node/fake-ports.ts";
import { migrate } from "../sql/migrator.ts";
import { AGENT_MIGRATIONS } from "./agent-tables.ts";
import { type AlarmQueue, createAlarmQueue } from "./alarm-queue.ts";

function setup(handle: (key: string, queue: AlarmQueue) => Promise<void> = async () => undefined) {
  const ports = createFakePorts();
  migrate(ports.sql, "agent", AGENT_MIGRATIONS);
  const handled: string[] = [];
  const armed: (number | null)[] = [];
  const sleepers: { readonly at: number; readonly callback: () => void }[] = [];
  const queue: AlarmQueue = createAlarmQueue({
    sql: () => ports.sql,
    clock: ports.clock,
    log: ports.log,
    alarm: { set: (dueAt) => void armed.push(dueAt), clear: () => void armed.push(null) },
    after: (ms, callback) => {
      const sleeper = { at: ports.clock.now() + ms, callback };
      sleepers.push(sleeper);
      return () => void sleepers.splice(sleepers.indexOf(sleeper), 1);
    },
    handle: async (key) => {
      handled.push(key);
      await handle(key, queue);
    },
  });
  const in_ = (ms: number): number => ports.clock.now() + ms;
  /** Lets time pass for what sleeps inside a run. */
  const sleep = (ms: number): void => {
    ports.advance(ms);
    for (const { at, callback } of [...sleepers]) if (at <= ports.clock.now()) callback();
  };
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return { ports, queue, handled, armed, sleepers, in_, sleep, turn };
}

test("the object's alarm is the earliest of all, set once a turn", async () => {
  const { queue, armed, in_, turn } = setup();
  queue.set("a", in_(500));
  queue.set("b", in_(100));
  queue.set("c", in_(900));
  expect(armed).toEqual([]);
  await turn();
  expect(armed).toEqual([in_(100)]);
  queue.cancel("b");
  await turn();
  queue.set("d", in_(600));
  await turn();
  expect(armed).toEqual([in_(100), in_(500)]);
});

test("what a transaction took back does not move the alarm", async () => {
  const { ports, queue, armed, in_, turn } = setup();
  queue.set("a", in_(100));
  await turn();
  expect(() =>
    ports.sql.transaction(() => {
      queue.set("a", in_(900));
      throw new Error("no");
    }),
  ).toThrow("no");
  await turn();
  expect(armed).toEqual([in_(100)]);
});

test("what is due runs, what is not waits, and the last one clears the alarm", async () => {
  const { ports, queue, handled, armed, in_, turn } = setup();
  queue.set("soon", in_(100));
  queue.set("later", in_(200));
  await turn();
  ports.advance(150);
  await queue.run();
  expect(handled).toEqual(["soon"]);
  expect(armed.at(-1)).toBe(in_(50));
  ports.advance(50);
  await queue.run();
  expect(handled).toEqual(["soon", "later"]);
  expect(armed.at(-1)).toBeNull();
});

test("a handler may set its own key again", async () => {
  const { ports, queue, handled, armed, in_, turn } = setup(async (key, self) => self.set(key, Date.UTC(2026, 0, 2)));
  queue.set("again", in_(10));
  await turn();
  ports.advance(10);
  await queue.run();
  expect([handled, armed.at(-1)]).toEqual([["again"], Date.UTC(2026, 0, 2)]);
});

test("a handler that fails keeps nothing from running, and is tried again ever later, five times in all", async () => {
  const { ports, queue, handled, in_, turn } = setup(async (key) => {
    if (key === "bad") throw new Error("secret detail");
  });
  queue.set("bad", in_(10));
  queue.set("good", in_(20));
  await turn();
  ports.advance(20);
  await queue.run();
  expect(handled).toEqual(["bad", "good"]);
  for (const wait of [30_000, 60_000, 120_000, 240_000]) {
    ports.advance(wait - 1);
    await queue.run();
    ports.advance(1);
    await queue.run();
  }
  ports.advance(10_000_000);
  await queue.run();
  expect(handled.filter((key) => key === "bad")).toHaveLength(5);
  expect(ports.lines.join()).not.toContain("secret detail");
});

test("a handler that waits for its own next timer is not waiting for itself", async () => {
  let finish: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => (finish = resolve));
  let tries = 0;
  const { ports, queue, handled, armed, sleepers, in_, sleep, turn } = setup(async (key, self): Promise<void> => {
    tries += 1;
    if (tries === 3) return finish();
    self.set(key, in_(500));
    await finished;
  });
  queue.set("retry", in_(10));
  await turn();
  ports.advance(10);
  const run = queue.run();
  await turn();
  sleep(500);
  await turn();
  sleep(500);
  await run;
  expect(handled).toEqual(["retry", "retry", "retry"]);
  expect(sleepers).toEqual([]);
  expect(armed.at(-1)).toBeNull();
});
