// `npm run bench -- --profile NAME`: where the CPU of a scenario goes with each package, as text.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RESULTS } from "../paths.ts";
import type { Scenario } from "../scenario.ts";
import type { Side } from "../side.ts";
import { profileScenario } from "./profile-scenario.ts";
import { profileText } from "./profile-text.ts";

const FOLDER = join(RESULTS, "profiles");

export async function runProfile(scenario: Scenario, sides: readonly Side[]): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  for (const side of sides.filter(({ name }) => name !== "control")) {
    const summaries = await profileScenario(scenario, side);
    if (summaries.size === 0) throw new Error(`${scenario.name} measures nothing that runs in an isolate`);
    const texts = [...summaries].map(([stretch, summary]) =>
      profileText(`${scenario.name}, ${stretch}, ${side.name} ${side.version}`, summary),
    );
    const file = join(FOLDER, `${scenario.name}-${side.name}.txt`);
    writeFileSync(file, texts.join("\n\n"));
    console.log(`${texts.map(headOf).join("\n\n")}\n\nall of it: ${file}\n`);
  }
}

/** For the terminal: packages, and the first modules. */
const headOf = (text: string): string => text.split("\n").slice(0, 30).join("\n");
