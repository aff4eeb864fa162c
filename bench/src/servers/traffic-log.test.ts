import { expect, test } from "vitest";
import { createTrafficLog } from "./traffic-log.ts";

/** Requests as `[from, to]`; without an end they are still open. */
function exchangesOf(...requests: readonly (readonly [number, number?])[]): number {
  let time = 0;
  const log = createTrafficLog(() => time);
  for (const [from, to] of requests) {
    time = from;
    const answered = log.request("POST");
    if (to === undefined) continue;
    time = to;
    answered();
  }
  return log.soFar().exchanges;
}

test("requests that each waited for the one before count one by one", () => {
  expect(exchangesOf([0, 50], [51, 101], [102, 152])).toBe(3);
});

test("requests that travel together count once", () => {
  expect(exchangesOf([0, 50], [1, 51], [2, 52])).toBe(1);
  expect(exchangesOf([0, 50], [51, 101], [60, 110], [102, 152])).toBe(3);
});

test("a stream that stays open is waited for by nobody", () => {
  expect(exchangesOf([0, 50], [51], [52, 102])).toBe(2);
});
