// `npm run attack [-- --reference folder]`: every attack of the catalogue, against an agent in workerd, one line each.
// With a folder that another `agents` is installed in, the same cases against that one: what they see of it.
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { type AttackCase, type AttackReport, missingStars, readCases } from "./attack/cases.ts";
import { runCommand } from "./check/command.ts";
import { ARTIFACTS, ROOT } from "./check/paths.ts";

/** Where cases are: against an agent in workerd, and in what shows people what servers say. */
const SUITES = [
  { root: "packages/agents", tests: "test/runtime" },
  { root: "apps/dashboard", tests: "web" },
] as const;
/** As vitest matches it against the names of tests. */
const WITH_ID = "(^|\\s)[KMNPRSTVWX]\\d\\d\\s";
/** ms a case may take where things may hang. */
const PATIENCE = 8_000;

/** The files of a suite with cases of the catalogue in them. */
function filesWithCases({ root, tests }: (typeof SUITES)[number]): readonly string[] {
  const folder = join(ROOT, root, tests);
  const names = readdirSync(folder).filter((name) => name.endsWith(".test.ts"));
  const hasCase = (name: string) => /["`][KMNPRSTVWX]\d\d\s/.test(readFileSync(join(folder, name), "utf8"));
  return names.filter(hasCase).map((name) => `${tests}/${name}`);
}

async function run(root: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const name = `attack-${basename(root)}${env["ATTACK_REFERENCE"] === undefined ? "" : "-reference"}`;
  mkdirSync(ARTIFACTS, { recursive: true });
  const file = join(ARTIFACTS, `${name}.json`);
  rmSync(file, { force: true });
  const command = ["vitest", "run", "--root", root, ...args, "-t", WITH_ID];
  const reporters = ["--reporter=json", `--outputFile=${file}`];
  const { output } = await runCommand([...command, ...reporters], { env, timeoutMs: 900_000 });
  try {
    const report: AttackReport = JSON.parse(readFileSync(file, "utf8"));
    return report;
  } catch {
    console.log(output);
    throw new Error(`${name}: vitest left no report`);
  }
}

function tell(cases: readonly AttackCase[]): void {
  for (const { verdict, title, reason } of cases) {
    console.log(`${verdict === "not-applicable" ? "n/a " : verdict}  ${title}`);
    if (verdict === "open") console.log(`      ${reason}`);
  }
}

const count = (cases: readonly AttackCase[], verdict: AttackCase["verdict"]): number =>
  cases.filter((each) => each.verdict === verdict).length;

async function attackOurs(): Promise<void> {
  const cases: AttackCase[] = [];
  for (const suite of SUITES) cases.push(...readCases(await run(suite.root, filesWithCases(suite)), true));
  tell(cases);
  const missing = missingStars(cases);
  if (missing.length > 0) console.log(`no case held for ${missing.join(", ")}`);
  const open = count(cases, "open");
  if (open > 0 || missing.length > 0 || cases.length === 0) process.exitCode = 1;
  console.log(`attacks: ${count(cases, "held")} held, ${open} open of ${cases.length}`);
}

async function attackReference(folder: string): Promise<void> {
  const env = { ATTACK_REFERENCE: resolve(folder) };
  const [{ root, tests }] = SUITES;
  const args = [`${tests}/attacks.test.ts`, "--testTimeout", String(PATIENCE)];
  const cases = readCases(await run(root, args, env), false);
  tell(cases);
  const figures = `${count(cases, "held")} held, ${count(cases, "open")} open, ${count(cases, "not-applicable")} not applicable`;
  console.log(`reference: ${figures} of ${cases.length}`);
}

const [flag, folder] = process.argv.slice(2);
if (flag === undefined) {
  await attackOurs();
} else if (flag === "--reference" && folder !== undefined) {
  await attackReference(folder);
} else {
  console.log("usage: npm run attack [-- --reference <folder with another `agents` installed>]");
  process.exitCode = 2;
}
