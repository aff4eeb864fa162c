// From the start of the process to the first answer of an agent that was never there.
import { bundleParts } from "../bundle-parts.ts";
import { ratio, type Scenario } from "../scenario.ts";
import { startWorker } from "../stage.ts";

export const coldStart: Scenario = {
  name: "cold-start",
  title: "Cold start to the first response of a new agent",
  repetitions: 7,
  rows: [
    { key: "wall", label: "time", unit: "ms", target: ratio(0.45) },
    { key: "cpu", label: "CPU", unit: "ms" },
    { key: "memory", label: "resident memory afterwards", unit: "MB" },
  ],
  async run(side) {
    // The script is bundled and read before the clock starts.
    const runtime = await startWorker(side);
    try {
      const start = performance.now();
      await runtime.restart();
      // An inspector is there only once the process is: a profile shows the first answer, not how the script was loaded.
      await runtime.spend("first answer", () => runtime.call("Bench/a", "hello"));
      const wall = performance.now() - start;
      return { wall, cpu: runtime.usage.cpu(), memory: runtime.usage.memory() / 1e6 };
    } finally {
      await runtime.dispose();
    }
  },
  // Nearly all of it is the script, which is loaded before anything could be profiled.
  partsOf: async (side) => new Map([["wall", await bundleParts(`export * from "./worker.ts";`, side, {})]]),
};
