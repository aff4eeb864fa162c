// Why targets are missed, as far as a profile of the measured stretch or the packages in a bundle say it.
import { table } from "../documents/markdown.ts";
import type { Report } from "../report.ts";
import type { Scenario } from "../scenario.ts";
import { shown } from "../shown.ts";
import type { Side } from "../side.ts";
import { profileScenario } from "./profile-scenario.ts";
import type { Share, Summary } from "./summary.ts";

/** Parts that are less than this share of the whole explain nothing. */
const WORTH_NAMING = 0.03;
const NAMED = 8;

type Row = Report["scenarios"][number]["rows"][number];

export async function whyPage(report: Report, scenarios: readonly Scenario[], sides: readonly Side[]): Promise<string> {
  const ours = sides.find(({ name }) => name === "ours");
  const sections: string[] = [];
  for (const { name, title, rows } of report.scenarios) {
    const missed = rows.filter(({ verdict }) => verdict === "missed");
    const scenario = scenarios.find((each) => each.name === name);
    if (missed.length === 0 || scenario === undefined || ours === undefined) continue;
    const profiled = missed.some(({ stretch }) => stretch !== undefined);
    const summaries = profiled ? await profileScenario(scenario, ours) : new Map<string, Summary>();
    const parts = scenario.partsOf ? await scenario.partsOf(ours) : new Map<string, readonly Share[]>();
    const all = missed.map((row) => `- ${wanted(row)}${because(row, summaries, parts)}`);
    sections.push([`**${title}**`, ...all].join("\n\n"));
  }
  return [
    `Targets this package missed on ${report.at.slice(0, 10)}, and where what was measured went: shares of what ran in the isolate, from a profile of`,
    "one more run of the scenario, not minified; of bundles, shares of their minified bytes. Built-in functions (`fetch`, SQL, JSON) count as the",
    "module that called them. `npm run bench -- --profile NAME` shows all of it.",
    "",
    sections.length === 0 ? "None." : sections.join("\n\n"),
    "",
  ].join("\n");
}

function wanted({ label, unit, reference, ours, ratio, noise, target }: Row): string {
  const beside = target?.kind === "ratio" ? `, ${ratio?.toFixed(2)} × the reference's ${shown(reference, unit)}` : "";
  const limit = target?.kind === "ratio" ? `${target.atMost} ×` : shown(target?.atMost, unit);
  const control = noise === undefined ? "" : ` (A/A ${noise.toFixed(2)})`;
  return `${label}: ${shown(ours, unit)}${beside}; wanted at most ${limit}${control}.`;
}

function because(
  { key, stretch }: Row,
  summaries: ReadonlyMap<string, Summary>,
  parts: ReadonlyMap<string, readonly Share[]>,
): string {
  const shares = parts.get(key);
  if (shares !== undefined) return `\n\n${shareTable("package", shares)}`;
  const summary = stretch === undefined ? undefined : summaries.get(stretch);
  return summary === undefined ? "" : `\n\n${shareTable("module", summary.modules)}`;
}

function shareTable(what: string, shares: readonly Share[]): string {
  const all = shares.reduce((sum, { self }) => sum + self, 0);
  const named = shares.slice(0, NAMED).filter(({ self }) => self >= WORTH_NAMING * all);
  const percent = (part: number) => `${((100 * part) / all).toFixed(0)} %`;
  const withCalls = named.some(({ self, inclusive }) => inclusive > self);
  const indented = table(
    [what, "by itself", ...(withCalls ? ["with what it called"] : [])],
    named.map(({ name, self, inclusive }) => [name, percent(self), ...(withCalls ? [percent(inclusive)] : [])]),
  );
  return indented.replaceAll(/^/gm, "  ");
}
