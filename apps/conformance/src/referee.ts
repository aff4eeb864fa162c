// Runs the official referee for one scenario, and ends it with everything it started when it does not end by itself.
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Run } from "./lanes.ts";
import { judge, readChecks, type Verdict } from "./verdict.ts";

const APP = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const PACKAGE = "@modelcontextprotocol/conformance";
export const REFEREE = join(
  dirname(createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`)),
  "dist/index.js",
);

/** ms the referee gives the driver. The driver's own limit is below it. */
const DRIVER_MS = 30_000;
/** ms after which the referee itself is ended, with its whole process group. */
const RUN_MS = 60_000;

export interface RefereeRun {
  readonly verdict: Verdict;
  /** What the referee and the driver said. */
  readonly output: string;
  readonly ms: number;
}

/** `folder`: a fresh one for the results of this run. */
export async function runReferee(
  { lane, scenario }: Run,
  options: { readonly origin: string; readonly folder: string },
): Promise<RefereeRun> {
  const startedAt = performance.now();
  // The referee cuts this at single spaces and adds the server's address, so every part has to be without any.
  const driver = `node src/driver.ts ${options.origin}`;
  const version = lane === "extensions" ? [] : ["--spec-version", lane];
  const args = ["client", "--command", driver, "--scenario", scenario, "--timeout", String(DRIVER_MS)];
  const child = spawn(process.execPath, [REFEREE, ...args, "-o", options.folder, ...version], {
    cwd: APP,
    env: { ...process.env, PATH: `${dirname(process.execPath)}:${process.env["PATH"] ?? ""}`, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  running.add(child.pid);
  const output: string[] = [];
  child.stdout.on("data", (chunk: Buffer) => void output.push(chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => void output.push(chunk.toString()));
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    endGroup(child.pid);
  }, RUN_MS);
  const exitCode = await new Promise<number | null>((done, reject) => {
    child.on("error", reject);
    child.on("close", (code) => done(late ? null : code));
  });
  clearTimeout(timer);
  running.delete(child.pid);
  const verdict = judge(exitCode, findChecks(options.folder));
  return { verdict, output: output.join(""), ms: performance.now() - startedAt };
}

const running = new Set<number | undefined>();

/** For a process that is told to stop: their groups are not its own. */
export function endReferees(): void {
  for (const pid of running) endGroup(pid);
}

/** The referee puts them into a folder named after the scenario, which may have a slash in it, and the time. */
function findChecks(folder: string): ReturnType<typeof readChecks> {
  try {
    const [file] = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith("checks.json"),
    );
    return file === undefined ? null : readChecks(readFileSync(join(folder, file), "utf8"));
  } catch {
    return null;
  }
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It ended by itself in the meantime.
  }
}
