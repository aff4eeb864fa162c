import { expect, test } from "vitest";
import { StateMirror } from "./state-mirror.ts";

/** A mirror on a connection whose first frames are through. */
function settled(state: string): StateMirror<string> {
  const mirror = new StateMirror<string>();
  mirror.opened();
  mirror.receive(state);
  mirror.settle();
  return mirror;
}

test("two refusals take back two updates, to what the agent said last", () => {
  const mirror = settled("agreed");
  mirror.setLocal("one");
  mirror.setLocal("two");
  expect(mirror.rollBack()).toBe(true);
  expect(mirror.value).toBe("one");
  expect(mirror.rollBack()).toBe(true);
  expect(mirror.value).toBe("agreed");
  expect(mirror.rollBack()).toBe(false);
});

test("a refusal takes back the latest update only", () => {
  const mirror = settled("agreed");
  mirror.setLocal("accepted in silence");
  mirror.setLocal("refused");
  mirror.rollBack();
  expect(mirror.value).toBe("accepted in silence");
});

test("the agent's word replaces updates, and a refusal after it changes nothing", () => {
  const mirror = settled("agreed");
  mirror.setLocal("mine");
  expect(mirror.receive("theirs")).toBe(true);
  expect(mirror.rollBack()).toBe(false);
  expect(mirror.value).toBe("theirs");
});

test("an update made offline is newer than what the next connection begins with, and falls back to it", () => {
  const mirror = settled("agreed");
  mirror.closed();
  mirror.setLocal("offline");
  mirror.opened();
  expect(mirror.receive("from before")).toBe(false);
  expect(mirror.value).toBe("offline");
  mirror.rollBack();
  expect(mirror.value).toBe("from before");
});

test("an agent without a state on connect does not make the next state of somebody else look old", () => {
  const mirror = new StateMirror<string>();
  mirror.opened();
  mirror.setLocal("mine");
  mirror.settle();
  expect(mirror.receive("theirs")).toBe(true);
  expect(mirror.value).toBe("theirs");
});

test("an endless row of updates is not remembered for ever", () => {
  const mirror = settled("agreed");
  for (let index = 0; index < 1000; index += 1) mirror.setLocal(String(index));
  let steps = 0;
  while (mirror.rollBack()) steps += 1;
  expect(steps).toBe(64);
});
