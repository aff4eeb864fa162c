// Tells listeners that the public state changed: a microtask later, once for all that happened until then.
import type { Log } from "../ports.ts";
import { createListeners, type Listeners } from "../listeners.ts";

export type ChangeListener = () => void;

export interface Publisher extends Pick<Listeners<[]>, "subscribe" | "clear"> {
  /** Something that the snapshot shows is different now. */
  touch(): void;
}

export function createPublisher(log: Log): Publisher {
  const { tell, subscribe, clear } = createListeners<[]>(log);
  let pending = false;

  return {
    touch() {
      if (pending) return;
      pending = true;
      queueMicrotask(() => {
        pending = false;
        tell();
      });
    },
    subscribe,
    clear,
  };
}
