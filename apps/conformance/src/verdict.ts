// What one run of the referee came to, by rules stricter than its own.

/** One line of the referee's `checks.json`. */
export interface Check {
  readonly id: string;
  readonly status: string;
  readonly text: string;
}

export interface Verdict {
  readonly clean: boolean;
  /** Checks that went well. */
  readonly succeeded: number;
  /** Why it is not clean: one sentence each. */
  readonly reasons: readonly string[];
}

/** `exitCode` is the referee's, `null` when it had to be ended. `checks` is `null` when it left none. */
export function judge(exitCode: number | null, checks: readonly Check[] | null): Verdict {
  const reasons: string[] = [];
  if (exitCode === null) reasons.push("it did not end in time");
  else if (exitCode !== 0) reasons.push(`the referee ended with ${exitCode}`);
  if (checks === null) reasons.push("no results were left behind");
  for (const { id, status, text } of checks ?? []) {
    if (!HARMLESS.has(status)) reasons.push(`${status} ${id}: ${text}`);
  }
  const succeeded = (checks ?? []).filter(({ status }) => status === "SUCCESS").length;
  // Some scenarios pass when the client does nothing at all.
  if (checks !== null && succeeded === 0) reasons.push("not one check succeeded");
  return { clean: reasons.length === 0, succeeded, reasons: [...new Set(reasons)] };
}

const HARMLESS: ReadonlySet<string> = new Set(["SUCCESS", "INFO", "SKIPPED"]);

/** `null` when the text is not what the referee writes. Anything unknown in it counts against the run. */
export function readChecks(text: string): readonly Check[] | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return Array.isArray(value) ? value.map(readCheck) : null;
}

function readCheck(value: unknown): Check {
  const { id, status, errorMessage, description } = isRecord(value) ? value : {};
  return { id: word(id, "?"), status: word(status, "UNREADABLE"), text: word(errorMessage, word(description, "")) };
}

function word(value: unknown, otherwise: string): string {
  return typeof value === "string" && value !== "" ? value : otherwise;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
