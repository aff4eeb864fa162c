// The secret that seals credentials on this machine: made once, kept in a file that is never committed.
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const NAME = "AGENTS_VAULT_KEYS";

/** Adds a fresh key ring to the `.dev.vars` at `file` when it names none. True when it had to. */
export function ensureLocalSecret(file: string): boolean {
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  if (new RegExp(`^${NAME}=.`, "m").test(text)) return false;
  const line = `${NAME}=local:${randomBytes(32).toString("base64")}\n`;
  writeFileSync(file, text === "" || text.endsWith("\n") ? text + line : `${text}\n${line}`, { mode: 0o600 });
  return true;
}
