// One run of a scenario with one package under the profiler.
import { resolve } from "node:path";
import { bundleWorker, WORKERS } from "../bundle.ts";
import type { Scenario } from "../scenario.ts";
import type { Side } from "../side.ts";
import { originsOf } from "./origin.ts";
import { createProfiler } from "./profiler.ts";
import { type Summary, summaryOf } from "./summary.ts";

/** By stretch, in the order in which they were first seen; empty when nothing is measured that runs in an isolate. */
export async function profileScenario(scenario: Scenario, plain: Side): Promise<ReadonlyMap<string, Summary>> {
  const profiler = createProfiler();
  const side: Side = { ...plain, profiler };
  await scenario.run(side);
  const { map } = await bundleWorker(scenario.worker ?? "worker.ts", side);
  if (map === undefined) throw new Error("a bundle for people has a source map");
  const originOf = originsOf(map, (source) => resolve(WORKERS, source));
  return new Map([...profiler.profiles].map(([stretch, profiles]) => [stretch, summaryOf(profiles, originOf)]));
}
