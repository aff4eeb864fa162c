// Notices that nobody has used a session for a while. A pending timer keeps the host awake as an open stream does.
import type { Clock } from "../ports.ts";

export interface IdleWatch {
  /** Somebody uses the session: the time without use begins anew. */
  used(): void;
  /** There is something to give up from now on, or there is not. */
  watch(isIdle: boolean): void;
  /** Nothing is given up before the next `watch`, which will soon come: a timer that runs is left to find that out by itself. */
  hold(): void;
}

/**
 * `onIdle` is called `ms` after the last use, or as soon after that as there is something to give up. `othersUsedAt`, in ms since the
 * epoch: a use that nobody here is told of; looked at only when the time is over, because there may be many.
 */
export function createIdleWatch(ms: number, clock: Clock, onIdle: () => void, othersUsedAt: () => number): IdleWatch {
  let usedAt = clock.now();
  let timer: ReturnType<typeof setTimeout> | null = null;
  let isHeld = false;
  const left = (): number => Math.max(0, ms - (clock.now() - usedAt));

  function ring(): void {
    timer = null;
    if (isHeld) return;
    if (left() === 0) {
      const others = othersUsedAt();
      if (others <= usedAt) return onIdle();
      usedAt = others;
    }
    timer = setTimeout(ring, left());
  }

  return {
    used: () => void (usedAt = clock.now()),
    watch(isIdle) {
      isHeld = false;
      // Most uses are short and many: a timer that goes off too early costs less than another for each.
      if (isIdle) timer ??= setTimeout(ring, left());
      else if (timer !== null) {
        clearTimeout(timer);
        timer = null;
      }
    },
    hold: () => void (isHeld = true),
  };
}
