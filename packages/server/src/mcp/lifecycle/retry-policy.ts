// How often a failed attempt is made again by itself, and how long it waits.
import { backoff } from "../backoff.ts";
import type { McpError } from "../errors.ts";
import type { RetryOptions } from "../options.ts";

const RETRY_DEFAULTS = {
  maxAttempts: 3,
  baseDelayMs: 250,
  maxDelayMs: 5000,
} as const satisfies Required<RetryOptions>;

/** Failures that pass by themselves within seconds. What the server decided is not asked again. */
const TRANSIENT: ReadonlySet<string> = new Set(["host-unreachable", "timeout", "session-lost"]);

/**
 * When to try again, in ms since the epoch; `null` for never.
 *
 * Never sooner than the failure itself says.
 * `random` is in [0, 1).
 */
export function nextRetryAt(
  error: McpError,
  attempt: number,
  options: RetryOptions,
  now: number,
  random: number,
): number | null {
  const {
    maxAttempts = RETRY_DEFAULTS.maxAttempts,
    baseDelayMs = RETRY_DEFAULTS.baseDelayMs,
    maxDelayMs = RETRY_DEFAULTS.maxDelayMs,
  } = options;
  const transient =
    TRANSIENT.has(error.code) || (error.code === "http-error" && (error.status === 429 || (error.status ?? 0) >= 500));
  if (!transient || attempt >= maxAttempts) return null;
  const own = backoff({ base: baseDelayMs, max: maxDelayMs }, attempt, random);
  return now + Math.max(own, error.retryAfter ?? 0);
}
