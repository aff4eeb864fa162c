import { expect, test } from "vitest";
import { type ScopeSources, selectScopes } from "./scopes.ts";

const sources = (changes: Partial<ScopeSources>): ScopeSources => ({
  reason: "sign-in",
  configured: undefined,
  challenged: null,
  resource: null,
  granted: null,
  provider: null,
  ...changes,
});

test.each<[string, Partial<ScopeSources>, readonly string[] | null]>([
  ["the challenge comes first", { challenged: ["a"], resource: ["b"] }, ["a"]],
  ["then what the resource lists", { resource: ["b"] }, ["b"]],
  ["else the provider decides", { provider: ["x", "offline_access"] }, null],
  [
    "the developer's word is taken exactly",
    { configured: ["c"], challenged: ["a"], provider: ["offline_access"] },
    ["c"],
  ],
  ["an empty word means none", { configured: [], challenged: ["a"] }, null],
  ["more scope keeps what was granted", { reason: "more-scope", granted: ["g"], challenged: ["a", "g"] }, ["g", "a"]],
  ["a new sign-in does not", { reason: "expired", granted: ["g"], challenged: ["a"] }, ["a"]],
  [
    "offline access is added where it is offered",
    { challenged: ["a"], provider: ["offline_access"] },
    ["a", "offline_access"],
  ],
  ["and left out where it is not", { resource: ["a", "offline_access"], provider: ["a"] }, ["a"]],
  ["it is never asked for alone", { resource: ["offline_access"], provider: ["offline_access"] }, null],
])("%s", (_name, changes, expected) => {
  expect(selectScopes(sources(changes))).toEqual(expected);
});
