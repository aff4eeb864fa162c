// The one way these scripts call pnpm: the pinned version, whatever is on the PATH.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./paths.ts";

const manifest: { packageManager: string } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));

export function pnpmCommand(...args: string[]): readonly string[] {
  return ["npx", "-y", manifest.packageManager, ...args];
}
