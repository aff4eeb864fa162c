// Does something at once, and when it is wanted again and again, no more often than is of use.

export interface Pace {
  /** It is wanted: now, or when `ms` have passed since it was last of use. */
  want(): void;
  /** Wanted, and not yet done. */
  readonly due: boolean;
  /** Do it now, whether it is due or not. */
  hurry(): void;
}

export interface PaceClock {
  readonly now: () => number;
  /** Returns what cancels it. Never pending for longer than the pace asks: a pending timer keeps the object in memory. */
  readonly after: (ms: number, callback: () => void) => () => void;
}

/** `work` says whether it was of use: what changed nothing for anybody puts nothing off. */
export function createPace(ms: number, { now, after }: PaceClock, work: () => boolean): Pace {
  let doneAt = Number.NEGATIVE_INFINITY;
  let cancel: (() => void) | null = null;

  function hurry(): void {
    cancel?.();
    cancel = null;
    if (work()) doneAt = now();
  }

  return {
    want() {
      if (cancel !== null) return;
      const wait = doneAt + ms - now();
      if (wait <= 0) hurry();
      else cancel = after(Math.min(wait, ms), hurry);
    },
    get due() {
      return cancel !== null;
    },
    hurry,
  };
}
