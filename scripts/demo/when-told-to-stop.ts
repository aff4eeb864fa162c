// Calls back once when this process should end: by a signal, or because what started it is gone.
import { launcherPids } from "./launchers.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const LOOK_EVERY_MS = 500;

/** A package manager that is ended may pass no signal on to us, so all of them up to the terminal are watched as well. */
export function whenToldToStop(stop: () => void): void {
  let told = false;
  const once = (): void => {
    if (told) return;
    told = true;
    clearInterval(watch);
    stop();
  };
  const launchers = launcherPids();
  const watch = setInterval(() => {
    if (!launchers.every(isAlive)) once();
  }, LOOK_EVERY_MS);
  watch.unref();
  for (const signal of SIGNALS) process.on(signal, once);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
