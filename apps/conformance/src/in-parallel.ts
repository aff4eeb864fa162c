// Works through a list, a few at a time.

/** Results in the order of the items. The first rejection is passed on when what is under way has ended. */
export async function inParallel<T, R>(
  items: readonly T[],
  atATime: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results = new Map<number, R>();
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next; index < items.length; index = next) {
      next += 1;
      results.set(index, await work(items[index] as T));
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(atATime, items.length) }, lane));
  for (const end of ended) if (end.status === "rejected") throw end.reason;
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
}
