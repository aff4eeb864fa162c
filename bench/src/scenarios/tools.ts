// What a model is given: a thousand tools, asked for the first time and again.
import { type Scenario, value } from "../scenario.ts";
import { setStage } from "../stage.ts";

const AGAIN = 50;

export const tools: Scenario = {
  name: "tools",
  title: "`getAITools()` with 20 × 50 tools",
  repetitions: 3,
  rows: [
    { key: "first", label: "first call: CPU", unit: "ms", target: value(1) },
    { key: "again", label: "later calls: CPU", unit: "ms" },
  ],
  async run(side) {
    await using stage = await setStage(side, { servers: 20, tools: 50 });
    const { runtime, fleet } = stage;
    await runtime.call("Bench/a", "addServers", fleet.urls);
    const cost = async (stretch: string, method: string, times: number) => {
      const { cpu } = await runtime.spend(stretch, async () => {
        for (let done = 0; done < times; done += 1) await runtime.call("Bench/a", method);
      });
      return cpu / times;
    };
    // What a call of any method costs is not the tools'.
    await cost("warm-up", "hello", AGAIN);
    const call = await cost("no tools", "hello", AGAIN);
    const first = await cost("first", "countTools", 1);
    const again = await cost("again", "countTools", AGAIN);
    return { first: Math.max(first - call, 0), again: Math.max(again - call, 0) };
  },
};
