// Whether an agent that is used again after a rest still hears what a server announces.
import { setTimeout as pause } from "node:timers/promises";
import { untilQuiet } from "../quiet.ts";
import type { Stage } from "../stage.ts";

/** The longer of what both wait before they read a list again, several times over. */
const PATIENCE_MS = 3000;

/** 1 when the first server's new tool does not come to be known, 0 when it does. */
export async function missesChange({ runtime, fleet }: Stage): Promise<number> {
  await runtime.call("Bench/a", "callTool", "search_0_0", 1);
  await untilQuiet(runtime.usage);
  const before = await runtime.call("Bench/a", "countTools");
  await fleet.change();
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    if ((await runtime.call("Bench/a", "countTools")) !== before) return 0;
    await pause(50);
  }
  return 1;
}
