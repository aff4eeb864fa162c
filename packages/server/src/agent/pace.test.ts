import { expect, test } from "vitest";
import { createSteppedClock } from "../../test/node/stepped-clock.ts";
import { createPace } from "./pace.ts";

function setup(ofUse: () => boolean = () => true) {
  const clock = createSteppedClock();
  const done: number[] = [];
  const pace = createPace(100, clock, () => {
    if (ofUse()) done.push(clock.now());
    return ofUse();
  });
  return { pace, done, pending: clock.pending, pass: clock.pass };
}

test("the first wish is granted at once, and those after it as one when the time has passed", () => {
  const { pace, done, pass, pending } = setup();
  pace.want();
  expect(done).toHaveLength(1);
  pace.want();
  pace.want();
  expect(pace.due).toBe(true);
  expect(done).toHaveLength(1);
  pass(99);
  expect(done).toHaveLength(1);
  pass(1);
  expect(done).toHaveLength(2);
  expect(pace.due).toBe(false);
  pass(1000);
  // Nothing is wanted, so nothing keeps the object in memory.
  expect(pending()).toBe(0);
  pace.want();
  expect(done).toHaveLength(3);
});

test("what was hurried is not done again when it would have been due", () => {
  const { pace, done, pass, pending } = setup();
  pace.want();
  pace.want();
  pace.hurry();
  expect(done).toHaveLength(2);
  expect(pending()).toBe(0);
  pass(1000);
  expect(done).toHaveLength(2);
});

test("what was of no use to anybody puts nothing off", () => {
  let listening = false;
  const { pace, done, pending } = setup(() => listening);
  pace.want();
  pace.want();
  expect(pending()).toBe(0);
  listening = true;
  pace.want();
  expect(done).toHaveLength(1);
});

test("a clock that was set back makes nobody wait for longer than the pace", () => {
  const { pace, done, pass } = setup();
  pace.want();
  pass(-500_000);
  pace.want();
  pass(100);
  expect(done).toHaveLength(2);
});
