// The one way these scripts call pnpm and turbo: the pinned version, whatever is on the PATH.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./paths.ts";

const manifest: { packageManager: string } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));

export function pnpmCommand(...args: string[]): readonly string[] {
  return ["npx", "-y", manifest.packageManager, ...args];
}

/** turbo looks for pnpm on the PATH, which only holds it when we were started through pnpm ourselves. */
export function turboCommand(...args: string[]): readonly string[] {
  return process.env["npm_config_user_agent"]?.startsWith("pnpm/")
    ? ["turbo", ...args]
    : pnpmCommand("exec", "turbo", ...args);
}
