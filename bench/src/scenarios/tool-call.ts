// Tool calls one after the other, and the same calls made by a bare protocol client in the same workerd.
import { type Scenario, value } from "../scenario.ts";
import type { Side } from "../side.ts";
import { setStage } from "../stage.ts";

const CALLS = 300;
const ROUNDS = 5;
const WARM_UP = 300;
const TOOL = "search_0_0";

/** CPU and time of a call, in ms. */
async function perCall(side: Side, era: "legacy" | "modern"): Promise<Record<"cpu" | "wall" | "bare", number>> {
  await using stage = await setStage(side, { era }, "beside-bare.ts");
  const { runtime, fleet } = stage;
  await runtime.call("Bench/a", "addServers", fleet.urls);
  const asAgent = (times: number) => runtime.call("Bench/a", "callTool", TOOL, times);
  const asBare = (times: number) => runtime.call("Bare/a", "callTool", fleet.urls[0], TOOL, times);
  const spent = { agent: { cpu: 0, wall: 0 }, bare: { cpu: 0, wall: 0 } };
  const measured = async (who: keyof typeof spent, act: (times: number) => Promise<unknown>) => {
    const { cpu, wall } = await runtime.spend(`${era}, ${who}`, () => act(CALLS / ROUNDS));
    spent[who].cpu += cpu;
    spent[who].wall += wall;
  };
  await asBare(WARM_UP);
  await asAgent(WARM_UP);
  for (let round = 0; round < ROUNDS; round += 1) {
    await measured("bare", asBare);
    await measured("agent", asAgent);
  }
  return { cpu: spent.agent.cpu / CALLS, wall: spent.agent.wall / CALLS, bare: spent.bare.cpu / CALLS };
}

export const toolCall: Scenario = {
  name: "tool-call",
  title: "A tool call, one at a time",
  repetitions: 3,
  worker: "beside-bare.ts",
  rows: [
    { key: "legacy cpu", label: "2025-11-25: CPU per call", unit: "ms" },
    { key: "legacy wall", label: "2025-11-25: time per call", unit: "ms" },
    {
      key: "legacy bare",
      label: "2025-11-25: CPU, to a bare protocol client in the same Worker",
      unit: "×",
      target: value(0.7),
      stretch: "legacy, agent",
    },
    { key: "modern cpu", label: "2026-07-28: CPU per call", unit: "ms" },
    { key: "modern wall", label: "2026-07-28: time per call", unit: "ms" },
    {
      key: "modern bare",
      label: "2026-07-28: CPU, to a bare protocol client in the same Worker",
      unit: "×",
      target: value(0.7),
      stretch: "modern, agent",
    },
  ],
  async run(side) {
    const legacy = await perCall(side, "legacy");
    const modern = await perCall(side, "modern");
    return {
      "legacy cpu": legacy.cpu,
      "legacy wall": legacy.wall,
      "legacy bare": legacy.cpu / legacy.bare,
      "modern cpu": modern.cpu,
      "modern wall": modern.wall,
      "modern bare": modern.cpu / modern.bare,
    };
  },
};
