// Tells listeners that the public state changed: a microtask later, once for all that happened until then.
import type { Log } from "../ports.ts";
import { createListeners, type Listeners, type Subscription } from "../listeners.ts";
import type { Shown } from "./shown.ts";

export type ChangeListener = () => void;

export interface Publisher extends Pick<Listeners<[]>, "subscribe" | "clear"> {
  /** What is shown now. */
  readonly shown: () => Shown;
  /** Something of that is different now. */
  touch(): void;
  /** The rows of an earlier life were read, and nothing has moved yet: what is shown is what was shown last. */
  restored(): void;
  onRestored(listener: ChangeListener): Subscription;
}

export function createPublisher(log: Log, shown: () => Shown): Publisher {
  const changes = createListeners<[]>(log);
  const restorations = createListeners<[]>(log);
  let pending = false;

  return {
    shown,
    touch() {
      if (pending) return;
      pending = true;
      queueMicrotask(() => {
        pending = false;
        changes.tell();
      });
    },
    restored: restorations.tell,
    onRestored: restorations.subscribe,
    subscribe: changes.subscribe,
    clear() {
      changes.clear();
      restorations.clear();
    },
  };
}
