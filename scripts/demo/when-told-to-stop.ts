// Calls back once when this process should end: by a signal, or because whoever started it is gone.
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const LOOK_EVERY_MS = 500;

/**
 * A package manager between a terminal and us may pass no signal on when it is ended, so the parent is watched as well.
 */
export function whenToldToStop(stop: () => void): void {
  let told = false;
  const once = (): void => {
    if (told) return;
    told = true;
    clearInterval(watch);
    stop();
  };
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid !== parent) once();
  }, LOOK_EVERY_MS);
  watch.unref();
  for (const signal of SIGNALS) process.on(signal, once);
}
