// Which tools may mirror arguments into headers, and what they send.
import { expect, test } from "vitest";
import { headerDeclarations, paramHeaders } from "./param-headers.ts";

const object = (properties: object, more: object = {}) => ({ type: "object", properties: { ...properties }, ...more });
const header = (name: unknown, type: unknown = "string") => ({ type, "x-mcp-header": name });

test("values are sent as text, those unsafe in a header as base64, absent ones not at all", () => {
  const schema = object({
    s: header("S"),
    i: header("I", "integer"),
    b: header("B", "boolean"),
    n: object({ deep: header("Deep") }),
    gone: header("Gone"),
    nothing: header("Nothing"),
    list: header("List"),
    plain: { type: "string" },
  });
  const args = { s: " pad", i: 7, b: false, n: { deep: "é" }, nothing: null, list: [1], plain: "x" };
  expect(paramHeaders(schema as never, args)).toEqual({
    "mcp-param-s": "=?base64?IHBhZA==?=",
    "mcp-param-i": "7",
    "mcp-param-b": "false",
    "mcp-param-deep": "=?base64?w6k=?=",
  });
});

test.each([
  ["an empty name", object({ a: header("") })],
  ["a name with a space", object({ a: header("A B") })],
  ["a name with a line end", object({ a: header("A\r\nB") })],
  ["a name that is no text", object({ a: header(1) })],
  ["a number", object({ a: header("A", "number") })],
  ["an object", object({ a: header("A", "object") })],
  ["no type", object({ a: { "x-mcp-header": "A" } })],
  ["the same name twice, whatever its case", object({ a: header("A"), b: header("a") })],
  ["the root", { ...object({}), "x-mcp-header": "A" }],
  ["an item of a list", object({ a: { type: "array", items: header("A") } })],
  ["a branch", object({}, { anyOf: [object({ a: header("A") })] })],
  ["a definition", object({}, { $defs: { x: header("A") } })],
])("a declaration on %s makes the tool unusable", (_name, schema) => {
  expect(headerDeclarations(schema as never)).toBeNull();
});

test("what only looks like a declaration is not one", () => {
  expect(
    headerDeclarations(object({ "x-mcp-header": { type: "string" } }, { default: { "x-mcp-header": 1 } }) as never),
  ).toEqual([]);
});
