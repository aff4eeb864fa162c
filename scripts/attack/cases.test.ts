import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../check/paths.ts";
import { type AttackReport, missingStars, readCases, STARRED } from "./cases.ts";

const report = (...results: AttackReport["testResults"][number]["assertionResults"]): AttackReport => ({
  testResults: [{ assertionResults: results }],
});
const HELD = { title: "N05 ★ held", status: "passed", failureMessages: [], meta: { asserted: 2 } };
const SILENT = { title: "X04 ★ silent", status: "passed", failureMessages: [], meta: { asserted: 0 } };
const OPEN = { title: "R01 ★ open", status: "failed", failureMessages: ["AssertionError: two\n  at x"] };
const BROKEN = { title: "S20 broken", status: "failed", failureMessages: ["Error: no start URL"] };
const OTHER = { title: "no case at all", status: "passed", failureMessages: [] };
const LEFT_OUT = { title: "S01 left out", status: "skipped", failureMessages: [] };

test("of ours, whatever failed is open", () => {
  const cases = readCases(report(HELD, SILENT, OPEN, BROKEN, OTHER, LEFT_OUT), true);
  expect(cases.map(({ verdict }) => verdict)).toEqual(["held", "held", "open", "open"]);
  expect(cases[2]?.reason).toBe("AssertionError: two");
});

test("of another package only what was seen to happen is open, and what asserted nothing did not hold", () => {
  const cases = readCases(report(HELD, SILENT, OPEN, BROKEN), false);
  expect(cases.map(({ verdict }) => verdict)).toEqual(["held", "not-applicable", "open", "not-applicable"]);
});

test("an id that no case held for is missed", () => {
  const missing = missingStars(readCases(report(HELD, OPEN), true));
  expect(missing).toContain("R01");
  expect(missing).not.toContain("N05");
});

test("every attack that is likeliest to succeed has a case", () => {
  const texts = ["packages/agents/test/runtime", "apps/dashboard/web"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => readFileSync(join(ROOT, folder, name), "utf8")),
  );
  const text = texts.join("\n");
  expect(STARRED.filter((id) => !new RegExp(`\\b${id}\\b[^\\n]*★`).test(text))).toEqual([]);
});
