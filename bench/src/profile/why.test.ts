import { expect, test } from "vitest";
import { measure } from "../measure.ts";
import { reportOf } from "../report.ts";
import { ratio, type Scenario } from "../scenario.ts";
import type { Side } from "../side.ts";
import { whyPage } from "./why.ts";

const sides: readonly Side[] = [
  { name: "reference", version: "1", folder: "reference" },
  { name: "ours", version: "1", folder: "ours" },
];

/** A bundle that weighs 10 kB with the reference and `kilobytes` with this package, nine tenths of it `valibot`. */
function bundleOf(kilobytes: number): Scenario {
  return {
    name: "s",
    title: "S",
    repetitions: 1,
    exact: true,
    rows: [{ key: "worker", label: "Worker", unit: "kB", target: ratio(0.5) }],
    run: async ({ name }) => ({ worker: name === "ours" ? kilobytes : 10 }),
    partsOf: async () =>
      new Map([["worker", [0.9, 0.09, 0.01].map((self, index) => ({ name: `part-${index}`, self, inclusive: self }))]]),
  };
}

async function whyOf(scenario: Scenario): Promise<string> {
  const measured = await measure(scenario, sides, 1, () => {});
  return whyPage(reportOf([measured], sides, false), [scenario], sides);
}

test("a target that is missed is said with what it is made of, but for what is too small to matter", async () => {
  const page = await whyOf(bundleOf(8));
  expect(page).toContain("Worker: 8 kB, 0.80 × the reference's 10 kB; wanted at most 0.5 ×.");
  expect(page).toContain("| part-0 | 90 % |");
  expect(page).toContain("| part-1 | 9 % |");
  expect(page).not.toContain("part-2");
});

test("a target that is met needs no reason", async () => {
  const page = await whyOf(bundleOf(4));
  expect(page).toContain("None.");
  expect(page).not.toContain("Worker:");
});
