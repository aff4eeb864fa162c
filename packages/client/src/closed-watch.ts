// Whether a popup seems to be closed, said after a grace and never believed.
import type { PopupHandle } from "./popup-window.ts";

const POLL_MS = 1000;
/** A callback page said that it ran: its window closes by itself now, and the agent's word is due. */
const HINTED_GRACE_MS = 10_000;

interface ClosedWatchOptions {
  /** Milliseconds between seeing the window closed and saying so. */
  readonly graceMs: number;
  readonly onMaybeClosed: () => void;
}

export class ClosedWatch {
  readonly #options: ClosedWatchOptions;
  #handle: PopupHandle | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #seenClosed = false;
  #hinted = false;

  constructor(options: ClosedWatchOptions) {
    this.#options = options;
  }

  /** Watch this window from now on. */
  start(handle: PopupHandle): void {
    this.#handle = handle;
    this.#seenClosed = false;
    this.#poll();
  }

  /** Look now: the page came back to the front, which is what closing a window does. */
  look(): void {
    if (!this.#handle || this.#seenClosed) return;
    if (!this.#handle.closed) return this.#poll();
    this.#seenClosed = true;
    this.#giveGrace();
  }

  /** The callback page ran: a closed window is as it should be. True when it had been seen closed. */
  hint(): boolean {
    this.#hinted = true;
    if (!this.#handle || !this.#seenClosed) return false;
    this.#giveGrace();
    return true;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#handle = null;
  }

  #poll(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.look(), POLL_MS);
  }

  #giveGrace(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#options.onMaybeClosed, this.#hinted ? HINTED_GRACE_MS : this.#options.graceMs);
  }
}
