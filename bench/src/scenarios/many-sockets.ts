// One agent that two thousand clients look at: what a client costs, and what it costs to tell all of them something.
import { setTimeout as pause } from "node:timers/promises";
import { untilQuiet } from "../quiet.ts";
import type { Scenario } from "../scenario.ts";
import { setStage } from "../stage.ts";
import { type Watcher, watchAgent } from "../watcher.ts";

const SOCKETS = 2000;
/** More than these at a time are not let in by the kernel's queue. */
const AT_ONCE = 50;
const STATE_BYTES = 1000;
/** workerd takes an object that can sleep out of memory after ten seconds. */
const ASLEEP_MS = 12_000;
const AGENT = "Bench/a";

export const manySockets: Scenario = {
  name: "many-sockets",
  title: `${SOCKETS} clients on one agent with 1 × 10`,
  repetitions: 1,
  rows: [
    { key: "cpu", label: "connecting: CPU a client", unit: "ms" },
    { key: "memory", label: "resident memory of workerd a client", unit: "kB" },
    { key: "asleep", label: "the same, the agent asleep", unit: "kB" },
    { key: "state cpu", label: "`setState` of 1 kB, until all have it: CPU", unit: "ms" },
    { key: "state wall", label: "`setState` of 1 kB, until all have it: time", unit: "ms" },
    { key: "changed bytes", label: "a server's `list_changed`: bytes in all", unit: "MB" },
    { key: "changed cpu", label: "a server's `list_changed`: CPU", unit: "ms" },
    { key: "wake messages", label: "wake by one client's message: messages to all others", unit: "" },
    { key: "wake cpu", label: "wake by one client's message: CPU", unit: "ms" },
  ],
  async run(side) {
    await using stage = await setStage(side, { sessions: true });
    const { runtime, fleet } = stage;
    const connect = (reads: boolean) => watchAgent(runtime.origin, "/agents/bench/a", { reads });
    const speaker = await connect(true);
    await runtime.call(AGENT, "addServers", fleet.urls);
    await untilQuiet(runtime.usage);
    const empty = runtime.usage.memory();
    const watchers: Watcher[] = [];
    const connecting = await runtime.spend("connecting", async () => {
      while (watchers.length < SOCKETS) {
        watchers.push(...(await Promise.all(Array.from({ length: AT_ONCE }, () => connect(false)))));
      }
      await untilQuiet(runtime.usage);
    });
    const perSocket = () => (runtime.usage.memory() - empty) / SOCKETS / 1000;
    const memory = perSocket();
    const total = (key: "messages" | "bytes") => watchers.reduce((sum, watcher) => sum + watcher[key], 0);
    const forget = () => watchers.forEach((watcher) => watcher.forget());

    forget();
    let stateWall = Number.NaN;
    const state = await runtime.spend("setState", async () => {
      const start = performance.now();
      await runtime.call(AGENT, "setStates", 1, STATE_BYTES);
      while (total("messages") < SOCKETS) await pause(1);
      stateWall = performance.now() - start;
      await untilQuiet(runtime.usage);
    });

    forget();
    const changed = await runtime.spend("list_changed", async () => {
      await fleet.change();
      await untilQuiet(runtime.usage);
    });
    const changedBytes = total("bytes");
    // Streams are held for a while after the last use; without one the agent may sleep at once.
    await runtime.call(AGENT, "closeConnection");
    await untilQuiet(runtime.usage);
    await pause(ASLEEP_MS);
    const asleep = perSocket();

    forget();
    const woken = await runtime.spend("wake", async () => {
      await speaker.call("whichInstance");
      await untilQuiet(runtime.usage);
    });
    const wakeMessages = total("messages");
    for (const watcher of [speaker, ...watchers]) watcher.close();
    return {
      cpu: connecting.cpu / SOCKETS,
      memory,
      asleep,
      "state cpu": state.cpu,
      "state wall": stateWall,
      "changed bytes": changedBytes / 1e6,
      "changed cpu": changed.cpu,
      "wake messages": wakeMessages,
      "wake cpu": woken.cpu,
    };
  },
};
