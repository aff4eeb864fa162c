// The first change at once, a storm as one.
import { expect, test } from "vitest";
import { coalesceChanges } from "./list-changes.ts";

function coalescing() {
  const reported: string[] = [];
  const ends: (() => void)[] = [];
  const stop = new AbortController();
  const changed = coalesceChanges(
    (kind) => reported.push(kind),
    () => new Promise((resolve) => ends.push(resolve)),
    stop.signal,
  );
  const quietEnds = async (): Promise<void> => {
    for (const end of ends.splice(0)) end();
    await Promise.resolve();
  };
  return { reported, changed, quietEnds, stop };
}

test("the first change is reported at once, each kind for itself", () => {
  const { reported, changed } = coalescing();
  changed("tools");
  changed("prompts");
  expect(reported).toEqual(["tools", "prompts"]);
});

test("changes during the quiet time are reported once after it, and never lost", async () => {
  const { reported, changed, quietEnds } = coalescing();
  for (let count = 0; count < 100; count += 1) changed("tools");
  expect(reported).toEqual(["tools"]);
  await quietEnds();
  expect(reported).toEqual(["tools", "tools"]);
  await quietEnds();
  expect(reported).toEqual(["tools", "tools"]);
  changed("tools");
  expect(reported).toEqual(["tools", "tools", "tools"]);
});

test("nothing is reported after the end", async () => {
  const { reported, changed, quietEnds, stop } = coalescing();
  changed("tools");
  changed("tools");
  stop.abort();
  await quietEnds();
  changed("tools");
  expect(reported).toEqual(["tools"]);
});
