import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createIdleWatch } from "./idle-watch.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp() {
  const onIdle = vi.fn();
  const others = { usedAt: 0 };
  return { onIdle, others, idle: createIdleWatch(1000, { now: () => Date.now() }, onIdle, () => others.usedAt) };
}

test("what is not used is noticed", () => {
  const { onIdle, idle } = setUp();
  idle.watch(true);
  vi.advanceTimersByTime(999);
  expect(onIdle).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(onIdle).toHaveBeenCalledTimes(1);
});

test("a use puts it off; what happens beside does not", () => {
  const { onIdle, idle } = setUp();
  idle.watch(true);
  vi.advanceTimersByTime(900);
  idle.watch(false);
  vi.advanceTimersByTime(50);
  idle.watch(true);
  vi.advanceTimersByTime(50);
  expect(onIdle).toHaveBeenCalledTimes(1);
  idle.used();
  idle.watch(true);
  vi.advanceTimersByTime(999);
  expect(onIdle).toHaveBeenCalledTimes(1);
});

test("a use by somebody else counts as well, without a timer of its own", () => {
  const { onIdle, others, idle } = setUp();
  idle.watch(true);
  vi.advanceTimersByTime(900);
  others.usedAt = Date.now();
  vi.advanceTimersByTime(999);
  expect(onIdle).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(1);
  expect(onIdle).toHaveBeenCalledTimes(1);
});

test("while there is nothing to give up, nothing is pending that would keep the host awake", () => {
  const { idle } = setUp();
  idle.watch(true);
  idle.watch(false);
  expect(vi.getTimerCount()).toBe(0);
});

test("many short uses take one timer, which goes off as late as after the last", () => {
  const { onIdle, idle } = setUp();
  const setTimer = vi.spyOn(globalThis, "setTimeout");
  idle.watch(true);
  for (let uses = 0; uses < 9; uses += 1) {
    idle.hold();
    vi.advanceTimersByTime(100);
    idle.used();
    idle.watch(true);
  }
  expect(setTimer).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(999);
  expect(onIdle).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(onIdle).toHaveBeenCalledTimes(1);
});

test("nothing is given up in the middle of a use that takes longer", () => {
  const { onIdle, idle } = setUp();
  idle.watch(true);
  idle.hold();
  vi.advanceTimersByTime(5000);
  expect(onIdle).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
  idle.watch(true);
  vi.advanceTimersByTime(0);
  expect(onIdle).toHaveBeenCalledTimes(1);
});
