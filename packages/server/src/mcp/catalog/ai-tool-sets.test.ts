import type { Tool } from "@agents-internal/protocol";
import { expect, test } from "vitest";
import { type AIToolSource, createAIToolSets } from "./ai-tool-sets.ts";
import { toolKey } from "./names.ts";
import type { ToolVerdicts } from "./tool-trust.ts";

const ALLOWED: ToolVerdicts = { exceptions: new Map(), otherwise: "allow" };
const tool = (name: string): Tool => ({ name, inputSchema: { type: "object" } });
const source = (serverId: string, names: readonly string[], verdicts = ALLOWED): AIToolSource => ({
  serverId,
  tools: names.map(tool),
  verdicts,
});
const setOf = () => createAIToolSets(() => Promise.resolve({ content: [] }));

test("nothing is made again for a server of which nothing changed", () => {
  const make = setOf();
  const kept = source("kept", ["a", "b"]);
  const before = make([kept, source("other", ["a"])]);
  const after = make([kept, source("other", ["a"])]);
  for (const key of ["tool_kept_a", "tool_kept_b"]) {
    expect(after[key]?.inputSchema).toBe(before[key]?.inputSchema);
    expect(after[key]?.execute).toBe(before[key]?.execute);
  }
  expect(after["tool_other_a"]?.inputSchema).not.toBe(before["tool_other_a"]?.inputSchema);
});

test("what a caller does to a set and its tools is in no other set", () => {
  const make = setOf();
  const sources = [source("s", ["a", "b"])];
  const set: Record<string, { execute?: unknown }> = make(sources);
  delete set["tool_s_b"];
  Object.assign(set["tool_s_a"] ?? {}, { execute: null });
  const next = make(sources);
  expect(Object.keys(next)).toEqual(["tool_s_a", "tool_s_b"]);
  expect(next["tool_s_a"]?.execute).toBeTypeOf("function");
});

test("another policy, another time limit and another list are other tools", () => {
  const make = setOf();
  const first = source("s", ["a", "b"]);
  const before = make([first]);
  const verdicts: ToolVerdicts = {
    exceptions: new Map([["a", "deny"] as const, ["b", "ask"] as const]),
    otherwise: "allow",
  };
  const decided = make([{ ...first, verdicts }]);
  expect(Object.keys(decided)).toEqual(["tool_s_b"]);
  expect(decided["tool_s_b"]?.needsApproval).toBe(true);
  expect(Object.keys(make([first]))).toEqual(Object.keys(before));
  expect(make([first], { timeout: 5 })["tool_s_a"]?.execute).not.toBe(before["tool_s_a"]?.execute);
  expect(Object.keys(make([{ ...first, tools: [tool("c")] }]))).toEqual(["tool_s_c"]);
});

test("keys are in order whatever ids and names are like, and whatever order servers and tools have", () => {
  const names = ["b", "a", "tool-10", "tool-2", "x.y", "ü", "__proto__", "n".repeat(70)];
  const ids = ["z", "a", "a-b", "a_b", "é", "a".repeat(64)];
  const set = setOf()(ids.map((id) => source(id, names)));
  const keys = ids.flatMap((id) => names.map((name) => toolKey(id, name)));
  expect(Object.keys(set)).toEqual([...keys].sort());
});

test("lists that are the same object are still those of their servers", () => {
  const { tools } = source("a", ["x"]);
  const make = setOf();
  const sources = [
    { serverId: "a", tools, verdicts: ALLOWED },
    { serverId: "b", tools, verdicts: ALLOWED },
  ];
  for (let times = 0; times < 2; times += 1) expect(Object.keys(make(sources))).toEqual(["tool_a_x", "tool_b_x"]);
});

test("servers without tools are in nobody's way", () => {
  const set = setOf()([source("b", []), source("c", ["x"]), source("a", ["x"]), source("d", [])]);
  expect(Object.keys(set)).toEqual(["tool_a_x", "tool_c_x"]);
});
