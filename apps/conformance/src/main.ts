// `npm run conformance`: every scenario of every lane, each in a run of its own, and one line that says the result.
// `--concurrency 1..6` (default 2); `--only 2025-11-25` or `--only auth/dpop` or both, comma-separated.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { listRuns, type Run } from "./lanes.ts";
import { inParallel } from "./in-parallel.ts";
import { endReferees, type RefereeRun, runReferee } from "./referee.ts";
import { startRuntime } from "./runtime.ts";
import { lastLine, lineOf } from "./summary.ts";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");
const RESULTS = join(ROOT, ".artifacts/conformance");

const { values } = parseArgs({
  options: { concurrency: { type: "string", default: "2" }, only: { type: "string", default: "" } },
});
const concurrency = Number(values.concurrency);
if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 6) {
  throw new Error("--concurrency is a number from 1 to 6");
}
const only = new Set(values.only.split(",").filter(Boolean));
const wanted = ({ lane, scenario }: Run) =>
  only.size === 0 || only.has(lane) || only.has(scenario) || only.has(`${lane}/${scenario}`);

const runs = (await listRuns()).filter(wanted);
rmSync(RESULTS, { recursive: true, force: true });
const startedAt = performance.now();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    endReferees();
    process.exit(130);
  });
}
const runtime = await startRuntime();
try {
  const results = await inParallel(runs, concurrency, async (run) => {
    const folder = join(RESULTS, run.lane, run.scenario);
    mkdirSync(folder, { recursive: true });
    const result = await runReferee(run, { origin: runtime.origin, folder });
    writeFileSync(join(folder, "output.txt"), result.output);
    console.log(lineOf(run, result));
    return { run, result };
  });
  writeFileSync(join(RESULTS, "worker.log"), runtime.output.join("\n"));
  report(results);
} finally {
  await runtime.dispose();
}

function report(results: readonly { readonly run: Run; readonly result: RefereeRun }[]): void {
  const failed = results.filter(({ result }) => !result.verdict.clean);
  if (failed.length > 0) console.log(`\nnot clean (all of it in .artifacts/conformance):`);
  for (const { run, result } of failed) {
    console.log(`  ${run.lane} ${run.scenario}`);
    for (const reason of result.verdict.reasons) console.log(`    ${reason}`);
  }
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  console.log(`\n${results.length} scenarios in ${seconds} s, ${concurrency} at a time`);
  console.log(lastLine(results.length - failed.length, results.length));
  process.exitCode = failed.length === 0 && results.length > 0 ? 0 : 1;
}
