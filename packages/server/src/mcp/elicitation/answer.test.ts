import { expect, test } from "vitest";
import type { JsonSchema } from "@agents-internal/protocol";
import { readAnswer } from "./answer.ts";

const schema = (properties: Record<string, object>, required: readonly string[] = []): JsonSchema =>
  ({ type: "object", properties, required }) as unknown as JsonSchema;
const accept = (content: object) => ({ action: "accept", content });
const one = (field: object, value: unknown) => readAnswer(accept({ field: value }), schema({ field }));
const code = (run: () => unknown) => {
  try {
    run();
    return null;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

test.each<[object, unknown, unknown]>([
  [{ type: "string" }, "", 7],
  [{ type: "string", minLength: 2, maxLength: 3 }, "äöü", "abcd"],
  [{ type: "string", maxLength: 1 }, "🙂", "ab"],
  [{ type: "string", format: "email" }, "a@b", "a b@c"],
  [{ type: "string", format: "uri" }, "https://a.example/", "not one"],
  [{ type: "string", format: "date" }, "2026-02-28", "28.2.2026"],
  [{ type: "string", format: "date-time" }, "2026-02-28T10:00:00Z", "2026-02-28"],
  [{ type: "string", enum: ["a", "b"] }, "b", "c"],
  [{ type: "string", oneOf: [{ const: "a", title: "A" }] }, "a", "A"],
  [{ type: "number", minimum: 0, maximum: 1 }, 0.5, 1.5],
  [{ type: "number" }, -1, Number.NaN],
  [{ type: "integer" }, 3, 3.5],
  [{ type: "integer", minimum: 1 }, 1, "1"],
  [{ type: "boolean" }, false, "false"],
  [{ type: "array", items: { type: "string", enum: ["a", "b"] }, minItems: 1 }, ["a", "b"], []],
  [{ type: "array", items: { anyOf: [{ const: "a" }] }, maxItems: 1 }, ["a"], ["b"]],
  [{ type: "array", items: { enum: ["a"] } }, ["a"], "a"],
])("%j takes %j and not %j", (field, good, bad) => {
  expect(one(field, good)).toEqual(accept({ field: good }));
  expect(code(() => one(field, bad))).toBe("elicitation-invalid");
});

test("defaults fill what was left out, also where it is required", () => {
  const form = schema({ a: { type: "string", default: "x" }, b: { type: "string" } }, ["a"]);
  expect(readAnswer({ action: "accept" }, form)).toEqual(accept({ a: "x" }));
  expect(code(() => readAnswer({ action: "accept" }, schema({ b: { type: "string" } }, ["b"])))).toBe(
    "elicitation-invalid",
  );
});

test("what was not asked for is not passed on, whatever it is called", () => {
  for (const name of ["other", "__proto__", "constructor"]) {
    const content = JSON.parse(`{"${name}":"x"}`) as object;
    expect(code(() => readAnswer(accept(content), schema({ field: { type: "string" } })))).toBe("elicitation-invalid");
  }
  expect(readAnswer({ action: "accept", content: { x: 1 } }, null)).toEqual({ action: "accept" });
  expect(readAnswer({ action: "decline", content: { x: 1 } }, schema({}))).toEqual({ action: "decline" });
});

test("a refusal names the field and never the value", () => {
  try {
    one({ type: "string", maxLength: 1 }, "a secret");
    expect.unreachable();
  } catch (error) {
    expect(String(error)).toContain('"field"');
    expect(String(error)).not.toContain("secret");
  }
});

test("a pattern that would never end is not run, and an answer without measure is not taken", () => {
  expect(one({ type: "string", pattern: "^(a+)+$" }, `${"a".repeat(60)}!`)).toMatchObject({ action: "accept" });
  expect(code(() => one({ type: "string" }, "x".repeat(300_000)))).toBe("elicitation-invalid");
});
