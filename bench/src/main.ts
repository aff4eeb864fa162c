// `npm run bench`: the packed package and the reference under the same load, alternating; tables and one line at the end.
// `--only wake,connect`: these scenarios. `--quick`: two runs each, to see that it works.
// `--runs 3`: at most so many of each. `--profile connect`: where the CPU of one scenario goes, instead. `--cost`: nothing is run,
// the pages that quote the last results are written. Only a run of all scenarios that is not quick writes `results/` and those pages.
import { mkdirSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { costTables } from "./documents/cost-tables.ts";
import { lastReport, writeDocuments } from "./documents/documents.ts";
import { figuresOf } from "./documents/figures.ts";
import { type Measured, measure } from "./measure.ts";
import { RESULTS } from "./paths.ts";
import { runProfile } from "./profile/run-profile.ts";
import type { Scenario } from "./scenario.ts";
import { reportOf, tablesOf } from "./report.ts";
import { whyPage } from "./profile/why.ts";
import { SCENARIOS } from "./scenarios/index.ts";
import { installSides } from "./side.ts";

/** Above it, times say more about the machine than about the packages. */
const BUSY = 3;

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    quick: { type: "boolean", default: false },
    runs: { type: "string" },
    profile: { type: "string" },
    cost: { type: "boolean", default: false },
  },
});
if (values.cost) {
  const report = lastReport();
  writeDocuments(report);
  console.log(`${costTables(figuresOf(report))}\n`);
  process.exit();
}
const mostRuns = values.quick ? 2 : Number(values.runs ?? Number.POSITIVE_INFINITY);
if (!(mostRuns >= 1)) throw new Error("--runs is a number from 1");
const only = (values.profile ?? values.only).split(",").filter(Boolean);
const unknown = only.filter((name) => !SCENARIOS.some((scenario) => scenario.name === name));
if (unknown.length > 0)
  throw new Error(`no scenario ${unknown.join(", ")}; there are ${SCENARIOS.map(({ name }) => name).join(", ")}`);
if (process.platform !== "linux") throw new Error("CPU and memory are read from /proc: this runs on Linux only");

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.exit(130));
const [load = 0] = loadavg();
if (load > BUSY) console.log(`load ${load.toFixed(1)}: the times will not mean much`);
const sides = await installSides();
const chosen = SCENARIOS.filter(({ name }) => only.length === 0 || only.includes(name));
if (values.profile !== undefined) {
  for (const scenario of chosen) await runProfile(scenario, sides);
  process.exit();
}
const startedAt = performance.now();
const measureOne = (scenario: Scenario): Promise<Measured> =>
  measure(scenario, sides, Math.min(mostRuns, scenario.repetitions), (text) => console.log(text));
const timed: Measured[] = [];
for (const scenario of chosen.filter(({ exact }) => !exact)) timed.push(await measureOne(scenario));
// These mostly wait.
const counted = await Promise.all(chosen.filter(({ exact }) => exact).map(measureOne));
const measured = [...timed, ...counted];
const report = reportOf(measured, sides, values.quick);
const tables = tablesOf(report);
console.log(`\n${tables}`);
if (only.length === 0 && !values.quick) {
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(join(RESULTS, "latest.json"), `${JSON.stringify(report, null, 1)}\n`);
  writeFileSync(join(RESULTS, "latest.md"), tables);
  writeFileSync(join(RESULTS, "latest-why.md"), await whyPage(report, SCENARIOS, sides));
  writeDocuments(report);
}
const rows = report.scenarios.flatMap(({ rows }) => rows);
const missed = rows.filter(({ verdict }) => verdict === "missed").length;
const met = rows.filter(({ verdict }) => verdict === "met").length;
const failed = measured.flatMap(({ failures }) => failures).length;
const seconds = Math.round((performance.now() - startedAt) / 1000);
console.log(`bench: ${met} targets met, ${missed} missed, ${rows.length} rows, ${failed} runs failed, in ${seconds} s`);
process.exitCode = failed === 0 ? 0 : 1;
