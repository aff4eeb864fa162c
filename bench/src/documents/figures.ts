// Figures of a report by scenario and row.
import type { Report } from "../report.ts";

export interface Pair {
  readonly reference: number;
  readonly ours: number;
}

/** `undefined` where the report has no figure of both packages. */
export type Figures = (scenario: string, key: string) => Pair | undefined;

type RowOf = Pick<Report["scenarios"][number]["rows"][number], "key" | "reference" | "ours">;
/** What of a report is looked at. */
export interface Measurements {
  readonly scenarios: readonly { readonly name: string; readonly rows: readonly RowOf[] }[];
}

export function figuresOf({ scenarios }: Measurements): Figures {
  return (scenario, key) => {
    const row = scenarios.find(({ name }) => name === scenario)?.rows.find((each) => each.key === key);
    const { reference, ours } = row ?? {};
    return reference === undefined || ours === undefined ? undefined : { reference, ours };
  };
}
