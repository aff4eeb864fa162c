// Time that stands still until it is moved.
import { expect, test } from "vitest";
import { createTestClock } from "./test-clock.ts";

test("sleepers wake in order, each at its own moment, also those who fall asleep again", async () => {
  const clock = createTestClock(0);
  const woke: string[] = [];
  const sleep = async (name: string, ...naps: readonly number[]) => {
    for (const nap of naps) {
      await clock.sleep(nap);
      woke.push(`${name}@${clock.now()}`);
    }
  };
  void sleep("long", 30);
  void sleep("naps", 10, 10);
  await clock.advance(25);
  expect(woke).toEqual(["naps@10", "naps@20"]);
  expect([clock.now(), clock.sleepers]).toEqual([25, 1]);
  await clock.advance(5);
  expect(woke.at(-1)).toBe("long@30");
});

test("an aborted sleeper rejects and is forgotten", async () => {
  const clock = createTestClock();
  const controller = new AbortController();
  const asleep = clock.sleep(10, controller.signal);
  controller.abort(new Error("up"));
  await expect(asleep).rejects.toThrow("up");
  expect(clock.sleepers).toBe(0);
});
