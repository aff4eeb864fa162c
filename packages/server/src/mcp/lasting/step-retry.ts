// Which failures of a step pass by themselves, and how long is waited for that.
import { backoff } from "../backoff.ts";
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

/** ms; beginning with 1 to 2 s. `random` is in [0, 1). */
export function retryDelay(failures: number, random: number): number {
  return backoff({ base: 2000, max: 300_000 }, failures, random);
}
