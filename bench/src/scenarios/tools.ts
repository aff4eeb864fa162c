// What a model is given: a thousand tools, asked for the first time, again, and after a wake; and what is made of them for a model.
import { type Scenario, value } from "../scenario.ts";
import { setStage } from "../stage.ts";

const AGAIN = 50;
const MODEL_CALLS = 10;
const AGENT = "ModelBench/a";

export const tools: Scenario = {
  name: "tools",
  title: "`getAITools()` with 20 × 50 tools, and the AI SDK (`generateText`, a mock model)",
  repetitions: 3,
  worker: "beside-ai.ts",
  rows: [
    { key: "first", label: "first call: CPU", unit: "ms", target: value(1), stretch: "first" },
    { key: "again", label: "later calls: CPU", unit: "ms" },
    { key: "awake", label: "first call after a wake, rows read: CPU", unit: "ms" },
    { key: "given", label: "tools it gives then", unit: "" },
    { key: "model", label: "the AI SDK, with the tools, before each model call: CPU", unit: "ms" },
    { key: "schemas", label: "schemas the model is given", unit: "kB" },
  ],
  async run(side) {
    await using stage = await setStage(side, { servers: 20, tools: 50 }, "beside-ai.ts");
    const { runtime, fleet } = stage;
    await runtime.call(AGENT, "addServers", fleet.urls);
    const cost = async (stretch: string, times: number, method: string, ...args: readonly unknown[]) => {
      const { cpu } = await runtime.spend(stretch, async () => {
        for (let done = 0; done < times; done += 1) await runtime.call(AGENT, method, ...args);
      });
      return cpu / times;
    };
    // What a call of any method costs is not the tools'.
    await cost("warm-up", AGAIN, "hello");
    const call = await cost("no tools", AGAIN, "hello");
    const first = await cost("first", 1, "countTools");
    const again = await cost("again", AGAIN, "countTools");
    // Schemas may be kept from the first call on, so that is no part of what each call costs.
    const schemas = (await runtime.call(AGENT, "askModel", 1, true)) as number;
    await runtime.call(AGENT, "askModel", MODEL_CALLS, false);
    const bare = await cost("model, no tools", 1, "askModel", MODEL_CALLS, false);
    const withTools = await cost("model", 1, "askModel", MODEL_CALLS, true);
    await runtime.restart();
    await cost("wake", 1, "hello");
    const awake = await cost("first after a wake", 1, "countTools");
    const given = (await runtime.call(AGENT, "countTools")) as number;
    const apart = (more: number, less: number) => Math.max(more - less, 0);
    return {
      first: apart(first, call),
      again: apart(again, call),
      awake: apart(awake, call),
      given,
      model: apart(withTools - again, bare) / MODEL_CALLS,
      schemas: schemas / 1000,
    };
  },
};
