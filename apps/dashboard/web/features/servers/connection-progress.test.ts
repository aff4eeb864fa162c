import { expect, test } from "vitest";
import type { MCPConnectionState } from "../../model.ts";
import { see, type Sighting, stepNumber, stepsOf } from "./connection-progress.ts";

/** States seen one after the other, 100 ms apart. */
const seen = (...states: MCPConnectionState[]): readonly Sighting[] =>
  states.reduce<readonly Sighting[]>((history, state, index) => see(history, state, index * 100), []);

const statuses = (history: readonly Sighting[]) => stepsOf(history).map(({ status }) => status);

test("an open server needs no sign-in, and says so only once it is past it", () => {
  expect(statuses(seen("connecting"))).toEqual(["current", "waiting", "waiting", "waiting"]);
  expect(statuses(seen("connecting", "discovering"))).toEqual(["done", "skipped", "done", "current"]);
  expect(statuses(seen("connecting", "connected", "discovering", "ready"))).toEqual([
    "done",
    "skipped",
    "done",
    "done",
  ]);
});

test("while a person is asked to sign in, that step waits for them", () => {
  expect(statuses(seen("connecting", "authenticating"))).toEqual(["done", "person", "waiting", "waiting"]);
});

test("connecting after a sign-in is the third step, not the first again", () => {
  const history = seen("connecting", "authenticating", "connecting");
  expect(statuses(history)).toEqual(["done", "done", "current", "waiting"]);
  expect(stepNumber(history)).toBe(3);
});

test("a failure is shown at the step it happened in", () => {
  expect(statuses(seen("connecting", "failed"))).toEqual(["failed", "waiting", "waiting", "waiting"]);
  expect(statuses(seen("connecting", "authenticating", "failed"))).toEqual(["done", "failed", "waiting", "waiting"]);
  expect(statuses(seen("connecting", "connected", "discovering", "failed"))).toEqual([
    "done",
    "skipped",
    "done",
    "failed",
  ]);
});

test("each step's time is its own", () => {
  const history: readonly Sighting[] = [
    { state: "connecting", at: 0 },
    { state: "authenticating", at: 10 },
    { state: "connecting", at: 1010 },
    { state: "connected", at: 1040 },
    { state: "discovering", at: 1050 },
    { state: "ready", at: 1055 },
  ];
  expect(stepsOf(history).map(({ ms }) => ms)).toEqual([10, 1000, 40, 5]);
});

test("a new attempt begins with an empty page", () => {
  expect(seen("connecting", "failed", "connecting").map(({ state }) => state)).toEqual(["connecting"]);
  expect(seen("ready", "not-connected", "connecting").map(({ state }) => state)).toEqual(["connecting"]);
});

test("seeing the same state again changes nothing", () => {
  const history = seen("connecting", "authenticating");
  expect(see(history, "authenticating", 900)).toBe(history);
});

test("a page that was opened late shows what it can", () => {
  expect(statuses(seen("discovering"))).toEqual(["done", "skipped", "done", "current"]);
  expect(stepsOf(seen("ready")).every(({ ms }) => ms === null)).toBe(true);
});
