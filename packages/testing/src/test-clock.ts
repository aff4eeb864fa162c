// A clock that moves only when a test says so.

export interface TestClock {
  /** ms since the epoch */
  now(): number;
  /** Resolves when the clock has been moved `ms` ahead; rejects when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Move ahead. Sleepers wake in order, each at its own moment, before the next one does. */
  advance(ms: number): Promise<void>;
  /** How many are asleep. */
  readonly sleepers: number;
}

interface Sleeper {
  readonly wakeAt: number;
  wake(): void;
}

/** @param start ms since the epoch; default 2026-01-01T00:00:00Z */
export function createTestClock(start: number = Date.UTC(2026, 0, 1)): TestClock {
  let now = start;
  const asleep = new Set<Sleeper>();
  return {
    now: () => now,
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const abort = () => {
          asleep.delete(sleeper);
          reject(signal?.reason);
        };
        const sleeper: Sleeper = {
          wakeAt: now + ms,
          wake() {
            asleep.delete(sleeper);
            signal?.removeEventListener("abort", abort);
            resolve();
          },
        };
        signal?.addEventListener("abort", abort, { once: true });
        asleep.add(sleeper);
      });
    },
    async advance(ms) {
      const end = now + ms;
      for (let next = firstDue(asleep, end); next !== undefined; next = firstDue(asleep, end)) {
        now = Math.max(now, next.wakeAt);
        next.wake();
        await settleMicrotasks();
      }
      now = end;
    },
    get sleepers() {
      return asleep.size;
    },
  };
}

function firstDue(asleep: ReadonlySet<Sleeper>, end: number): Sleeper | undefined {
  return [...asleep].filter(({ wakeAt }) => wakeAt <= end).sort((a, b) => a.wakeAt - b.wakeAt)[0];
}

/** Whoever woke may fall asleep again before the clock moves on. */
async function settleMicrotasks(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}
