// Those who want to hear of something.
import type { Log } from "./ports.ts";

export interface Subscription {
  dispose(): void;
}

export interface Listeners<T extends readonly unknown[]> {
  /** A listener that throws is logged and does not keep the others from hearing. */
  tell(...heard: T): void;
  subscribe(listener: (...heard: T) => void): Subscription;
  clear(): void;
}

export function createListeners<T extends readonly unknown[]>(log: Log): Listeners<T> {
  const listeners = new Set<(...heard: T) => void>();
  return {
    tell(...heard) {
      for (const listener of [...listeners]) {
        try {
          listener(...heard);
        } catch {
          log.warn("mcp-listener-failed");
        }
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return { dispose: () => void listeners.delete(listener) };
    },
    clear: () => listeners.clear(),
  };
}
