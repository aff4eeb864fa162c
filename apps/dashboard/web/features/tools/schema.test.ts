import { expect, test } from "vitest";
import type { JsonObject } from "../../model.ts";
import { type FieldModel, formOf } from "./schema.ts";

/** The field made of one property's schema. */
function fieldOf(schema: JsonObject, root: JsonObject = {}): FieldModel | undefined {
  return formOf({ ...root, type: "object", properties: { it: schema } })?.[0]?.field;
}

test("each simple type becomes its own kind of field", () => {
  expect(fieldOf({ type: "string" })?.kind).toBe("text");
  expect(fieldOf({ type: "boolean" })?.kind).toBe("boolean");
  expect(fieldOf({ type: "number" })).toMatchObject({ kind: "number", integer: false });
  expect(fieldOf({ type: "integer", minimum: 1, maximum: 5 })).toMatchObject({
    kind: "number",
    integer: true,
    min: 1,
    max: 5,
  });
});

test("names, titles and descriptions are shown", () => {
  expect(fieldOf({ type: "string" })?.label).toBe("it");
  expect(fieldOf({ type: "string", title: "Title", description: "Why" })).toMatchObject({
    label: "Title",
    help: "Why",
  });
});

test("an enumeration is a choice, whatever its values are", () => {
  expect(fieldOf({ enum: ["a", 2, null] })).toMatchObject({
    kind: "choice",
    options: [{ value: "a" }, { value: 2 }, { value: null, label: "null" }],
  });
  expect(fieldOf({ oneOf: [{ const: 1, title: "One" }, { const: 2 }] })).toMatchObject({
    kind: "choice",
    options: [
      { value: 1, label: "One" },
      { value: 2, label: "2" },
    ],
  });
});

test("something that may be null is its other half", () => {
  expect(fieldOf({ type: ["string", "null"] })?.kind).toBe("text");
  expect(fieldOf({ anyOf: [{ type: "integer" }, { type: "null" }], title: "Count" })).toMatchObject({
    kind: "number",
    label: "Count",
  });
});

test("objects and lists nest", () => {
  expect(fieldOf({ type: "object", properties: { city: { type: "string" } }, required: ["city"] })).toMatchObject({
    kind: "object",
    properties: [{ name: "city", required: true, field: { kind: "text" } }],
  });
  expect(fieldOf({ type: "array", items: { type: "number" } })).toMatchObject({
    kind: "list",
    item: { kind: "number" },
  });
});

test("a local reference is followed, and one that turns in circles ends as JSON", () => {
  const root = {
    $defs: { place: { type: "string" }, node: { type: "object", properties: { next: { $ref: "#/$defs/node" } } } },
  };
  expect(fieldOf({ $ref: "#/$defs/place", title: "Place" }, root)).toMatchObject({ kind: "text", label: "Place" });
  expect(JSON.stringify(fieldOf({ $ref: "#/$defs/node" }, root))).toContain('"kind":"json"');
  expect(fieldOf({ $ref: "https://elsewhere.example/schema" })?.kind).toBe("json");
});

test("what a form cannot show is left to JSON", () => {
  expect(fieldOf({})?.kind).toBe("json");
  expect(fieldOf({ anyOf: [{ type: "string" }, { type: "number" }] })?.kind).toBe("json");
  expect(formOf({ type: "array" })).toBeNull();
  expect(formOf({ type: "object", oneOf: [{}, {}] })).toBeNull();
  expect(formOf({ type: "object" })).toEqual([]);
});

test("property names that mean something to JavaScript are only names", () => {
  const schema = JSON.parse(
    '{"type":"object","properties":{"__proto__":{"type":"string"},"constructor":{"type":"string"}}}',
  ) as JsonObject;
  expect(formOf(schema)?.map(({ name }) => name)).toEqual(["__proto__", "constructor"]);
});
