// An agent is reached for the first time.
import { COUNTED, platformCounts } from "../platform-counts.ts";
import { ratio, type Scenario, value } from "../scenario.ts";
import { setStage } from "../stage.ts";

const AGENTS = 100;
const WARM_UP = 30;

export const newAgent: Scenario = {
  name: "new-agent",
  title: "First call to a new agent",
  repetitions: 3,
  rows: [
    { key: "statements", label: "SQL statements", unit: "", target: value(5) },
    { key: "rowsRead", label: "rows read", unit: "" },
    { key: "rowsWritten", label: "rows written", unit: "", target: value(6) },
    { key: "server statements", label: "SQL statements with its first server ready", unit: "" },
    { key: "server rowsWritten", label: "rows written with its first server ready", unit: "" },
    { key: "cpu", label: "CPU", unit: "ms", target: ratio(0.35), stretch: "first call" },
    { key: "wall", label: "time", unit: "ms" },
  ],
  async run(side) {
    await using stage = await setStage(side, {});
    const { runtime, fleet } = stage;
    await runtime.call(COUNTED, "hello");
    const { statements, rowsRead, rowsWritten } = await platformCounts(runtime);
    // Tables that are made when they are needed are not saved, they are later.
    await runtime.call(COUNTED, "addServers", fleet.urls);
    const served = await platformCounts(runtime);
    for (let index = 0; index < WARM_UP; index += 1) await runtime.call(`Bench/warm-${index}`, "hello");
    const { cpu, wall } = await runtime.spend("first call", async () => {
      for (let index = 0; index < AGENTS; index += 1) await runtime.call(`Bench/${index}`, "hello");
    });
    return {
      statements,
      rowsRead,
      rowsWritten,
      "server statements": served.statements,
      "server rowsWritten": served.rowsWritten,
      cpu: cpu / AGENTS,
      wall: wall / AGENTS,
    };
  },
};
