// The two packages that are compared, each installed as a user would have it, in a folder that is not committed.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { INSTALLED, TARBALL } from "./paths.ts";
import type { Profiler } from "./profile/profiler.ts";

/** `control` is ours once more: what differs between the two is noise. */
export type SideName = "reference" | "ours" | "control";

export interface Side {
  readonly name: SideName;
  readonly version: string;
  /** A folder from which `agents` resolves to the package. */
  readonly folder: string;
  /** With one, this side is profiled: its Workers are not minified, and its figures are not to be quoted. */
  readonly profiler?: Profiler;
}

const REFERENCE = "0.32.0";
/** Peers of both; the engine is the same for both. */
const PEERS = { "@modelcontextprotocol/client": "2.4.0", ai: "7.0.173", react: "19.3.1", zod: "4.6.7" };

const run = promisify(execFile);

export async function installSides(): Promise<readonly Side[]> {
  if (!existsSync(TARBALL)) throw new Error("run `npm run bench` at the root: it packs the package first");
  const reference = await install("reference", REFERENCE, REFERENCE);
  const packed = createHash("sha256").update(readFileSync(TARBALL)).digest("hex");
  const ours = await install("ours", `file:${TARBALL}`, packed);
  const { version } = JSON.parse(readFileSync(join(ours, "node_modules/agents/package.json"), "utf8")) as Side;
  return [
    { name: "reference", version: REFERENCE, folder: reference },
    { name: "ours", version, folder: ours },
    { name: "control", version, folder: ours },
  ];
}

/** Installs unless the same package with the same peers is there already. */
async function install(name: string, agents: string, contents: string): Promise<string> {
  const folder = join(INSTALLED, name);
  const mark = join(folder, "installed.json");
  const wanted = JSON.stringify({ contents, PEERS });
  if (existsSync(mark) && readFileSync(mark, "utf8") === wanted) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const manifest = { private: true, type: "module", dependencies: { ...PEERS, agents } };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest, null, 2));
  const quiet = ["--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", "--loglevel=error"];
  await run("npm", ["install", ...quiet], { cwd: folder });
  writeFileSync(mark, wanted);
  return folder;
}
