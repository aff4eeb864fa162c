// How long to wait before something that failed is tried again.

/**
 * ms: `base` doubled with each failure in a row after the first, at most `max`, with full jitter on the upper half, so that
 * many agents do not come back at once. `random` is in [0, 1).
 */
export function backoff(
  bounds: { readonly base: number; readonly max: number },
  failures: number,
  random: number,
): number {
  const ceiling = Math.min(bounds.max, bounds.base * 2 ** Math.max(0, failures - 1));
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}
