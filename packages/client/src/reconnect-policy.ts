// Whether a closed connection is tried again.
import { type CloseReason, isTerminalCloseEvent } from "./errors.ts";

interface ReconnectPolicyOptions {
  readonly maxRetries?: number | undefined;
  /** Milliseconds after which a connection counts as a good one. */
  readonly minUptime?: number | undefined;
  readonly decide?: ((event: CloseReason) => boolean) | undefined;
  readonly now: () => number;
}

/** Counts failures in a row and asks the owner's callback, or the default rule for close codes. */
export class ReconnectPolicy {
  readonly #maxRetries: number;
  readonly #minUptime: number;
  readonly #decide: (event: CloseReason) => boolean;
  readonly #now: () => number;
  #failures = 0;
  #openedAt: number | null = null;
  #deliberate = false;

  constructor({ maxRetries = Number.POSITIVE_INFINITY, minUptime = 5000, decide, now }: ReconnectPolicyOptions) {
    this.#maxRetries = maxRetries;
    this.#minUptime = minUptime;
    this.#decide = decide ?? ((event) => !isTerminalCloseEvent(event));
    this.#now = now;
  }

  opened(): void {
    this.#openedAt = this.#now();
  }

  /** Run something that closes the connection on purpose: the close is no failure, and counting begins anew. */
  deliberately(action: () => void): void {
    this.#deliberate = true;
    this.#failures = 0;
    try {
      action();
    } finally {
      this.#deliberate = false;
    }
  }

  /** To be asked once for each close. */
  shouldReconnect(event: CloseReason): boolean {
    if (this.#deliberate) return true;
    if (this.#openedAt !== null && this.#now() - this.#openedAt >= this.#minUptime) this.#failures = 0;
    this.#openedAt = null;
    this.#failures += 1;
    return this.#failures <= this.#maxRetries && this.#decide(event);
  }
}
