// What a step of the check is, and how one is run and reported.
import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { type CommandOptions, runCommand } from "./command.ts";
import { ARTIFACTS, ROOT } from "./paths.ts";

export type StepCommandOptions = Omit<CommandOptions, "onOutput"> & {
  /** Lines of the output that are shown while the command runs. */
  readonly show?: RegExp;
};

/** What a step is given: a way to run commands whose failure ends the step. */
export type StepContext = {
  /** Runs a command; rejects with {@link StepFailure} when it does not end with 0. */
  run(command: readonly string[], options?: StepCommandOptions): Promise<string>;
  /** A remark shown beside the step's result. */
  note(text: string): void;
  /** Counts tests into the last line of the whole run. */
  countTests(passed: number, failed: number): void;
};

export type Step = {
  readonly name: string;
  readonly does: string;
  readonly run: (context: StepContext) => Promise<void>;
};

export type StepOutcome = {
  readonly ok: boolean;
  readonly passedTests: number;
  readonly failedTests: number;
};

export class StepFailure extends Error {
  override readonly name = "StepFailure";
}

const LINES_SHOWN = 120;

/** Runs one step, prints a line before and after it, and on failure the end of what it said. */
export async function runStep(step: Step, position: string): Promise<StepOutcome> {
  const log: string[] = [];
  const notes: string[] = [];
  let passedTests = 0;
  let failedTests = 0;
  const context: StepContext = {
    async run(command, { show, ...options } = {}) {
      log.push(`$ ${shortened(command)}\n`);
      const result = await runCommand(command, { ...options, ...(show && { onOutput: showLines(show) }) });
      log.push(result.output);
      if (result.exitCode !== 0) throw new StepFailure(`\`${shortened(command)}\` ended with ${result.exitCode}`);
      return result.output;
    },
    note: (text) => notes.push(text),
    countTests(passed, failed) {
      passedTests += passed;
      failedTests += failed;
    },
  };

  console.log(`${position} ${step.name}: ${step.does}`);
  const started = Date.now();
  let failure: unknown;
  try {
    await step.run(context);
  } catch (error) {
    failure = error;
  }
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  const logFile = writeLog(step.name, log.join(""));
  if (failure === undefined) {
    console.log(`${position} ${step.name}: passed in ${seconds} s${notes.map((note) => `, ${note}`).join("")}`);
    return { ok: true, passedTests, failedTests };
  }
  console.log(log.join("").trimEnd().split("\n").slice(-LINES_SHOWN).join("\n"));
  console.log(`${position} ${step.name}: FAILED after ${seconds} s: ${reason(failure)} (all of it in ${logFile})`);
  return { ok: false, passedTests, failedTests };
}

/** A command as a person would type it: without this machine's folders. */
function shortened(command: readonly string[]): string {
  return command.join(" ").replaceAll(`${ROOT}/`, "");
}

/** Prints the lines that match, whole, however the output was cut into pieces. */
function showLines(pattern: RegExp): (text: string) => void {
  let rest = "";
  return (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (pattern.test(line)) console.log(line);
  };
}

function reason(failure: unknown): string {
  if (failure instanceof StepFailure) return failure.message;
  return failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
}

function writeLog(name: string, text: string): string {
  const folder = join(ARTIFACTS, "logs");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.log`);
  writeFileSync(file, text);
  return relative(ROOT, file);
}
