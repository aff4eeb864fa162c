import { expect, test } from "vitest";
import { measure } from "./measure.ts";
import { reportOf, tablesOf } from "./report.ts";
import { type Figures, ratio, type Scenario, value } from "./scenario.ts";
import type { Side, SideName } from "./side.ts";

const sideNames: readonly SideName[] = ["reference", "ours", "control"];
const sides = sideNames.map((name): Side => ({ name, version: "1", folder: name }));

/** Each run of a side gives the next of its figures. */
function scenarioOf(figures: Readonly<Record<SideName, readonly number[]>>, more: Partial<Scenario> = {}) {
  const order: SideName[] = [];
  const scenario: Scenario = {
    name: "s",
    title: "S",
    repetitions: 3,
    rows: [{ key: "cpu", label: "CPU", unit: "ms", target: ratio(0.5) }],
    async run({ name }): Promise<Figures> {
      order.push(name);
      const cpu = figures[name][order.filter((each) => each === name).length - 1];
      return cpu === undefined ? {} : { cpu };
    },
    ...more,
  };
  return { scenario, order };
}

const run = (scenario: Scenario) => measure(scenario, sides, scenario.repetitions, () => {});
const rowOf = async (scenario: Scenario) => reportOf([await run(scenario)], sides, false).scenarios[0]?.rows[0];

test("every package begins once, so that none always follows the same", async () => {
  const { scenario, order } = scenarioOf({ reference: [1, 1, 1], ours: [1, 1, 1], control: [1, 1, 1] });
  await run(scenario);
  expect([order[0], order[3], order[6]]).toEqual(["reference", "ours", "control"]);
  expect(order).toHaveLength(9);
});

test("a row is of medians, which one bad run does not move", async () => {
  const { scenario } = scenarioOf({ reference: [10, 900, 12], ours: [4, 3, 700], control: [5, 5, 5] });
  expect(await rowOf(scenario)).toMatchObject({ reference: 12, ours: 4, ratio: 4 / 12, noise: 5 / 4, verdict: "met" });
});

test("a target that is not reached is missed, whether it is a ratio or a value", async () => {
  const figures = { reference: [10, 10, 10], ours: [6, 6, 6], control: [6, 6, 6] };
  expect(await rowOf(scenarioOf(figures).scenario)).toMatchObject({ verdict: "missed" });
  const rows = [{ key: "cpu", label: "CPU", unit: "ms", target: value(5) }] as const;
  expect(await rowOf(scenarioOf(figures, { rows }).scenario)).toMatchObject({ verdict: "missed" });
});

test("a figure that was not read is said to be missing, and no target is met by it", async () => {
  const { scenario } = scenarioOf({ reference: [10], ours: [], control: [] });
  const measured = await run(scenario);
  const report = reportOf([measured], sides, false);
  expect(report.scenarios[0]?.rows[0]?.verdict).toBeUndefined();
  expect(tablesOf(report)).toContain("| CPU | 10 ms | not measured |");
});

test("what cannot vary is read once with each package", async () => {
  const { scenario, order } = scenarioOf({ reference: [1], ours: [0], control: [] }, { exact: true });
  await run(scenario);
  expect(order.toSorted()).toEqual(["ours", "reference"]);
});

test("a run that fails is told with its reason, and the others count", async () => {
  const figures = { reference: [10, 10, 10], ours: [4, 4, 4], control: [4, 4, 4] };
  const { scenario } = scenarioOf(figures);
  let runs = 0;
  const shaky: Scenario = {
    ...scenario,
    run: (side) => ((runs += 1) === 2 ? Promise.reject(new Error("no such frame")) : scenario.run(side)),
  };
  const measured = await run(shaky);
  expect(measured.failures).toEqual(["s 1/3 ours: no such frame"]);
  expect(measured.medians.cpu).toEqual({ reference: 10, ours: 4, control: 4 });
});
