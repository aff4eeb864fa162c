// Twenty servers with fifty tools each are added at once while one client looks on; then one of them changes.
import { setTimeout as pause } from "node:timers/promises";
import { untilQuiet } from "../quiet.ts";
import { ratio, type Scenario, value } from "../scenario.ts";
import { setStage } from "../stage.ts";
import { isReady, watchAgent } from "../watcher.ts";

const SERVERS = 20;
const TOOLS = 50;

export const broadcast: Scenario = {
  name: "broadcast",
  title: `${SERVERS} × ${TOOLS} connecting, one client; then one server's \`list_changed\` (full frames: the client asks for no patches)`,
  repetitions: 3,
  rows: [
    { key: "frames", label: "connecting: MCP messages", unit: "", target: value(8) },
    { key: "bytes", label: "connecting: MCP bytes", unit: "kB" },
    { key: "times", label: "connecting: bytes to the final state's", unit: "×", target: value(3) },
    { key: "cpu", label: "connecting: CPU", unit: "ms" },
    { key: "changed frames", label: "`list_changed`: MCP messages", unit: "" },
    { key: "changed bytes", label: "`list_changed`: MCP bytes", unit: "kB", target: ratio(0.06) },
    { key: "changed latency", label: "`list_changed` until the client has it", unit: "ms", target: value(20) },
    { key: "changed cpu", label: "`list_changed`: CPU", unit: "ms" },
  ],
  async run(side) {
    await using stage = await setStage(side, { servers: SERVERS, tools: TOOLS });
    const { runtime, fleet } = stage;
    const watcher = await watchAgent(runtime.origin, "/agents/bench/a");
    await untilQuiet(runtime.usage);
    watcher.forget();
    const { cpu } = await runtime.spend("connecting", async () => {
      await runtime.call("Bench/a", "addServers", fleet.urls);
      await watcher.saw((mcp) => isReady(mcp) && mcp.tools.length === SERVERS * TOOLS);
      await untilQuiet(runtime.usage);
    });
    const connecting = {
      frames: watcher.frames,
      bytes: watcher.frameBytes / 1000,
      times: watcher.frameBytes / (watcher.last?.bytes ?? Number.NaN),
      cpu,
    };

    await pause(500);
    watcher.forget();
    let latency = Number.NaN;
    const changed = await runtime.spend("list_changed", async () => {
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
  },
};
