// The words in which results are told.
import type { Run } from "./lanes.ts";
import type { RefereeRun } from "./referee.ts";

export function lineOf({ lane, scenario }: Run, { verdict, ms }: Pick<RefereeRun, "verdict" | "ms">): string {
  const mark = verdict.clean ? "clean " : "FAILED";
  return `${mark} ${lane} ${scenario} (${verdict.succeeded} checks, ${(ms / 1000).toFixed(1)} s)`;
}

/** Read by machines: its form does not change. */
export function lastLine(clean: number, all: number): string {
  return `conformance: ${clean} clean, ${all - clean} failed of ${all}`;
}
