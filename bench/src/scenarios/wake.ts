// An agent with twenty servers begins again in another process, and a client connects first.
import { setTimeout as pause } from "node:timers/promises";
import { untilQuiet } from "../quiet.ts";
import { ratio, type Scenario, value } from "../scenario.ts";
import { setStage } from "../stage.ts";
import { isReady, watchAgent } from "../watcher.ts";

const SERVERS = 20;
const TOOLS = 10;

export const wake: Scenario = {
  name: "wake",
  title: `Wake with ${SERVERS} × ${TOOLS} (2025-11-25, sessions), WebSocket first, after a restart of the process`,
  repetitions: 5,
  rows: [
    { key: "requests", label: "HTTP requests before anyone needs a server", unit: "", target: value(0) },
    { key: "first", label: "first message with the servers", unit: "ms" },
    { key: "complete", label: "first message complete with tools", unit: "ms", target: ratio(0.25) },
    { key: "ready", label: "all states known (ready)", unit: "ms", target: ratio(0.1) },
    { key: "frames", label: "MCP messages to one client", unit: "", target: value(1) },
    { key: "bytes", label: "MCP bytes to one client", unit: "kB", target: ratio(0.1) },
    { key: "cpu", label: "workerd CPU until quiet", unit: "ms", target: ratio(0.15) },
  ],
  async run(side) {
    await using stage = await setStage(side, { servers: SERVERS, tools: TOOLS });
    const { runtime, fleet } = stage;
    await runtime.call("Bench/a", "addServers", fleet.urls);
    await untilQuiet(runtime.usage);
    await runtime.restart();
    await pause(100);
    await fleet.forgetTraffic();

    let seen = {};
    const { cpu } = await runtime.spend("wake", async () => {
      const start = performance.now();
      const watcher = await watchAgent(runtime.origin, "/agents/bench/a");
      const first = await watcher.saw(() => true);
      const complete = await watcher.saw(({ tools }) => tools.length > 0);
      const ready = await watcher.saw((mcp) => isReady(mcp) && mcp.tools.length === SERVERS * TOOLS);
      await untilQuiet(runtime.usage);
      watcher.close();
      seen = {
        first: first - start,
        complete: complete - start,
        ready: ready - start,
        frames: watcher.frames,
        bytes: watcher.frameBytes / 1000,
      };
    });
    const { requests } = await fleet.traffic();
    return { requests, ...seen, cpu };
  },
};
