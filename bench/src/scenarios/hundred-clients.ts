// A hundred clients look on while twenty servers with fifty tools each are added at once.
import { untilQuiet } from "../quiet.ts";
import { type Figures, ratio, type Scenario } from "../scenario.ts";
import type { Side } from "../side.ts";
import { setStage } from "../stage.ts";
import { watchAgent } from "../watcher.ts";

const CLIENTS = 100;
const SERVERS = 20;
const TOOLS = 50;

export const hundredClients: Scenario = {
  name: "hundred-clients",
  title: `${SERVERS} × ${TOOLS} connecting, ${CLIENTS} clients`,
  repetitions: 2,
  rows: [
    { key: "bytes", label: "bytes in all", unit: "MB", target: ratio(0.15) },
    { key: "cpu", label: "CPU", unit: "ms", target: ratio(0.25), stretch: "connecting" },
    { key: "wall", label: "until all servers are added", unit: "ms" },
    { key: "full bytes", label: "clients of another make: bytes in all", unit: "MB" },
    { key: "full cpu", label: "clients of another make: CPU", unit: "ms" },
  ],
  async run(side) {
    const full = await lookOn(side, { inFull: true });
    const others = { "full bytes": full["bytes"] ?? Number.NaN, "full cpu": full["cpu"] ?? Number.NaN };
    return { ...(await lookOn(side, { inFull: false })), ...others };
  },
};

async function lookOn(side: Side, { inFull }: { readonly inFull: boolean }): Promise<Figures> {
  await using stage = await setStage(side, { servers: SERVERS, tools: TOOLS });
  const { runtime, fleet } = stage;
  const connect = () => watchAgent(runtime.origin, "/agents/bench/a", { reads: false, inFull });
  const watchers = await Promise.all(Array.from({ length: CLIENTS }, connect));
  await untilQuiet(runtime.usage);
  for (const watcher of watchers) watcher.forget();
  let wall = Number.NaN;
  const { cpu } = await runtime.spend(inFull ? "connecting, full frames" : "connecting", async () => {
    const start = performance.now();
    await runtime.call("Bench/a", "addServers", fleet.urls);
    wall = performance.now() - start;
    await untilQuiet(runtime.usage);
  });
  for (const watcher of watchers) watcher.close();
  return { bytes: watchers.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6, cpu, wall };
}
