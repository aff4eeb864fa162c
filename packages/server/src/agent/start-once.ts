// Runs what must happen once before anything else, however many ask for it at the same time.

export interface StartOnce {
  /** It has succeeded. */
  readonly done: boolean;
  /** Joins a run that is under way or done. After a failure, which every caller sees, the next call tries again. */
  run(work: () => unknown): Promise<void>;
}

export function createStartOnce(): StartOnce {
  let done = false;
  let underWay: Promise<void> | null = null;

  async function attempt(work: () => unknown): Promise<void> {
    try {
      await work();
      done = true;
    } finally {
      underWay = null;
    }
  }

  return {
    get done() {
      return done;
    },
    run: (work) => (done ? Promise.resolve() : (underWay ??= attempt(work))),
  };
}
