// Two hundred agents come into memory, and then each connects to a server.
import { ratio, type Scenario } from "../scenario.ts";
import { setStage } from "../stage.ts";

const AGENTS = 200;
const WARM_UP = 30;

export const memory: Scenario = {
  name: "memory",
  title: `Resident memory of workerd, ${AGENTS} agents, each with 1 × 10`,
  repetitions: 1,
  rows: [
    { key: "agent", label: "an agent, not connected", unit: "kB" },
    { key: "connected", label: "an agent with its connection", unit: "kB", target: ratio(0.6) },
    { key: "all", label: "the process with all of them", unit: "MB" },
  ],
  async run(side) {
    await using stage = await setStage(side, {});
    const { runtime, fleet } = stage;
    const all = async (prefix: string, count: number, method: string, ...args: readonly unknown[]) => {
      for (let index = 0; index < count; index += 1) await runtime.call(`Bench/${prefix}-${index}`, method, ...args);
    };
    await all("warm", WARM_UP, "addServers", fleet.urls);
    const start = runtime.usage.memory();
    await all("agent", AGENTS, "hello");
    const there = runtime.usage.memory();
    await all("agent", AGENTS, "addServers", fleet.urls);
    const connected = runtime.usage.memory();
    return {
      agent: (there - start) / AGENTS / 1000,
      connected: (connected - start) / AGENTS / 1000,
      all: connected / 1e6,
    };
  },
};
