import { expect, test } from "vitest";
import { createTrafficLog } from "./traffic-log.ts";

/** Without an end it is still open. */
type Times = readonly [from: number, to?: number];

function trafficOf(...requests: readonly Times[]) {
  let time = 0;
  const log = createTrafficLog(() => time);
  const answers: { readonly at: number; readonly answered: () => void }[] = [];
  for (const [from, to] of requests) {
    time = from;
    const answered = log.request("POST");
    if (to !== undefined) answers.push({ at: to, answered });
  }
  for (const { at, answered } of answers) {
    time = at;
    answered();
  }
  return log.soFar();
}

const exchangesOf = (...requests: readonly Times[]): number => trafficOf(...requests).exchanges;

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
