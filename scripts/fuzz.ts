// `npm run fuzz [-- inputs]`: the properties that `npm test` tries on 2,000 inputs each, on 100,000 new ones.
import { runCommand } from "./check/command.ts";

const inputs = Number(process.argv[2] ?? 100_000);
if (!Number.isSafeInteger(inputs) || inputs < 1) {
  console.log("usage: npm run fuzz [-- how many inputs each]");
  process.exitCode = 2;
} else {
  const { exitCode, output } = await runCommand(["vitest", "run", "--root", "packages/server", "test/node/fuzz"], {
    env: { FUZZ_RUNS: String(inputs) },
    timeoutMs: 7_200_000,
    onOutput: (text) => void process.stdout.write(text),
  });
  const properties = /Tests .*?(\d+) passed/.exec(output)?.[1] ?? "0";
  console.log(exitCode === 0 ? `fuzz: ${properties} properties held on ${inputs} inputs each` : "fuzz: failed");
  process.exitCode = exitCode;
}
