// An agent with twenty servers begins again in another process, and a client connects first.
import { setTimeout as pause } from "node:timers/promises";
import { untilQuiet } from "../quiet.ts";
import { ratio, type Row, type Scenario, value } from "../scenario.ts";
import type { FleetOptions } from "../servers/protocol.ts";
import type { Side } from "../side.ts";
import { setStage, type WorkerFile } from "../stage.ts";
import { isReady, watchAgent } from "../watcher.ts";
import { missesChange } from "./misses-change.ts";

const SERVERS = 20;
const TOOLS = 10;

const ROWS: readonly Row[] = [
  { key: "requests", label: "HTTP requests before anyone needs a server", unit: "", target: value(0) },
  { key: "first", label: "first message with the servers", unit: "ms" },
  { key: "complete", label: "first message complete with tools", unit: "ms", target: ratio(0.25) },
  { key: "ready", label: "all states known (ready)", unit: "ms", target: ratio(0.1) },
  { key: "frames", label: "MCP messages to one client", unit: "", target: value(1) },
  { key: "bytes", label: "MCP bytes to one client", unit: "kB", target: ratio(0.1) },
  { key: "cpu", label: "workerd CPU until quiet", unit: "ms", target: ratio(0.15), stretch: "wake" },
  {
    key: "deaf",
    label: "a change announced after the next tool call is missed (1: yes)",
    unit: "",
    target: value(0),
  },
];

async function run(side: Side, options: Partial<FleetOptions>, worker?: WorkerFile): Promise<Record<string, number>> {
  await using stage = await setStage(side, { servers: SERVERS, tools: TOOLS, ...options }, worker);
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
  return { requests, ...seen, cpu, deaf: await missesChange(stage) };
}

interface Wake extends Pick<Scenario, "name" | "repetitions" | "worker"> {
  readonly servers: string;
  readonly options: Partial<FleetOptions>;
}

function wakeWith({ servers, options, ...scenario }: Wake): Scenario {
  return {
    ...scenario,
    title: `Wake with ${SERVERS} × ${TOOLS} (${servers}), WebSocket first, after a restart of the process`,
    rows: ROWS,
    run: (side) => run(side, options, scenario.worker),
  };
}

export const wake = wakeWith({ name: "wake", servers: "2025-11-25, sessions", options: {}, repetitions: 3 });
export const wakeModern = wakeWith({
  name: "wake-modern",
  servers: "2026-07-28",
  options: { era: "modern" },
  repetitions: 2,
});
export const wakeFar = wakeWith({
  name: "wake-far",
  servers: "2026-07-28, answers 50 ms late, six at a time as the platform has it",
  options: { era: "modern", delayMs: 50 },
  repetitions: 1,
  worker: "six-at-a-time.ts",
});
