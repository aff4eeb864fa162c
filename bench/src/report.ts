// What was measured, as JSON and as tables for people.
import { cpus, loadavg, release, totalmem } from "node:os";
import workerd from "workerd";
import type { Measured, Medians } from "./measure.ts";
import type { Row, Target } from "./scenario.ts";
import { shown } from "./shown.ts";
import type { Side } from "./side.ts";

export interface Report {
  readonly at: string;
  readonly quick: boolean;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly packages: Readonly<Record<string, string>>;
  readonly scenarios: readonly {
    readonly name: string;
    readonly title: string;
    readonly repetitions: number;
    readonly rows: readonly (Row &
      Medians & { readonly ratio?: number; readonly noise?: number; readonly verdict?: Verdict })[];
    readonly runs: Measured["runs"];
    readonly failures: Measured["failures"];
  }[];
}

type Verdict = "met" | "missed";

export function reportOf(measured: readonly Measured[], sides: readonly Side[], quick: boolean): Report {
  return {
    at: new Date().toISOString(),
    quick,
    machine: {
      cores: cpus().length,
      memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
      kernel: release(),
      node: process.version,
      workerd: workerd.version,
      load: loadavg()
        .map((each) => each.toFixed(1))
        .join(" "),
    },
    packages: Object.fromEntries(sides.map(({ name, version }) => [name, version])),
    scenarios: measured.map(({ scenario, repetitions, medians, runs, failures }) => ({
      name: scenario.name,
      title: scenario.title,
      repetitions,
      runs,
      failures,
      rows: scenario.rows.map((row) => {
        const found = medians[row.key] ?? { reference: undefined, ours: undefined, control: undefined };
        const { reference, ours, control } = found;
        return {
          ...row,
          ...found,
          ratio: over(ours, reference),
          noise: over(control, ours),
          verdict: judge(row.target, found),
        };
      }),
    })),
  };
}

function judge(target: Target | undefined, { ours, reference }: Medians): Verdict | undefined {
  const reached = target?.kind === "value" ? ours : over(ours, reference);
  if (target === undefined || reached === undefined) return undefined;
  return reached <= target.atMost ? "met" : "missed";
}

function over(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined || b === 0 ? undefined : a / b;
}

export function tablesOf(report: Report): string {
  const { machine, packages } = report;
  const lines = [
    `Medians, \`agents\` ${packages.reference} (reference) and this package, alternating in one run. A/A is this package against`,
    `itself: a ratio as far from 1 as that one means nothing. ${report.at.slice(0, 10)}, ${machine.cores} cores, workerd ${machine.workerd},`,
    `load ${machine.load}.${report.quick ? " **A quick run: few repetitions, not to be quoted.**" : ""}`,
  ];
  for (const { title, repetitions, rows } of report.scenarios) {
    lines.push("", `**${title}** (${repetitions} run${repetitions === 1 ? "" : "s"} each)`, "");
    lines.push("| | reference | this | ratio | A/A | target | |", "| --- | --- | --- | --- | --- | --- | --- |");
    for (const row of rows) {
      const cells = [
        row.label,
        shown(row.reference, row.unit),
        shown(row.ours, row.unit),
        digits(row.ratio),
        digits(row.noise),
      ];
      lines.push(`| ${[...cells, targetText(row.target), row.verdict ?? ""].join(" | ")} |`);
    }
  }
  return `${lines.join("\n")}\n`;
}

function targetText(target: Target | undefined): string {
  if (target === undefined) return "";
  return `${target.atMost === 0 ? "0" : `≤ ${target.atMost}`}${target.kind === "ratio" ? " ×" : ""}`;
}

const digits = (value: number | undefined): string => value?.toFixed(2) ?? "";
