import { expect, test } from "vitest";
import { LANES, listRuns, readList } from "./lanes.ts";

const LIST = `Client scenarios (test against a client):
  - initialize [2025-06-18,2025-11-25]
  - auth/dpop [extension]
  - auth/iss-supported [2026-07-28]
`;

test("a lane has the scenarios that name its revision", () => {
  expect(readList(LIST, "2025-11-25")).toEqual(["initialize"]);
  expect(readList(LIST, "extensions")).toEqual(["auth/dpop"]);
  expect(readList(LIST, "2025-03-26")).toEqual([]);
});

test("the pinned referee has 69 runs, each once", async () => {
  const runs = await listRuns();
  expect(runs).toHaveLength(69);
  expect(new Set(runs.map(({ lane, scenario }) => `${lane} ${scenario}`)).size).toBe(69);
  expect(LANES.reduce((sum, lane) => sum + lane.scenarios, 0)).toBe(69);
});
