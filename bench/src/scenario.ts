// What a scenario is: a load, and the figures read from one run of it.
import type { Share } from "./profile/summary.ts";
import type { Side } from "./side.ts";
import type { WorkerFile } from "./stage.ts";

export interface Scenario {
  /** For `--only`. */
  readonly name: string;
  readonly title: string;
  readonly rows: readonly Row[];
  readonly repetitions: number;
  /** The Worker it runs, where it is another than `worker.ts`. */
  readonly worker?: WorkerFile;
  /** Its figures do not vary and nothing is timed: both packages at once, beside others of this kind, and no control. */
  readonly exact?: true;
  /** One run with one package, from nothing. Figures by the key of their row. */
  run(side: Side): Promise<Figures>;
  /** What figures are made of, by the key of their row, where a profile cannot say it. */
  partsOf?(side: Side): Promise<ReadonlyMap<string, readonly Share[]>>;
}

export type Figures = Readonly<Record<string, number>>;

export interface Row {
  readonly key: string;
  readonly label: string;
  readonly unit: "ms" | "µs" | "" | "×" | "B" | "kB" | "MB";
  readonly target?: Target;
  /** The stretch a profile of which says where it comes from. */
  readonly stretch?: string;
}

/** `ratio`: ours to the reference, at most. `value`: ours, at most. */
export type Target = { readonly kind: "ratio" | "value"; readonly atMost: number };

export const ratio = (atMost: number): Target => ({ kind: "ratio", atMost });
export const value = (atMost: number): Target => ({ kind: "value", atMost });
