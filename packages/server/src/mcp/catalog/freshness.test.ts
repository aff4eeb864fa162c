import { expect, test } from "vitest";
import { freshUntil, type ListAges, staleKinds } from "./freshness.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const NOW = 1_000_000_000_000;

const ages = (change: Partial<ListAges>): ListAges => ({
  now: NOW,
  capabilities: { tools: { listChanged: true } },
  reports: {},
  readAt: () => 0,
  look: "used",
  hears: true,
  ...change,
});
const until = (at: number) => ({ tools: { problems: [], freshUntil: at } });

test.each([
  ["0", 0, MINUTE],
  ["less than nothing", -5, MINUTE],
  ["10 minutes", 10 * MINUTE, 10 * MINUTE],
  ["years", 1e15, DAY],
])("a list that may be kept for %s is kept for at least that, within a minute and a day", (_, ttlMs, expected) => {
  expect(freshUntil(ttlMs, NOW, 0)).toBe(NOW + expected);
});

test("agents that began together do not come back together", () => {
  expect(freshUntil(10 * MINUTE, NOW, 0.5)).toBe(NOW + 10.5 * MINUTE);
  expect(freshUntil(10 * MINUTE, NOW, 0.999)).toBeLessThan(NOW + 11 * MINUTE);
});

test("what the server says about a list decides, also after a wake", () => {
  expect(staleKinds(ages({ reports: until(NOW + 1), look: "resumed" }))).toEqual([]);
  expect(staleKinds(ages({ reports: until(NOW) }))).toEqual(["tools"]);
});

test("a list of which the server says nothing is read again after five minutes without anybody hearing of changes", () => {
  const old = () => NOW - 5 * MINUTE;
  const young = () => NOW - 4 * MINUTE;
  expect(staleKinds(ages({ readAt: old, look: "resumed" }))).toEqual(["tools"]);
  expect(staleKinds(ages({ readAt: young, look: "resumed" }))).toEqual([]);
  expect(staleKinds(ages({ readAt: old, hears: false }))).toEqual(["tools"]);
  expect(staleKinds(ages({ readAt: old, capabilities: { tools: {} } }))).toEqual(["tools"]);
  expect(staleKinds(ages({ readAt: old }))).toEqual([]);
  expect(staleKinds(ages({ look: "resumed" }))).toEqual(["tools"]);
});

test("lists that are not offered are not asked for", () => {
  expect(staleKinds(ages({ capabilities: { resources: {} }, look: "resumed" }))).toEqual([
    "resources",
    "resourceTemplates",
  ]);
});

test("whoever only looks has nothing read again that was read in the last five minutes, whatever the server says", () => {
  const reports = until(NOW - 1);
  expect(staleKinds(ages({ reports, look: "watched", readAt: () => NOW - 4 * MINUTE }))).toEqual([]);
  expect(staleKinds(ages({ reports, look: "watched", readAt: () => NOW - 5 * MINUTE }))).toEqual(["tools"]);
  expect(staleKinds(ages({ reports: until(NOW + 1), look: "watched" }))).toEqual([]);
});
