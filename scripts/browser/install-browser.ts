// Installs a Chromium: Debian's package where we are root there, playwright's own download everywhere else.
import { existsSync } from "node:fs";
import { runCommand } from "../check/command.ts";

export type InstallOutcome = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** Says each command through `say` before it runs. Never asks anything. */
export async function installBrowser(say: (text: string) => void): Promise<InstallOutcome> {
  const isRoot = process.getuid?.() === 0;
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  for (const attempt of isRoot && existsSync("/usr/bin/apt-get") ? [DEBIAN, PLAYWRIGHT] : [PLAYWRIGHT]) {
    let failed: string | undefined;
    for (const command of attempt) {
      say(`$ ${command.join(" ")}`);
      const result = await runCommand(command, { env });
      if (result.exitCode === 0) continue;
      failed = `\`${command.join(" ")}\` ended with ${result.exitCode}: ${result.output.trim().split("\n").at(-1) ?? ""}`;
      break;
    }
    if (failed === undefined) return { ok: true };
    say(failed);
  }
  return {
    ok: false,
    reason: "no Chrome or Chromium could be installed; install one and set CHROME_PATH to its program",
  };
}

const DEBIAN = [
  ["apt-get", "update"],
  ["apt-get", "install", "-y", "--no-install-recommends", "chromium"],
];
const PLAYWRIGHT = [["playwright-core", "install", "chromium"]];
