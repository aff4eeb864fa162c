import { expect, test } from "vitest";
import { aServer } from "../../gallery/fixtures.ts";
import type { ErrorCode, McpListProblem } from "../../model.ts";
import { listSentences } from "./list-problems.ts";

const problem = (error_code: ErrorCode, left_out: number | null = null): McpListProblem => ({
  error_code,
  error: "As the agent says it.",
  left_out,
});

test("lists that are whole say nothing", () => {
  expect(listSentences(aServer("ready"), "tools", "prompts")).toEqual([]);
});

test.each([
  [problem("list-endless"), /may be more/],
  [problem("list-too-large", 3), /3 more/],
  [problem("list-too-large"), /more than is shown/],
  [problem("catalogue-full", 1), /1 more/],
  [problem("items-unusable", 1), /^1 entry is/],
  [problem("items-unusable", 2), /^2 entries are/],
  [problem("protocol-error"), /As the agent says it\..*tried again/],
])("%o is one sentence", (given, expected) => {
  expect(listSentences(aServer("ready", { list_problems: { tools: [given] } }), "tools")).toEqual([
    expect.stringMatching(expected),
  ]);
});

test("two lists with the same trouble say it once", () => {
  const list_problems = { resources: [problem("timeout")], resourceTemplates: [problem("timeout")] };
  expect(listSentences(aServer("ready", { list_problems }), "resources", "resourceTemplates")).toHaveLength(1);
});
