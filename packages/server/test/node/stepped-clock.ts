// A clock that stands until it is told to go on, with the timers that then fall due.

export interface SteppedClock {
  readonly now: () => number;
  readonly after: (ms: number, callback: () => void) => () => void;
  readonly pass: (ms: number) => void;
  readonly pending: () => number;
}

export function createSteppedClock(): SteppedClock {
  let time = 1_000_000;
  const timers = new Map<() => void, number>();
  return {
    now: () => time,
    after(ms, callback) {
      timers.set(callback, time + ms);
      return () => void timers.delete(callback);
    },
    pass(ms) {
      time += ms;
      for (const [callback, at] of [...timers]) {
        if (at > time) continue;
        timers.delete(callback);
        callback();
      }
    },
    pending: () => timers.size,
  };
}
