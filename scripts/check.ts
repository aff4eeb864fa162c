// The check of the whole repository: every step in order, stopping at the first that fails, with one plain last line.
// `--all` adds what `npm run verify` has beyond `npm test`; `--only a,b` runs the named steps; `--keep-going` does not
// stop at a failure; `--list` shows the steps.
import { endCommands } from "./check/command.ts";
import { runStep } from "./check/step.ts";
import { STEPS, VERIFY_STEPS } from "./check/steps.ts";

const args = process.argv.slice(2);
const onlyAt = args.indexOf("--only");
const only = onlyAt === -1 ? undefined : new Set((args[onlyAt + 1] ?? "").split(","));
const all = [...STEPS, ...VERIFY_STEPS];
const keepGoing = args.includes("--keep-going");
const unknown = [...(only ?? [])].filter((name) => !all.some((step) => step.name === name));
const chosen = only ? all.filter((step) => only.has(step.name)) : args.includes("--all") ? all : STEPS;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    endCommands();
    console.log("stopped");
    process.exit(130);
  });
}

if (args.includes("--list")) {
  for (const step of all) console.log(`${step.name}: ${step.does}`);
} else if (unknown.length > 0) {
  console.log(`no such step: ${unknown.join(", ")} (\`--list\` shows them)`);
  process.exitCode = 2;
} else {
  process.exitCode = (await runAll()) ? 0 : 1;
}

async function runAll(): Promise<boolean> {
  const started = Date.now();
  let passedSteps = 0;
  let passedTests = 0;
  let failedTests = 0;
  let failedSteps = 0;
  for (const [index, step] of chosen.entries()) {
    const outcome = await runStep(step, `[${index + 1}/${chosen.length}]`);
    passedTests += outcome.passedTests;
    failedTests += outcome.failedTests;
    if (outcome.ok) passedSteps += 1;
    else failedSteps += 1;
    if (!outcome.ok && !keepGoing) break;
  }
  const ok = failedSteps === 0;
  const seconds = Math.round((Date.now() - started) / 1000);
  console.log(`steps: ${passedSteps} of ${chosen.length} passed, ${failedSteps} failed, in ${seconds} s`);
  if (passedTests + failedTests > 0 || only === undefined) {
    console.log(`tests: ${passedTests} passed, ${failedTests} failed`);
  } else {
    console.log(ok ? "result: passed" : "result: failed");
  }
  return ok;
}
