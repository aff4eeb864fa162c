// Bounds how many frames one client may send, so that no page can keep an agent from everybody else.

/** Frames a client may send: `burst` at once, and `perSecond` in the long run. */
export interface MessageLimit {
  readonly perSecond: number;
  readonly burst: number;
}

export interface MessageGate {
  /** Counts one frame; `false` when it is one too many. */
  admit(connection: object): boolean;
}

/** Far above what pages send that follow a pointer or stream audio, far below what keeps an object busy. */
export const MESSAGE_LIMIT: MessageLimit = { perSecond: 100, burst: 1000 };

interface Bucket {
  left: number;
  /** ms since the epoch */
  filledAt: number;
}

/** Kept in memory alone: an object that slept had no frames to count. `false` admits everything. */
export function createMessageGate(limit: MessageLimit | false, now: () => number): MessageGate {
  const buckets = new WeakMap<object, Bucket>();
  if (limit === false) return { admit: () => true };
  const { perSecond, burst } = limit;
  return {
    admit(connection) {
      const time = now();
      let bucket = buckets.get(connection);
      if (bucket === undefined) buckets.set(connection, (bucket = { left: burst, filledAt: time }));
      bucket.left = Math.min(burst, bucket.left + ((time - bucket.filledAt) / 1000) * perSecond);
      bucket.filledAt = time;
      if (bucket.left < 1) return false;
      bucket.left -= 1;
      return true;
    },
  };
}
