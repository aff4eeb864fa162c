// Stays with one logical event stream over any number of connections, politely.
import type { Clock } from "../ports.ts";
import { McpError } from "../errors.ts";
import { MESSAGE_BYTES } from "./limits.ts";
import { readEvents, type StreamMemory } from "./read-events.ts";
import { reconnectDelay, type Wait } from "./wait.ts";

/** A connection that lived this long was a working one, even when nothing was said on it. */
const HEALTHY_MS = 30_000;

export interface FollowOptions {
  /** A stream that is already open. */
  readonly first?: ReadableStream<Uint8Array> | null;
  /** Open it (again). `null`: the server does not want to. May reject; that counts as a failed attempt. */
  readonly open: (lastEventId: string | null) => Promise<ReadableStream<Uint8Array> | null>;
  /** Data of one message event. `"stop"` ends the following. */
  readonly onData: (data: string) => "stop" | undefined;
  /** Whether to go on when the server never gave an event id to resume from. */
  readonly needsId: boolean;
  /** What proves that trying again is worth it: any event, or only one that carried a message. */
  readonly alive: "event" | "message";
  /** ms; bounds for the server's `retry:` and our own backoff. */
  readonly delay: { readonly min: number; readonly max: number };
  /** Attempts in a row without a sign of life. */
  readonly maxFailures: number;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly wait: Wait;
}

export type FollowEnd =
  | { readonly kind: "stopped" | "aborted" | "refused" }
  /** The last error, when there was one. */
  | { readonly kind: "gave-up"; readonly cause: unknown };

/** Rejects only with `McpError`s that trying again cannot mend: not authorized, too large, refused by policy. */
export async function followStream(options: FollowOptions): Promise<FollowEnd> {
  const { signal } = options;
  const memory: StreamMemory = { retry: null, lastEventId: null };
  let body = options.first ?? null;
  let failures = 0;
  let cause: unknown;
  for (;;) {
    const startedAt = options.clock.now();
    let alive = false;
    let stopped = false;
    try {
      if (body === null) {
        body = await options.open(memory.lastEventId);
        if (body === null) return { kind: "refused" };
      }
      await readEvents(body, MESSAGE_BYTES, memory, ({ event, data }) => {
        if (options.alive === "event" || data !== "") alive = true;
        if (event !== "message" || data === "") return undefined;
        if (options.onData(data) === "stop") stopped = true;
        return stopped ? "stop" : undefined;
      });
    } catch (error) {
      if (!signal.aborted && error instanceof McpError && !error.retryable) throw error;
      cause = error;
    }
    body = null;
    if (stopped) return { kind: "stopped" };
    if (signal.aborted) return { kind: "aborted" };
    if (options.needsId && memory.lastEventId === null) return { kind: "gave-up", cause };
    failures = alive || options.clock.now() - startedAt >= HEALTHY_MS ? 0 : failures + 1;
    if (failures >= options.maxFailures) return { kind: "gave-up", cause };
    await options.wait(reconnectDelay(failures, memory.retry, options.delay), signal);
    if (signal.aborted) return { kind: "aborted" };
  }
}
