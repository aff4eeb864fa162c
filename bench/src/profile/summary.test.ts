import { expect, test } from "vitest";
import type { CpuProfile, ProfileNode } from "./cpu-profile.ts";
import { type Share, summaryOf } from "./summary.ts";

/** A function at a line, which says whose it is below; a line of -1 is a function of the platform. */
function node(id: number, functionName: string, line: number, ...children: number[]): ProfileNode {
  return {
    id,
    children,
    callFrame: { functionName, url: line < 0 ? "" : "worker.js", lineNumber: line, columnNumber: 0 },
  };
}

const originOf = (line: number) => ({
  packageName: line < 10 ? "agents" : "zod",
  module: line < 10 ? "calls.ts" : "parse.js",
});

/** Each node runs for a tenth of a ms, as often as it is named. */
function profileOf(nodes: readonly ProfileNode[], samples: readonly number[]): CpuProfile {
  return { nodes, samples: [...samples, 0], timeDeltas: [0, ...samples.map(() => 100)] };
}

function find(shares: readonly Share[], name: string) {
  const share = shares.find((each) => each.name.startsWith(name));
  return share && { self: Math.round(share.self * 10), inclusive: Math.round(share.inclusive * 10) };
}

test("time is its function's, and all of its callers' as well", () => {
  const nodes = [node(1, "(root)", -1, 2), node(2, "call", 1, 3), node(3, "parse", 11)];
  const { busy, packages, functions } = summaryOf([profileOf(nodes, [2, 3, 3])], originOf);
  expect(busy).toBeCloseTo(0.3);
  expect(find(packages, "agents")).toEqual({ self: 1, inclusive: 3 });
  expect(find(packages, "zod")).toEqual({ self: 2, inclusive: 2 });
  expect(find(functions, "call  agents calls.ts")).toEqual({ self: 1, inclusive: 3 });
});

test("time in a function of the platform is its caller's", () => {
  const nodes = [node(1, "(root)", -1, 2), node(2, "call", 1, 3), node(3, "fetch", -1)];
  expect(find(summaryOf([profileOf(nodes, [3, 3])], originOf).functions, "call")).toEqual({ self: 2, inclusive: 2 });
});

test("a function that calls itself is counted once", () => {
  const nodes = [node(1, "(root)", -1, 2), node(2, "call", 1, 3), node(3, "call", 1)];
  expect(find(summaryOf([profileOf(nodes, [3])], originOf).functions, "call")).toEqual({ self: 1, inclusive: 1 });
});

test("an idle isolate is no time, and neither is a gap in which nothing was sampled", () => {
  const nodes = [node(1, "(root)", -1, 2, 3), node(2, "(idle)", -1), node(3, "call", 1)];
  const profile = { nodes, samples: [2, 3, 2], timeDeltas: [0, 5000, 50_000] };
  expect(summaryOf([profile], originOf).busy).toBeCloseTo(0.6);
});

test("garbage collection has a line of its own, and profiles of one stretch are added up", () => {
  const nodes = [node(1, "(root)", -1, 2), node(2, "call", 1, 3), node(3, "(garbage collector)", -1)];
  const { packages, busy } = summaryOf([profileOf(nodes, [3]), profileOf(nodes, [3, 2])], originOf);
  expect(busy).toBeCloseTo(0.3);
  expect(find(packages, "garbage collection")).toEqual({ self: 2, inclusive: 2 });
});
