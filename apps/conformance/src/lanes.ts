// Which scenarios there are, in the lanes of the protocol's revisions, as the referee lists them.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { REFEREE } from "./referee.ts";

/** A revision of the protocol and how many client scenarios the pinned referee has for it; `extensions` belong to none. */
export const LANES = [
  { name: "2025-03-26", scenarios: 2 },
  { name: "2025-06-18", scenarios: 5 },
  { name: "2025-11-25", scenarios: 19 },
  { name: "2026-07-28", scenarios: 33 },
  { name: "extensions", scenarios: 10 },
] as const;

export type LaneName = (typeof LANES)[number]["name"];

export interface Run {
  readonly lane: LaneName;
  readonly scenario: string;
}

/** Every run of every lane. Throws when the referee has other scenarios than those this is written for. */
export async function listRuns(): Promise<readonly Run[]> {
  const lists = await Promise.all(LANES.map(async (lane) => ({ lane, scenarios: await scenariosOf(lane.name) })));
  for (const { lane, scenarios } of lists) {
    if (scenarios.length !== lane.scenarios) {
      throw new Error(`the referee has ${scenarios.length} scenarios for ${lane.name}, not ${lane.scenarios}`);
    }
  }
  return lists.flatMap(({ lane, scenarios }) => scenarios.map((scenario) => ({ lane: lane.name, scenario })));
}

async function scenariosOf(lane: LaneName): Promise<readonly string[]> {
  const filter = lane === "extensions" ? [] : ["--spec-version", lane];
  const { stdout } = await promisify(execFile)(process.execPath, [REFEREE, "list", "--client", ...filter]);
  return readList(stdout, lane);
}

/** Lines such as `  - auth/dpop [extension]`. */
export function readList(text: string, lane: LaneName): readonly string[] {
  return text.split("\n").flatMap((line) => {
    const [, scenario, tags = ""] = /^\s*- (\S+) \[([^\]]*)\]/.exec(line) ?? [];
    const wanted = lane === "extensions" ? "extension" : lane;
    return scenario !== undefined && tags.split(",").includes(wanted) ? [scenario] : [];
  });
}
