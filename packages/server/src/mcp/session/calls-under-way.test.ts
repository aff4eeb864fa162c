import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type CallsUnderWay, createCallsUnderWay } from "./calls-under-way.ts";

let calls: CallsUnderWay;

beforeEach(() => {
  vi.useFakeTimers();
  calls = createCallsUnderWay({ now: () => Date.now() });
});
afterEach(() => vi.useRealTimers());

const never = new AbortController().signal;

test("a call has its time, and progress starts it anew, but not for ever", () => {
  const call = calls.begin("tool", { timeout: 1000 });
  vi.advanceTimersByTime(999);
  call.progressed();
  vi.advanceTimersByTime(999);
  expect(call.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(call.signal.reason).toMatchObject({ code: "timeout" });
  const chatty = calls.begin("tool", { timeout: 1000 });
  for (let ms = 0; ms < 9999; ms += 500) {
    vi.advanceTimersByTime(500);
    chatty.progressed();
  }
  expect(chatty.signal.reason).toMatchObject({ code: "timeout" });
});

test("time stands still for as long as somebody pauses it, and leaves no timer behind", () => {
  const call = calls.begin("tool", { timeout: 1000 });
  const [one, two] = [call.pause(), call.pause()];
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(100_000);
  one();
  one();
  call.progressed();
  vi.advanceTimersByTime(100_000);
  expect(call.signal.aborted).toBe(false);
  two();
  vi.advanceTimersByTime(1000);
  expect(call.signal.aborted).toBe(true);
  call.end();
  expect(vi.getTimerCount()).toBe(0);
});

test("a question in the middle of one call knows its name and ends with it", () => {
  const call = calls.begin("tool", { timeout: 1000 });
  const question = calls.interrupt(never);
  expect(question.call).toBe("tool");
  vi.advanceTimersByTime(5000);
  expect(question.signal.aborted).toBe(false);
  call.end();
  expect(question.signal.aborted).toBe(true);
  question.end();
  expect(vi.getTimerCount()).toBe(0);
});

test("a question in the middle of several is of none of them for certain, and ends with the last", () => {
  const [one, two] = [calls.begin("one", {}), calls.begin("two", {})];
  const question = calls.interrupt(never);
  const later = calls.begin("three", {});
  expect(question.call).toBeNull();
  one.end();
  expect(question.signal.aborted).toBe(false);
  two.end();
  expect(question.signal.aborted).toBe(true);
  later.end();
});

test("a question outside of any call lasts until it is withdrawn", () => {
  const outer = new AbortController();
  const question = calls.interrupt(outer.signal);
  calls.begin("later", {}).end();
  expect(question.signal.aborted).toBe(false);
  outer.abort();
  expect(question.signal.aborted).toBe(true);
});

test("whoever made the call ends it, also before it began", () => {
  const caller = new AbortController();
  const call = calls.begin(null, { signal: caller.signal });
  caller.abort("enough");
  expect(call.signal.reason).toBe("enough");
  expect(calls.begin(null, { signal: caller.signal }).signal.aborted).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});
