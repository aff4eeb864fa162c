// Tells listeners that the public state changed: a microtask later, once for all that happened until then.
import type { Log } from "../ports.ts";

export interface Subscription {
  dispose(): void;
}

export type ChangeListener = () => void;

export interface Publisher {
  /** Something that the snapshot shows is different now. */
  touch(): void;
  /** A listener that throws is logged and does not keep the others from hearing. */
  subscribe(listener: ChangeListener): Subscription;
  clear(): void;
}

export function createPublisher(log: Log): Publisher {
  const listeners = new Set<ChangeListener>();
  let pending = false;

  function flush(): void {
    pending = false;
    for (const listener of [...listeners]) {
      try {
        listener();
      } catch {
        log.warn("mcp:listener-failed");
      }
    }
  }

  return {
    touch() {
      if (pending) return;
      pending = true;
      queueMicrotask(flush);
    },
    subscribe(listener) {
      listeners.add(listener);
      return { dispose: () => void listeners.delete(listener) };
    },
    clear: () => listeners.clear(),
  };
}
