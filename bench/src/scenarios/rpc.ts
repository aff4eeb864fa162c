// Calls of a `@callable` method over WebSockets, and states that are set.
import { untilQuiet } from "../quiet.ts";
import { ratio, type Scenario } from "../scenario.ts";
import { startWorker } from "../stage.ts";
import { type Watcher, watchAgent } from "../watcher.ts";

/** Spread, because this package holds one client to a thousand messages at once. */
const CLIENTS = 64;
const CALLS_EACH = 60;
const ONE_BY_ONE = 400;
const STATES = 2000;
const STATE_BYTES = 1000;

async function callAtOnce(watchers: readonly Watcher[]): Promise<void> {
  const lane = async (watcher: Watcher) => {
    for (let done = 0; done < CALLS_EACH; done += 1) await watcher.call("echo", "hello");
  };
  await Promise.all(watchers.map(lane));
}

export const rpc: Scenario = {
  name: "rpc",
  title: "`@callable` echo over WebSocket, and `setState` of 1 kB with one client",
  repetitions: 3,
  rows: [
    {
      key: "echo cpu",
      label: `echo, ${CLIENTS} at once: CPU per call`,
      unit: "µs",
      target: ratio(0.55),
      stretch: "echo",
    },
    { key: "echo wall", label: "echo, one at a time: time", unit: "µs" },
    { key: "state cpu", label: "`setState`: CPU", unit: "µs", target: ratio(0.6), stretch: "setState" },
  ],
  async run(side) {
    const runtime = await startWorker(side);
    try {
      const connect = () => watchAgent(runtime.origin, "/agents/bench/a");
      const many = await Promise.all(Array.from({ length: CLIENTS }, connect));
      await callAtOnce(many);
      const echo = await runtime.spend("echo", () => callAtOnce(many));
      for (const watcher of many) watcher.close();

      const one = await connect();
      const start = performance.now();
      for (let done = 0; done < ONE_BY_ONE; done += 1) await one.call("echo", "hello");
      const wall = performance.now() - start;

      await runtime.call("Bench/a", "setStates", STATES, STATE_BYTES);
      await untilQuiet(runtime.usage);
      const state = await runtime.spend("setState", async () => {
        await runtime.call("Bench/a", "setStates", STATES, STATE_BYTES);
        await one.call("echo", "after the last state");
      });
      one.close();
      return {
        "echo cpu": (echo.cpu / (CLIENTS * CALLS_EACH)) * 1000,
        "echo wall": (wall / ONE_BY_ONE) * 1000,
        "state cpu": (state.cpu / STATES) * 1000,
      };
    } finally {
      await runtime.dispose();
    }
  },
};
