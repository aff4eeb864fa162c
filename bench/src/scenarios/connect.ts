// One server is added, until it is ready; against both eras, and against servers that are far away.
import { ratio, type Scenario, value } from "../scenario.ts";
import type { Side } from "../side.ts";
import { setStage } from "../stage.ts";

const AGENTS = 40;
const WARM_UP = 20;
const DISTANCE_MS = 50;

async function near(side: Side, era: "legacy" | "modern"): Promise<{ cpu: number; wall: number; requests: number }> {
  await using stage = await setStage(side, { era });
  const { runtime, fleet } = stage;
  const names = Array.from({ length: WARM_UP + AGENTS }, (_each, index) => `Bench/${index}` as const);
  for (const name of names) await runtime.call(name, "hello");
  for (const name of names.slice(0, WARM_UP)) await runtime.call(name, "addServers", fleet.urls);
  await fleet.forgetTraffic();
  const { cpu, wall } = await runtime.spend(era, async () => {
    for (const name of names.slice(WARM_UP)) await runtime.call(name, "addServers", fleet.urls);
  });
  const { requests } = await fleet.traffic();
  return { cpu: cpu / AGENTS, wall: wall / AGENTS, requests: requests / AGENTS };
}

/** Until ready when every answer comes `DISTANCE_MS` late. */
async function far(side: Side, era: "legacy" | "modern"): Promise<{ wall: number; exchanges: number }> {
  await using stage = await setStage(side, { era, delayMs: DISTANCE_MS });
  const { runtime, fleet } = stage;
  await runtime.call("Bench/warm", "addServers", fleet.urls);
  await runtime.call("Bench/a", "hello");
  await fleet.forgetTraffic();
  const start = performance.now();
  await runtime.call("Bench/a", "addServers", fleet.urls);
  const wall = performance.now() - start;
  return { wall, exchanges: (await fleet.traffic()).exchanges };
}

export const connect: Scenario = {
  name: "connect",
  title: "Connect 1 × 10 until ready, era unknown",
  repetitions: 3,
  rows: [
    { key: "legacy cpu", label: "2025-11-25: CPU", unit: "ms", target: ratio(0.65), stretch: "legacy" },
    { key: "legacy wall", label: "2025-11-25: time", unit: "ms" },
    { key: "legacy requests", label: "2025-11-25: HTTP requests", unit: "", target: value(5) },
    { key: "legacy far", label: "2025-11-25, answers 50 ms late: time", unit: "ms" },
    { key: "legacy exchanges", label: "2025-11-25: exchanges in sequence", unit: "" },
    { key: "modern cpu", label: "2026-07-28: CPU", unit: "ms", target: ratio(0.65), stretch: "modern" },
    { key: "modern wall", label: "2026-07-28: time", unit: "ms" },
    { key: "modern requests", label: "2026-07-28: HTTP requests", unit: "", target: value(3) },
    { key: "modern far", label: "2026-07-28, answers 50 ms late: time", unit: "ms" },
    { key: "modern exchanges", label: "2026-07-28: exchanges in sequence", unit: "" },
  ],
  async run(side) {
    const legacy = await near(side, "legacy");
    const legacyFar = await far(side, "legacy");
    const modern = await near(side, "modern");
    const modernFar = await far(side, "modern");
    return {
      "legacy cpu": legacy.cpu,
      "legacy wall": legacy.wall,
      "legacy requests": legacy.requests,
      "legacy far": legacyFar.wall,
      "legacy exchanges": legacyFar.exchanges,
      "modern cpu": modern.cpu,
      "modern wall": modern.wall,
      "modern requests": modern.requests,
      "modern far": modernFar.wall,
      "modern exchanges": modernFar.exchanges,
    };
  },
};
