// Those who wait for a call in this life of the host: told of progress, told the outcome, and not kept waiting in silence.
import type { CallToolResult } from "@agents-internal/protocol";
import { DEFAULT_TIMEOUT } from "../call-time.ts";
import { McpError } from "../errors.ts";
import type { RequestOptions } from "../session/session.ts";
import type { CallOutcome } from "./lasting-call.ts";

interface Waiter {
  /** ms since the epoch from which on silence counts. */
  heardUntil: number;
  steps: number;
  readonly options: RequestOptions;
  readonly settle: (outcome: CallOutcome) => void;
}

export interface CallWaiters {
  has(id: string): boolean;
  /**
   * Rejects with `aborted` when the caller's signal is; then `abort` is called. `heardUntil`: as `dueAt` of {@link heard}.
   */
  wait(id: string, options: RequestOptions, heardUntil: number | null, abort: () => void): Promise<CallToolResult>;
  /** The server was heard, and is next asked at `dueAt`; `null`: no time is set. `message`: what it says new of its work. */
  heard(id: string, dueAt: number | null, message: string | null): void;
  /** ms since the epoch until which whoever waits bears silence; `Infinity`: nobody waits. */
  patientUntil(id: string): number;
  settle(id: string, outcome: CallOutcome): void;
}

export function createCallWaiters(): CallWaiters {
  const waiters = new Map<string, Waiter>();
  return {
    has: (id) => waiters.has(id),
    wait(id, options, heardUntil, abort) {
      const { signal } = options;
      return new Promise((resolve, reject) => {
        const onAbort = (): void => {
          const { reason } = signal ?? {};
          reject(reason instanceof McpError ? reason : new McpError("aborted", { cause: reason }));
          abort();
        };
        waiters.set(id, {
          heardUntil: heardUntil ?? Infinity,
          steps: 0,
          options,
          settle(outcome) {
            signal?.removeEventListener("abort", onAbort);
            if (outcome.kind === "completed") resolve(outcome.result);
            else reject(outcome.error);
          },
        });
        signal?.addEventListener("abort", onAbort, { once: true });
        if (signal?.aborted) onAbort();
      });
    },
    heard(id, dueAt, message) {
      const waiter = waiters.get(id);
      if (!waiter) return;
      waiter.heardUntil = dueAt ?? Infinity;
      if (message === null) return;
      waiter.steps += 1;
      try {
        waiter.options.onProgress?.({ progress: waiter.steps, message });
      } catch {
        // The caller's own; the call goes on.
      }
    },
    patientUntil(id) {
      const waiter = waiters.get(id);
      return waiter === undefined ? Infinity : waiter.heardUntil + (waiter.options.timeout ?? DEFAULT_TIMEOUT);
    },
    settle(id, outcome) {
      waiters.get(id)?.settle(outcome);
      waiters.delete(id);
    },
  };
}
