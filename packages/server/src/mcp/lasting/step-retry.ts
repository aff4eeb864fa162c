// Which failures of a step pass by themselves, and how long is waited for that.
import type { McpError } from "../errors.ts";

/** A person, or whoever holds the keys, can make these pass; the deadline of the call ends the wait. */
const MENDED_BY_OTHERS: ReadonlySet<string> = new Set(["authorization-required", "insufficient-scope", "vault-locked"]);

/** Of this class the HTTP answers that say "later"; the others would only come again. */
function isPassingStatus(status: number | undefined): boolean {
  return status === undefined || status === 429 || status >= 500;
}

export function isPassing(error: McpError): boolean {
  if (error.code === "http-error") return isPassingStatus(error.status);
  return error.retryable || MENDED_BY_OTHERS.has(error.code);
}

const BASE_MS = 1000;
const MAX_MS = 300_000;

/** ms; doubled with each failure in a row, with jitter on the upper half. `random` is in [0, 1). */
export function retryDelay(failures: number, random: number): number {
  const ceiling = Math.min(MAX_MS, BASE_MS * 2 ** Math.min(failures, 16));
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}
