// `npm run bench -- --profile NAME`: one run of a scenario with each package under the profiler, as text.
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { bundleWorker, WORKERS } from "../bundle.ts";
import { RESULTS } from "../paths.ts";
import type { Scenario } from "../scenario.ts";
import type { Side } from "../side.ts";
import { type OriginOf, originsOf } from "./origin.ts";
import { profileText } from "./profile-text.ts";
import { createProfiler } from "./profiler.ts";
import { summaryOf } from "./summary.ts";

const FOLDER = join(RESULTS, "profiles");

export async function runProfile(scenario: Scenario, sides: readonly Side[]): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  for (const plain of sides.filter(({ name }) => name !== "control")) {
    const profiler = createProfiler();
    const side: Side = { ...plain, profiler };
    await scenario.run(side);
    if (profiler.profiles.size === 0) throw new Error(`${scenario.name} measures nothing that runs in an isolate`);
    const originOf = await originsIn(scenario, side);
    const texts = [...profiler.profiles].map(([stretch, profiles]) =>
      profileText(`${scenario.name}, ${stretch}, ${side.name} ${side.version}`, summaryOf(profiles, originOf)),
    );
    const file = join(FOLDER, `${scenario.name}-${side.name}.txt`);
    writeFileSync(file, texts.join("\n\n"));
    console.log(`${texts.map(headOf).join("\n\n")}\n\nall of it: ${file}\n`);
  }
}

async function originsIn(scenario: Scenario, side: Side): Promise<OriginOf> {
  const { map } = await bundleWorker(scenario.worker ?? "worker.ts", side);
  if (map === undefined) throw new Error("a bundle for people has a source map");
  return originsOf(map, (source) => resolve(WORKERS, source));
}

/** For the terminal: packages, and the first modules. */
const headOf = (text: string): string => text.split("\n").slice(0, 30).join("\n");
