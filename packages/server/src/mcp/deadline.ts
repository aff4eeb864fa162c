// A time limit that leaves no timer behind: a pending one, also `AbortSignal.timeout`, keeps a Durable Object awake.

/** ms; a longer timer goes off at once. */
export const MAX_TIMER = 2 ** 31 - 1;

/** Run `work` with a signal that aborts after `ms`, or when `outer` does. The timer ends with the work. */
export async function withDeadline<T>(
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
  outer?: AbortSignal,
): Promise<T> {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const timer = setTimeout(abort, Math.min(Math.max(0, ms), MAX_TIMER));
  outer?.addEventListener("abort", abort, { once: true });
  if (outer?.aborted) abort();
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener("abort", abort);
  }
}

/** Resolves when `signal` is aborted; for ending a wait whose work goes on. */
export function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
