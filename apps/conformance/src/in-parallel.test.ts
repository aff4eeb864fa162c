import { expect, test } from "vitest";
import { inParallel } from "./in-parallel.ts";

test("results keep the order of the items, whoever ends first", async () => {
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const working = inParallel([0, 1], 2, async (index) => {
    await gates[index]?.promise;
    return index;
  });
  gates[1]?.resolve();
  gates[0]?.resolve();
  await expect(working).resolves.toEqual([0, 1]);
});

test("no more than the given number are worked on at once", async () => {
  let now = 0;
  let most = 0;
  await inParallel([1, 2, 3, 4, 5], 2, async () => {
    most = Math.max(most, (now += 1));
    await Promise.resolve();
    now -= 1;
  });
  expect(most).toBe(2);
});

test("a rejection is passed on", async () => {
  await expect(inParallel([1], 1, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
});
