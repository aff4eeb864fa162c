import { expect, test } from "vitest";
import type { JsonObject } from "../../model.ts";
import { buildArguments, type Draft, emptyDraft, parseArguments } from "./form-value.ts";
import { formOf } from "./schema.ts";

/** What comes of a form of these properties, filled in like this. */
function build(properties: JsonObject, typed: Readonly<Record<string, Draft>>, required: string[] = []) {
  const form = formOf({ type: "object", properties, required }) ?? [];
  return buildArguments(form, { ...emptyDraft(form), ...typed });
}

test("what is left empty and need not be there is left out", () => {
  const properties = {
    a: { type: "string" },
    b: { type: "number" },
    c: { type: "boolean" },
    d: { type: "object", properties: { e: { type: "string" } } },
    f: { type: "array", items: {} },
  };
  expect(build(properties, {})).toEqual({ ok: true, args: {} });
});

test("what must be there is asked for, where it is missing", () => {
  const properties = {
    a: { type: "string" },
    d: { type: "object", properties: { e: { type: "string" } }, required: ["e"] },
  };
  expect(build(properties, {}, ["a", "d"])).toEqual({
    ok: false,
    problems: { a: "Please fill this in.", "d.e": "Please fill this in." },
  });
});

test("an optional group nobody touched asks for nothing", () => {
  expect(build({ d: { type: "object", properties: { e: { type: "string" } }, required: ["e"] } }, {})).toEqual({
    ok: true,
    args: {},
  });
});

test("numbers are numbers within their bounds", () => {
  const properties = { n: { type: "integer", minimum: 1, maximum: 5 } };
  expect(build(properties, { n: "3" })).toEqual({ ok: true, args: { n: 3 } });
  expect(build(properties, { n: "1.5" })).toMatchObject({ problems: { n: "Please enter a whole number." } });
  expect(build(properties, { n: "9" })).toMatchObject({ problems: { n: "At most 5." } });
  expect(build(properties, { n: "0" })).toMatchObject({ problems: { n: "At least 1." } });
});

test("a choice gives the value, not its label", () => {
  expect(build({ c: { enum: ["a", 2, null] } }, { c: "1" })).toEqual({ ok: true, args: { c: 2 } });
});

test("a required switch that is off is false, an optional one is not there", () => {
  expect(build({ on: { type: "boolean" } }, {}, ["on"])).toEqual({ ok: true, args: { on: false } });
  expect(build({ on: { type: "boolean", default: true } }, { on: false })).toEqual({ ok: true, args: { on: false } });
});

test("lists and objects come out nested, with problems named by their place", () => {
  const properties = {
    tags: { type: "array", items: { type: "integer" } },
    at: { type: "object", properties: { x: { type: "number" } } },
  };
  expect(build(properties, { tags: ["1", "2"], at: { x: "0.5" } })).toEqual({
    ok: true,
    args: { tags: [1, 2], at: { x: 0.5 } },
  });
  expect(build(properties, { tags: ["1", ""] })).toEqual({ ok: false, problems: { "tags.1": "Please fill this in." } });
});

test("a field of plain JSON takes JSON only", () => {
  expect(build({ any: {} }, { any: '{"a":[1]}' })).toEqual({ ok: true, args: { any: { a: [1] } } });
  expect(build({ any: {} }, { any: "{" })).toMatchObject({ problems: { any: "This is not valid JSON." } });
});

test("defaults are filled in, and arguments typed as JSON come back into the form", () => {
  const form =
    formOf({
      type: "object",
      properties: { mood: { enum: ["calm", "busy"], default: "busy" }, n: { type: "number", default: 0 } },
    }) ?? [];
  expect(emptyDraft(form)).toEqual({ mood: "1", n: "0" });
  expect(buildArguments(form, emptyDraft(form, { mood: "calm", n: 7 }))).toEqual({
    ok: true,
    args: { mood: "calm", n: 7 },
  });
});

test("arguments typed as JSON are one object or nothing", () => {
  expect(parseArguments("")).toEqual({});
  expect(parseArguments('{"a":1}')).toEqual({ a: 1 });
  for (const typed of ["[]", "1", "null", "{"]) expect(parseArguments(typed)).toBeNull();
});
