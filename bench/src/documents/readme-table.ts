// The rows the README quotes.
import { type Figures, figuresOf } from "./figures.ts";
import { table } from "./markdown.ts";
import type { Report } from "../report.ts";
import { shown } from "../shown.ts";

/** Scenario, row, and what the README calls it. */
export const QUOTED: readonly (readonly [scenario: string, key: string, label: string])[] = [
  ["wake", "requests", "an agent with 20 servers wakes: requests to them"],
  ["wake", "complete", "… until the page has all tools"],
  ["wake-far", "complete", "… the same with servers 50 ms away"],
  ["wake", "bytes", "… sent to one page"],
  ["message-wake", "bytes", "a message wakes it: sent to each of nine other pages"],
  ["message-wake", "cpu", "… CPU"],
  ["sleep", "awake", "unused for 78 s, with streams: still in memory (1: yes)"],
  ["new-agent", "rowsWritten", "a new agent: rows written"],
  ["new-agent", "cpu", "… CPU"],
  ["connect", "legacy cpu", "a server is added: CPU"],
  ["connect", "modern far", "… 2026-07-28, answers 50 ms late: until ready"],
  ["tool-call", "legacy cpu", "a tool call: CPU"],
  ["tools", "first", "1,000 tools for the AI SDK: CPU"],
  ["tools", "model", "… before each model call: CPU"],
  ["broadcast", "bytes", "20 × 50 tools connecting: sent to one page"],
  ["cold-start", "wall", "cold start to the first answer"],
  ["memory", "connected", "memory of an agent with a server"],
  ["size", "worker", "the smallest Worker, gzipped"],
  ["size", "hook", "`useAgent`, gzipped"],
];

export function readmeTable(report: Report): string {
  const figures: Figures = figuresOf(report);
  const units = new Map(
    report.scenarios.flatMap(({ name, rows }) => rows.map((row) => [`${name} ${row.key}`, row.unit])),
  );
  const verdicts = report.scenarios.flatMap(({ rows }) => rows.flatMap(({ verdict }) => verdict ?? []));
  const rows = QUOTED.map(([scenario, key, label]) => {
    const figure = figures(scenario, key);
    const unit = units.get(`${scenario} ${key}`) ?? "";
    return [label, shown(figure?.reference, unit), shown(figure?.ours, unit)];
  });
  const met = verdicts.filter((verdict) => verdict === "met").length;
  return [
    table(["", "`agents` 0.32.0", "this package"], rows),
    "",
    `Medians of ${report.at.slice(0, 10)} on ${report.machine.cores} cores; ${met} of ${verdicts.length} targets are met. All rows, with their noise and`,
    "targets, those missed included: [bench/results/latest.md](bench/results/latest.md).",
  ].join("\n");
}
