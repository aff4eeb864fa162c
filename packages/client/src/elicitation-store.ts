// The questions that wait for a person, as the agent last told, and a signal for each that ends with it.
import type { Elicitation, ElicitationsMessage } from "@agents-internal/protocol";
import { SnapshotStore } from "./snapshot-store.ts";

/**
 * A server asks. Every text in the question is the server's own and untrusted; show an address whole, and open it only when
 * the person agreed. `ended` is aborted when the question is over, here or in another tab; its reason is the
 * `ElicitationEnd`, or `"unknown"` where that was not heard.
 */
export type OnElicitation = (elicitation: Elicitation, ended: AbortSignal) => void;

export class ElicitationStore extends SnapshotStore<readonly Elicitation[]> {
  readonly #open = new Map<string, AbortController>();

  constructor() {
    super([]);
  }

  receive({ elicitations, ended }: ElicitationsMessage, onElicitation: OnElicitation | undefined): void {
    this.set(elicitations);
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
}
