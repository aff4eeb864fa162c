// The pages that quote the last results: what they should say, and writing it.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RESULTS, ROOT } from "../paths.ts";
import type { Report } from "../report.ts";
import { costTables } from "./cost-tables.ts";
import { figuresOf } from "./figures.ts";
import { withBlock } from "./generated-block.ts";
import { hundredTable, millionTable, socketTable } from "./limit-tables.ts";
import { readmeTable } from "./readme-table.ts";

export interface Document {
  /** From the root. */
  readonly path: string;
  readonly is: string;
  readonly shouldBe: string;
}

export function lastReport(): Report {
  return JSON.parse(readFileSync(join(RESULTS, "latest.json"), "utf8")) as Report;
}

export function documentsOf(report: Report): readonly Document[] {
  const figures = figuresOf(report);
  const blocks: readonly (readonly [path: string, name: string, block: string])[] = [
    ["README.md", "figures", readmeTable(report)],
    ["docs/scale.md", "costs", costTables(figures)],
    ["docs/scale.md", "million", millionTable(figures)],
    ["docs/scale.md", "hundred", hundredTable(figures)],
    ["docs/scale.md", "sockets", socketTable(figures)],
  ];
  const paths = [...new Set(blocks.map(([path]) => path))];
  return paths.map((path) => {
    const is = readFileSync(join(ROOT, path), "utf8");
    const own = blocks.filter(([each]) => each === path);
    return { path, is, shouldBe: own.reduce((text, [, name, block]) => withBlock(text, name, block), is) };
  });
}

export function writeDocuments(report: Report): void {
  for (const { path, is, shouldBe } of documentsOf(report)) {
    if (is === shouldBe) continue;
    writeFileSync(join(ROOT, path), shouldBe);
    console.log(`${path} says what was measured`);
  }
}
