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

/** ms to wait after so many failures in a row. What the server asked for wins over our own first step, within bounds. */
export function reconnectDelay(
  failures: number,
  asked: number | null,
  bounds: { readonly min: number; readonly max: number },
): number {
  const own = 1000 * 2 ** Math.min(Math.max(failures - 1, 0), 10);
  // Its wish is obeyed while the connection works; a server that keeps failing is not asked that often.
  const wanted = asked === null ? own : Math.max(asked, failures > 1 ? own : 0);
  return Math.min(Math.max(wanted, bounds.min), bounds.max);
}
