// One agent with a hundred servers: far more than anybody has, to see what grows with them.
import { setTimeout as pause } from "node:timers/promises";
import { COUNTED, COUNTED_PATH, platformCounts, since } from "../platform-counts.ts";
import { untilQuiet } from "../quiet.ts";
import type { Scenario } from "../scenario.ts";
import { setStage } from "../stage.ts";
import { isReady, watchAgent } from "../watcher.ts";

const SERVERS = 100;
const TOOLS = 10;
const DISTANCE_MS = 50;
const WORKER = "six-at-a-time.ts";

export const hundredServers: Scenario = {
  name: "hundred-servers",
  title: `${SERVERS} × ${TOOLS} (2025-11-25, sessions, answers ${DISTANCE_MS} ms late, six at a time) on one agent, one client`,
  repetitions: 1,
  worker: WORKER,
  rows: [
    { key: "wall", label: "connecting: until all are ready", unit: "ms" },
    { key: "cpu", label: "connecting: CPU", unit: "ms" },
    { key: "requests", label: "connecting: HTTP requests", unit: "" },
    { key: "read", label: "connecting: rows read", unit: "" },
    { key: "written", label: "connecting: rows written", unit: "" },
    { key: "frames", label: "connecting: MCP messages", unit: "" },
    { key: "bytes", label: "connecting: MCP bytes", unit: "kB" },
    { key: "state", label: "the state with all of them", unit: "kB" },
    { key: "wake requests", label: "wake: HTTP requests", unit: "" },
    { key: "wake wall", label: "wake: first message complete with tools", unit: "ms" },
    { key: "wake cpu", label: "wake: CPU until quiet", unit: "ms" },
    { key: "wake read", label: "wake: rows read", unit: "" },
    { key: "wake written", label: "wake: rows written", unit: "" },
  ],
  async run(side) {
    await using stage = await setStage(side, { servers: SERVERS, tools: TOOLS, delayMs: DISTANCE_MS }, WORKER);
    const { runtime, fleet } = stage;
    const watcher = await watchAgent(runtime.origin, COUNTED_PATH);
    await untilQuiet(runtime.usage);
    watcher.forget();
    const before = await platformCounts(runtime);
    let wall = Number.NaN;
    const connecting = await runtime.spend("connecting", async () => {
      const start = performance.now();
      await runtime.call(COUNTED, "addServers", fleet.urls);
      wall = performance.now() - start;
      await watcher.saw((mcp) => isReady(mcp) && mcp.tools.length === SERVERS * TOOLS);
      await untilQuiet(runtime.usage);
    });
    const rows = since(before, await platformCounts(runtime));
    const { requests } = await fleet.traffic();
    const seen = {
      frames: watcher.frames,
      bytes: watcher.frameBytes / 1000,
      state: watcher.stateBytes / 1000,
    };
    watcher.close();

    await runtime.restart();
    await pause(100);
    await fleet.forgetTraffic();
    let complete = Number.NaN;
    const woken = await runtime.spend("wake", async () => {
      const start = performance.now();
      const again = await watchAgent(runtime.origin, COUNTED_PATH);
      complete = (await again.saw((mcp) => isReady(mcp) && mcp.tools.length === SERVERS * TOOLS)) - start;
      await untilQuiet(runtime.usage);
      again.close();
    });
    const traffic = await fleet.traffic();
    const rowsOfWake = await platformCounts(runtime);
    return {
      wall,
      cpu: connecting.cpu,
      requests,
      read: rows.rowsRead,
      written: rows.rowsWritten,
      ...seen,
      "wake requests": traffic.requests,
      "wake wall": complete,
      "wake cpu": woken.cpu,
      "wake read": rowsOfWake.rowsRead,
      "wake written": rowsOfWake.rowsWritten,
    };
  },
};
