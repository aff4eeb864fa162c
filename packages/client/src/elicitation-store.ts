// The questions that wait for a person, as the agent last told, and a signal for each that ends with it.
import type { Elicitation, ElicitationsMessage } from "@agents-internal/protocol";
import { type Readable, SnapshotStore } from "./snapshot-store.ts";

/**
 * A server asks. Every text in the question is the server's own and untrusted; show an address whole, and open it only when
 * the person agreed. `ended` is aborted when the question is over, here or in another tab; its reason is the
 * `ElicitationEnd`, or `"unknown"` where that was not heard.
 */
export type OnElicitation = (elicitation: Elicitation, ended: AbortSignal) => void;

/** Has itself told only once somebody wants to know: an agent of another make takes the wish for a message of its application. */
export class ElicitationStore implements Readable<readonly Elicitation[]> {
  readonly #list = new SnapshotStore<readonly Elicitation[]>([]);
  readonly #open = new Map<string, AbortController>();
  readonly #ask: () => void;
  #watched = false;

  /** `ask`: have the agent tell on this connection; does nothing while there is none. */
  constructor(ask: () => void) {
    this.#ask = ask;
  }

  readonly getSnapshot = this.#list.getSnapshot;

  readonly subscribe = (listener: () => void): (() => void) => {
    if (!this.#watched) this.#watch();
    return this.#list.subscribe(listener);
  };

  /** A connection is open. `wanted`: there is a handler. */
  opened(wanted: boolean): void {
    if (this.#watched || wanted) this.#watch();
  }

  receive({ elicitations, ended }: ElicitationsMessage, onElicitation: OnElicitation | undefined): void {
    this.#list.set(elicitations);
    const gone = new Map(this.#open);
    for (const elicitation of elicitations) {
      const { id } = elicitation;
      if (gone.delete(id)) continue;
      const controller = new AbortController();
      this.#open.set(id, controller);
      onElicitation?.(elicitation, controller.signal);
    }
    for (const [id, controller] of gone) {
      this.#open.delete(id);
      controller.abort(ended.find((each) => each.id === id)?.end ?? "unknown");
    }
  }

  #watch(): void {
    this.#watched = true;
    this.#ask();
  }
}
