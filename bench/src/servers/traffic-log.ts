// What passed between an agent and its servers.
import type { Traffic } from "./protocol.ts";

export interface TrafficLog {
  /** What is returned is to be called when the answer begins. */
  request(what: string): () => void;
  bytes(more: number): void;
  soFar(): Traffic;
  forget(): void;
}

interface Exchange {
  readonly what: string;
  readonly from: number;
  to: number;
}

/** `now` in ms. */
export function createTrafficLog(now: () => number): TrafficLog {
  let log: Exchange[] = [];
  let bytes = 0;
  return {
    request(what) {
      const exchange = { what, from: now(), to: Number.POSITIVE_INFINITY };
      log.push(exchange);
      return () => void (exchange.to = now());
    },
    bytes: (more) => void (bytes += more),
    soFar: () => ({
      requests: log.length,
      exchanges: inSequence(log),
      bytes,
      log: log.map(({ what }) => what),
    }),
    forget() {
      log = [];
      bytes = 0;
    },
  };
}

/** The most exchanges of which each began after the one before it was answered. */
function inSequence(log: readonly Exchange[]): number {
  let count = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const { from, to } of log.toSorted((a, b) => a.to - b.to)) {
    if (from < until || to === Number.POSITIVE_INFINITY) continue;
    count += 1;
    until = to;
  }
  return count;
}
