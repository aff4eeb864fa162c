// Runs a scenario with every package in turn, and makes medians of what came out.
import type { Figures, Scenario } from "./scenario.ts";
import type { Side, SideName } from "./side.ts";

/** Medians of one row; `undefined` where the scenario could not read it. */
export type Medians = Readonly<Record<SideName, number | undefined>>;

export interface Measured {
  readonly scenario: Scenario;
  readonly repetitions: number;
  readonly medians: Readonly<Record<string, Medians>>;
  /** Every figure of every run, in their order. */
  readonly runs: Readonly<Record<SideName, readonly Figures[]>>;
  /** Why runs ended without figures. One that failed does not cost the others, which take minutes. */
  readonly failures: readonly string[];
}

export async function measure(
  scenario: Scenario,
  sides: readonly Side[],
  repetitions: number,
  onRun: (text: string) => void,
): Promise<Measured> {
  const runs: Record<SideName, Figures[]> = { reference: [], ours: [], control: [] };
  const failures: string[] = [];
  const run = async (side: Side, repetition: number) => {
    const what = `${scenario.name} ${repetition + 1}/${repetitions} ${side.name}`;
    const start = performance.now();
    try {
      runs[side.name].push(await scenario.run(side));
      onRun(`${what}, ${Math.round((performance.now() - start) / 1000)} s`);
    } catch (error) {
      failures.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
      onRun(`FAILED ${failures.at(-1)}`);
    }
  };
  if (scenario.exact) {
    await Promise.all(sides.filter(({ name }) => name !== "control").map((side) => run(side, 0)));
  } else {
    for (let repetition = 0; repetition < repetitions; repetition += 1) {
      for (const side of inTurn(sides, repetition)) await run(side, repetition);
    }
  }
  const medians = Object.fromEntries(
    scenario.rows.map(({ key }): [string, Medians] => {
      const of = (name: SideName) => median(runs[name].flatMap((figures) => figures[key] ?? []));
      return [key, { reference: of("reference"), ours: of("ours"), control: of("control") }];
    }),
  );
  return { scenario, repetitions, medians, runs, failures };
}

/** Each time another one begins, so that none always follows the same. */
function inTurn(sides: readonly Side[], repetition: number): readonly Side[] {
  const first = repetition % sides.length;
  return [...sides.slice(first), ...sides.slice(0, first)];
}

function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}
