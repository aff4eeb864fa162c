// Waits until a process has nothing left to do.
import { setTimeout as pause } from "node:timers/promises";
import type { ProcessUsage } from "./process-usage.ts";

const STEP_MS = 100;
/** Longer than any delay either package waits before it does something more, but for retries. */
const STEPS = 6;
/** CPU ms a step that a process at rest may use. */
const AT_REST = 1;
const PATIENCE_MS = 20_000;

export async function untilQuiet(usage: ProcessUsage): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  let before = usage.cpu();
  for (let still = 0; still < STEPS && performance.now() < deadline;) {
    await pause(STEP_MS);
    const now = usage.cpu();
    still = now - before < AT_REST ? still + 1 : 0;
    before = now;
  }
}
