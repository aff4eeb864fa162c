import { expect, test } from "vitest";
import { createMessageGate } from "./message-limit.ts";

function scene(limit: Parameters<typeof createMessageGate>[0]) {
  let time = 0;
  const gate = createMessageGate(limit, () => time);
  const admitted = (connection: object, frames: number): number =>
    Array.from({ length: frames }, () => gate.admit(connection)).filter(Boolean).length;
  return { admitted, pass: (ms: number) => void (time += ms) };
}

test("a client may send its burst, and after that what its time brings", () => {
  const { admitted, pass } = scene({ perSecond: 10, burst: 50 });
  const client = {};
  expect(admitted(client, 80)).toBe(50);
  pass(2000);
  expect(admitted(client, 80)).toBe(20);
});

test("silence saves up no more than a burst", () => {
  const { admitted, pass } = scene({ perSecond: 10, burst: 50 });
  const client = {};
  admitted(client, 50);
  pass(3_600_000);
  expect(admitted(client, 80)).toBe(50);
});

test("one client's frames cost no other client any", () => {
  const { admitted } = scene({ perSecond: 10, burst: 5 });
  expect(admitted({}, 80)).toBe(5);
  expect(admitted({}, 3)).toBe(3);
});

test("without a limit everything is admitted", () => {
  expect(scene(false).admitted({}, 100_000)).toBe(100_000);
});
