// Waiting that ends early when it is no longer wanted.

/** Resolves after `ms`, or at once when `signal` is or becomes aborted. Never rejects. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

export const wait: Wait = (ms, signal) =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end, { once: true });
  });

/** ms until attempt number `failures + 1`; what the server asked for wins, within bounds. */
export function reconnectDelay(failures: number, asked: number | null, bounds: { readonly min: number; readonly max: number }): number {
  const own = 1000 * 2 ** Math.min(failures, 10);
  // A server's wish is a floor for the first attempt, not a licence to be asked that often while it fails.
  const wanted = asked === null ? own : Math.max(asked, failures > 1 ? own / 2 : 0);
  return Math.min(Math.max(wanted, bounds.min), bounds.max);
}
