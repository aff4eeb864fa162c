// What strangers ask reaches a handler only in the shape that handlers rely on.
import { expect, test } from "vitest";
import { readElicitation, readSampling } from "./question-shape.ts";

const form = (field: unknown, more: object = {}) => ({
  message: "Who?",
  requestedSchema: { type: "object", properties: { field }, ...more },
});
const nested = (levels: number): object => (levels === 0 ? {} : { inner: nested(levels - 1) });

test.each([
  form({ type: "string" }),
  { mode: "form", ...form({ type: "integer", minimum: 0 }, { required: ["field"] }) },
  form({ type: "array", items: { type: "string", enum: ["a"] } }),
  { mode: "url", message: "There", url: "https://a.example/", elicitationId: "1" },
])("%j is an elicitation", (params) => expect(readElicitation(params)).toEqual(params));

test.each<object>([
  {},
  { message: 7, requestedSchema: { type: "object", properties: {} } },
  { message: "no form" },
  { message: "no object", requestedSchema: { type: "string" } },
  { message: "no fields", requestedSchema: { type: "object", properties: [] } },
  form({ type: "object", properties: {} }),
  form("string"),
  form({ type: "array", items: { properties: {} } }),
  form({ type: "string" }, { required: "field" }),
  { ...form({ type: "string" }), mode: "another" },
  { mode: "url", message: "no address" },
  { mode: "url", message: "no address", url: "not one" },
  { mode: "url", message: "odd id", url: "https://a.example/", elicitationId: {} },
  { ...form({ type: "string" }), _meta: nested(200) },
])("%j is none", (params) => expect(readElicitation(params as never)).toBeNull());

const text = { type: "text", text: "2 + 2?" };
const asking = (more: object = {}) => ({ messages: [{ role: "user", content: text }], maxTokens: 10, ...more });

test.each([
  asking(),
  asking({ messages: [{ role: "assistant", content: [text, { type: "image", data: "", mimeType: "image/png" }] }] }),
  asking({
    tools: [{ name: "a", inputSchema: {} }],
    toolChoice: { mode: "auto" },
    includeContext: "none",
    temperature: 0,
  }),
])("%j asks for a sampling", (params) => expect(readSampling(params)).toEqual(params));

test.each<unknown>([
  null,
  {},
  asking({ maxTokens: "10" }),
  asking({ messages: "hello" }),
  asking({ messages: [{ role: "system", content: text }] }),
  asking({ messages: [{ role: "user", content: { type: "text" } }] }),
  asking({ messages: [{ role: "user", content: { type: "video" } }] }),
  asking({ systemPrompt: 1 }),
  asking({ includeContext: "everything" }),
  asking({ stopSequences: [1] }),
  asking({ tools: [{ name: "a" }] }),
  asking({ metadata: nested(200) }),
])("%j does not", (params) => expect(readSampling(params)).toBeNull());

test("names that a prototype has change nothing", () => {
  const params: unknown = JSON.parse('{"messages":[],"maxTokens":1,"__proto__":{"tools":[{}]},"constructor":{}}');
  expect(readSampling(params)).toBe(params);
  expect(Reflect.get({}, "tools")).toBeUndefined();
});
