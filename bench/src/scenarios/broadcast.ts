// Twenty servers with fifty tools each are added at once while one client looks on; then one of them changes.
import { setTimeout as pause } from "node:timers/promises";
import { untilQuiet } from "../quiet.ts";
import { type Figures, ratio, type Scenario, value } from "../scenario.ts";
import type { Side } from "../side.ts";
import { setStage } from "../stage.ts";
import { isReady, watchAgent } from "../watcher.ts";

const SERVERS = 20;
const TOOLS = 50;

export const broadcast: Scenario = {
  name: "broadcast",
  title: `${SERVERS} × ${TOOLS} connecting, one client; then one server's \`list_changed\``,
  repetitions: 3,
  rows: [
    { key: "frames", label: "connecting: MCP messages", unit: "", target: value(8) },
    { key: "bytes", label: "connecting: MCP bytes", unit: "kB" },
    { key: "times", label: "connecting: bytes to the final state's", unit: "×", target: value(1.3) },
    { key: "cpu", label: "connecting: CPU", unit: "ms" },
    { key: "changed frames", label: "`list_changed`: MCP messages", unit: "" },
    { key: "changed bytes", label: "`list_changed`: MCP bytes", unit: "kB", target: ratio(0.06) },
    { key: "changed latency", label: "`list_changed` until the client has it", unit: "ms", target: value(20) },
    { key: "changed cpu", label: "`list_changed`: CPU", unit: "ms" },
    { key: "full frames", label: "a client of another make, connecting: MCP messages", unit: "", target: value(8) },
    { key: "full times", label: "a client of another make: bytes to the final state's", unit: "×", target: value(3) },
    { key: "full cpu", label: "a client of another make, connecting: CPU", unit: "ms" },
    { key: "full changed bytes", label: "a client of another make, `list_changed`: MCP bytes", unit: "kB" },
  ],
  async run(side) {
    const full = await lookOn(side, { inFull: true });
    const others = ["frames", "times", "cpu", "changed bytes"].map((key) => [`full ${key}`, full[key] ?? Number.NaN]);
    return { ...(await lookOn(side, { inFull: false })), ...Object.fromEntries(others) };
  },
};

async function lookOn(side: Side, { inFull }: { readonly inFull: boolean }): Promise<Figures> {
  await using stage = await setStage(side, { servers: SERVERS, tools: TOOLS });
  const { runtime, fleet } = stage;
  const watcher = await watchAgent(runtime.origin, "/agents/bench/a", { inFull });
  await untilQuiet(runtime.usage);
  watcher.forget();
  const { cpu } = await runtime.spend(`connecting${inFull ? ", full frames" : ""}`, async () => {
    await runtime.call("Bench/a", "addServers", fleet.urls);
    await watcher.saw((mcp) => isReady(mcp) && mcp.tools.length === SERVERS * TOOLS);
    await untilQuiet(runtime.usage);
  });
  const connecting = {
    frames: watcher.frames,
    bytes: watcher.frameBytes / 1000,
    times: watcher.frameBytes / watcher.stateBytes,
    cpu,
  };

  await pause(500);
  watcher.forget();
  let latency = Number.NaN;
  const changed = await runtime.spend(`list_changed${inFull ? ", full frames" : ""}`, async () => {
    const start = performance.now();
    await fleet.change();
    latency = (await watcher.saw(({ tools }) => tools.length === SERVERS * TOOLS + 1)) - start;
    await untilQuiet(runtime.usage);
  });
  watcher.close();
  return {
    ...connecting,
    "changed frames": watcher.frames,
    "changed bytes": watcher.frameBytes / 1000,
    "changed latency": latency,
    "changed cpu": changed.cpu,
  };
}
