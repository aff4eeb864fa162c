// Notices that nobody has used a session for a while. A pending timer keeps the host awake as an open stream does.
import type { Clock } from "../ports.ts";

export interface IdleWatch {
  /** Somebody uses the session: the time without use begins anew. */
  used(): void;
  /** There is something to give up from now on, or there is not. */
  watch(isIdle: boolean): void;
}

/** `onIdle` is called `ms` after the last use, or as soon after that as there is something to give up. */
export function createIdleWatch(ms: number, clock: Clock, onIdle: () => void): IdleWatch {
  let usedAt = clock.now();
  let timer: ReturnType<typeof setTimeout> | null = null;
  return {
    used: () => void (usedAt = clock.now()),
    watch(isIdle) {
      if (timer !== null) clearTimeout(timer);
      timer = isIdle ? setTimeout(onIdle, Math.max(0, ms - (clock.now() - usedAt))) : null;
    },
  };
}
