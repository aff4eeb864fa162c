// What the counting agent of `worker.ts` says of itself.
import type { AgentName, Runtime } from "./workerd.ts";

export interface PlatformCounts {
  readonly statements: number;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  readonly starts: number;
  readonly alarms: number;
  /** Bytes of the database. */
  readonly stored: number;
}

export const COUNTED: AgentName = "CountedBench/a";
export const COUNTED_PATH = "/agents/counted-bench/a";

/** Asking brings the object into memory, where it is not: after what is to be counted, not before. */
export async function platformCounts({ call }: Runtime): Promise<PlatformCounts> {
  return (await call(COUNTED, "usage")) as PlatformCounts;
}

export function since(before: PlatformCounts, after: PlatformCounts): PlatformCounts {
  return {
    statements: after.statements - before.statements,
    rowsRead: after.rowsRead - before.rowsRead,
    rowsWritten: after.rowsWritten - before.rowsWritten,
    starts: after.starts - before.starts,
    alarms: after.alarms - before.alarms,
    stored: after.stored - before.stored,
  };
}
