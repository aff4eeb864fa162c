import { expect, test } from "vitest";
import { toolKey } from "./names.ts";

const LEGAL = /^[A-Za-z0-9_-]{1,64}$/;

test("an ordinary tool keeps the name the reference gives it", () => {
  expect(toolKey("k3x9", "search")).toBe("tool_k3x9_search");
  expect(toolKey("k3x9", "list_notes")).toBe("tool_k3x9_list_notes");
});

test("every name is legal for every provider, whatever the server called its tool", () => {
  for (const name of ["a.b/c", "x".repeat(200), "", "naïve", "__proto__", "a b\nc", "\u202Eevil", "🧨"]) {
    for (const id of ["k3x9", "my-server", "with_underscore", "x".repeat(64)]) {
      expect(toolKey(id, name)).toMatch(LEGAL);
    }
  }
});

test("two tools never share a name: cleaned alike, cut alike, or split alike", () => {
  const pairs: [string, string][] = [
    ["s", "a.b"],
    ["s", "a_b"],
    ["s", "a/b"],
    ["s", `${"x".repeat(80)}1`],
    ["s", `${"x".repeat(80)}2`],
    ["a_b", "c"],
    ["a", "b_c"],
    ["a-b", "c"],
    ["ab", "c"],
    ["s", ""],
    ["s", "_"],
  ];
  const keys = pairs.map(([id, name]) => toolKey(id, name));
  expect(new Set(keys).size).toBe(pairs.length);
});

test("a name does not depend on what else is connected", () => {
  expect(toolKey("a", "x.y")).toBe(toolKey("a", "x.y"));
});

test("a shortened name still says which tool of which server it is", () => {
  expect(toolKey("github", `create_pull_request_${"x".repeat(80)}`)).toMatch(/^mcp_github_create_pull_request/);
});
