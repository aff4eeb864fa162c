// Runs vitest and reads from its report how many tests passed and failed.
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ARTIFACTS } from "./paths.ts";
import type { StepContext } from "./step.ts";

type VitestReport = {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numTotalTests: number;
};

/** vitest's line about a test file that has ended, or a test that failed. */
const FILE_RESULT = /^ (?:✓|❯) \|| ×/;

/** Runs vitest with `args` and counts its tests; no tests at all counts as a failure of vitest itself. */
export async function runTests(
  step: StepContext,
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  mkdirSync(ARTIFACTS, { recursive: true });
  const file = join(ARTIFACTS, `${name}.json`);
  rmSync(file, { force: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  try {
    await step.run(["vitest", "run", ...args, ...reporters], { env, show: FILE_RESULT, timeoutMs: 540_000 });
  } finally {
    const report = readReport(file);
    if (report !== undefined) {
      step.countTests(report.numPassedTests, report.numFailedTests);
      step.note(`${report.numPassedTests} tests`);
    }
  }
}

function readReport(file: string): VitestReport | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
