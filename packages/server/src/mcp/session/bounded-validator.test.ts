import type { JsonSchema } from "@agents-internal/protocol";
import { expect, test } from "vitest";
import { createBoundedValidator } from "./bounded-validator.ts";
import { isLinearPattern } from "./linear-pattern.ts";
import { schemaValidator } from "./schema-validator.ts";

const validator = createBoundedValidator(schemaValidator);

function judge(schema: unknown, value: unknown): "fits" | "does not" | "not checked" {
  const begun = performance.now();
  try {
    return validator.getValidator(schema as JsonSchema)(value).valid ? "fits" : "does not";
  } catch {
    return "not checked";
  } finally {
    expect(performance.now() - begun).toBeLessThan(3000);
  }
}

const ORDER = {
  type: "object",
  properties: {
    id: { type: "string", pattern: "^[0-9a-f]{8}-[0-9a-f]{4}$" },
    kind: { enum: ["new", "old"] },
    type: { type: "string", maxLength: 5 },
    lines: { type: "array", items: { $ref: "#/$defs/line" }, uniqueItems: true },
  },
  required: ["id"],
  additionalProperties: false,
  $defs: { line: { type: "object", properties: { parts: { type: "array", items: { $ref: "#/$defs/line" } } } } },
};

test.each([
  [{ id: "0123abcd-ffff", kind: "new", type: "a", lines: [{ parts: [{}] }] }, "fits"],
  [{ id: "0123abcd-ffff", type: "too long" }, "does not"],
  [{ id: "x" }, "does not"],
  [{ kind: "new" }, "does not"],
  [{ id: "0123abcd-ffff", more: 1 }, "does not"],
  [{ id: "0123abcd-ffff", lines: [{ parts: [1] }] }, "does not"],
] as const)("an ordinary schema says of %j: it %s", (value, verdict) => {
  expect(judge(ORDER, value)).toBe(verdict);
});

test("the schema itself is left as it was", () => {
  const schema = structuredClone(ORDER);
  judge(schema, {});
  expect(schema).toEqual(ORDER);
});

test("a result of ten thousand rows is checked", () => {
  const schema = { type: "array", items: { type: "object", properties: { a: { type: "string", maxLength: 9 } } } };
  const rows = Array.from({ length: 10_000 }, () => ({ a: "x" }));
  expect(judge(schema, rows)).toBe("fits");
  expect(judge(schema, [...rows, { a: 1 }])).toBe("does not");
});

const nest = (depth: number, inside: unknown, wrap: (inner: unknown) => unknown) => {
  let value = inside;
  for (let level = 0; level < depth; level += 1) value = wrap(value);
  return value;
};
const doubling = {
  properties: { a: { allOf: [{ $ref: "#" }, { $ref: "#" }] } },
};

test.each<[string, unknown, unknown]>([
  ["a pattern that backtracks for ever", { properties: { a: { pattern: "^(a+)+$" } } }, { a: `${"a".repeat(40)}!` }],
  ["one hidden among names", { patternProperties: { "^(a|a)*$": {} } }, { [`${"a".repeat(40)}!`]: 1 }],
  ["a reference to itself", { $ref: "#" }, {}],
  [
    "two that refer to each other",
    { $ref: "#/$defs/a", $defs: { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/a" } } },
    {},
  ],
  ["doubling at each level", doubling, nest(60, {}, (a) => ({ a }))],
  ["a schema of 20,000 levels", nest(20_000, {}, (not) => ({ not })), {}],
  ["a value of 20,000 levels", { properties: { a: { $ref: "#" } } }, nest(20_000, {}, (a) => ({ a }))],
  ["100,000 properties", { properties: Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [n, {}])) }, {}],
  [
    "a megabyte held against 9000 limits",
    { allOf: Array.from({ length: 9000 }, () => ({ maxLength: 1e9 })) },
    "x".repeat(1_000_000),
  ],
  ["20,000 items that must differ", { uniqueItems: true }, Array.from({ length: 20_000 }, (_, n) => ({ n }))],
  ["a reference to another host", { $ref: "https://evil.example/schema.json" }, {}],
  ["a reference to a file", { $ref: "file:///etc/passwd" }, {}],
])("%s is not checked, and soon", (_what, schema, value) => {
  expect(judge(schema, value)).toBe("not checked");
});

test("names that a prototype has are names like others", () => {
  const schema = JSON.parse(
    '{"properties":{"__proto__":{"type":"string"},"constructor":{"type":"number"}},"required":["constructor"]}',
  );
  expect(judge(schema, JSON.parse('{"constructor":1}'))).toBe("fits");
  expect(judge(schema, JSON.parse('{"constructor":"x"}'))).toBe("does not");
  expect(Reflect.get({}, "type")).toBeUndefined();
});

test.each(["^[a-z]+$", "^\\d{4}-\\d{2}-\\d{2}$", "abc", "^https", "^.{1,64}$", "^[^\\s@]+@x$", "\\d{3}", "^\\w*$", ""])(
  "%s can be matched in one way",
  (pattern) => expect(isLinearPattern(pattern)).toBe(true),
);
test.each(["(a+)+", "^(a|b)$", "a+b", "^a*b*c$", "(?=a)", "(a)\\1", "^[a-z]+(-[a-z]+)*$", "x".repeat(101), "[", 7])(
  "%s might blow up, or cannot be read",
  (pattern) => expect(isLinearPattern(pattern)).toBe(false),
);
